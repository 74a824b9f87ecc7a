/**
 * The types of the Cloudflare client (client.ts). An `Authorization` contains secrets, so keep it no
 * longer than the request that needs it.
 */
import type { ListedEntry } from '../../shared/organization';
import type { CloudflareNotice } from '../../shared/failure';
import type { Result } from '../../shared/result';
import type { Author } from '../../shared/history';
import type { SignInKind } from '../../shared/sign-in';
import type { Edits, FieldName, Profile } from '../../shared/profile';
import type { Priority, RaisablePriority, Reservation } from '../rate-limit';

/** An email with its Global API Key, or an API token, for one request. */
export interface Authorization {
  kind: SignInKind;
  /** `''` for a token. */
  email: string;
  /** The Global API Key, or the token. */
  key: string;
  /** Cloudflare's id of the user whose rate limit the request counts against; '' before it is known. */
  userId: string;
}

/**
 * Authorizes requests of one sign-in. Holds no key: `authorize` is called for each request, when it may go out.
 */
export interface Authorizer {
  /** See `Authorization`. */
  userId: string;
  authorize(): Promise<Result<Authorization>>;
}

/** Gets the authorization of a sign-in from the keychain or memory. */
export type AuthorizationSource = (signInId: string) => Promise<Result<Authorization>>;

/** Options of a request. */
export interface RequestOptions {
  signal?: AbortSignal;
  /** Default: `person`. A `RaisablePriority` may be raised while the request waits. */
  priority?: Priority | RaisablePriority;
  /** Requests reserved in advance, so that a sequence of requests does not wait in the middle. */
  reservation?: Reservation;
  /** Called when the request leaves, after every wait, with the time of the monotonic clock in ms. */
  onSent?: (at: number) => void;
}

/** The result of a successful answer, with Cloudflare's `messages`. */
export interface Answer<T> {
  value: T;
  messages: CloudflareNotice[];
}

/** A profile at Cloudflare. */
export interface RemoteProfile {
  /** The five fields. A field that is null or missing is an empty text here. */
  fields: Profile;
  /** Fields that are missing in the answer. */
  missing?: readonly FieldName[];
  /** Fields the app does not know. A write must send them back. */
  extra: Record<string, unknown>;
}

/** What a request about an entry needs to know of it. */
export type EntryRef = Pick<ListedEntry, 'id' | 'kind'>;

/** What Cloudflare says about a token. */
export interface TokenStatus {
  id: string;
  /** When it expires, ms since the epoch; null: never, or unknown. */
  expiresAt: number | null;
}

/** One page of the list of organizations or accounts. */
export interface ListingPage {
  organizations: ListedEntry[];
  /** Token to request the next page with (for accounts its number); null on the last page. */
  nextPageToken: string | null;
  /** The total number of organizations, or null if Cloudflare does not report it. May be inexact. */
  total: number | null;
}

/** The part of a log that is requested. */
export interface AuditWindow {
  /** Ms since the epoch. */
  since: number;
  /** Ms since the epoch. */
  before: number;
  /** `nextCursor` of the page before; null for the first page. */
  cursor: string | null;
}

/** A write according to a log. */
export interface AuditEntry {
  /** When, ms since the epoch. */
  at: number;
  /** Distinguishes the actors; '' if the log does not say who it was. */
  actor: string;
  /** An email, or the name of a token; null if there is neither. */
  who: string | null;
  via: Author['via'];
  /** The id of the answer to the write (`rayId` in audit-log.ts), or null. */
  ray: string | null;
  /** The path of the request in lower case, without its query. */
  path: string;
  userAgent: string;
  /** The texts that it wrote, as far as the log contains them. Not to be kept: someone else typed them. */
  texts: Edits;
}

/** A page of a log. */
export interface AuditPage {
  /** The writes on this page. */
  entries: AuditEntry[];
  /** Null on the last page. */
  nextCursor: string | null;
}
