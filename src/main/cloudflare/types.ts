/**
 * The interface of the Cloudflare client and its types. An `Authorization` contains secrets, so keep it no
 * longer than the request that needs it.
 */
import type { Failure, Notice } from '../../shared/failure';
import type { Outcome } from '../../shared/outcome';
import type { FieldName, Profile } from '../../shared/profile';
import type { Priority, RaisablePriority, Reservation } from '../rate-limit';

/** An email with its Global API Key, for one request. */
export interface Authorization {
  email: string;
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
  authorize(): Promise<Outcome<Authorization>>;
}

/** Gets the authorization of a sign-in from the keychain or memory. */
export type AuthorizationSource = (credentialId: string) => Promise<Outcome<Authorization>>;

/** Options of a request. */
export interface RequestOptions {
  signal?: AbortSignal;
  /** Default: `person`. A `RaisablePriority` may be raised while the request waits. */
  priority?: Priority | RaisablePriority;
  /** Requests reserved in advance, so that a sequence of requests does not wait in the middle. */
  reservation?: Reservation;
}

/** The result of a successful answer, with Cloudflare's `messages`. */
export interface Answer<T> {
  value: T;
  messages: Notice[];
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

/** An organization in an answer. */
export interface RemoteOrganization {
  id: string;
  name: string;
  /** The embedded profile; null if absent or unreadable. Only a hint, because it may be out of date. */
  profile: RemoteProfile | null;
}

/** One page of the list of organizations. */
export interface OrganizationPage {
  organizations: RemoteOrganization[];
  /** Token to request the next page with; null on the last page. */
  nextPageToken: string | null;
  /** The total number of organizations, or null if Cloudflare does not report it. May be inexact. */
  total: number | null;
}

/** The requests the app makes. Every failure is a value of shared/failure.ts. */
export interface Cloudflare {
  /** GET /user: the user that a key belongs to. */
  user(
    auth: Authorization | Authorizer,
    options?: RequestOptions,
  ): Promise<Outcome<Answer<{ id: string; email: string }>>>;
  /** GET /organizations: one page of up to 1,000. */
  organizations(
    auth: Authorization | Authorizer,
    pageToken: string | null,
    options?: RequestOptions,
  ): Promise<Outcome<Answer<OrganizationPage>>>;
  /** GET /organizations/{id}. */
  organization(
    auth: Authorization | Authorizer,
    id: string,
    options?: RequestOptions,
  ): Promise<Outcome<Answer<RemoteOrganization>>>;
  /** GET /organizations/{id}/profile. `organization.not-found` (404) may also mean "no profile yet". */
  readProfile(
    auth: Authorization | Authorizer,
    id: string,
    options?: RequestOptions,
  ): Promise<Outcome<Answer<RemoteProfile>>>;
  /** PUT /organizations/{id}/profile: replaces all fields. The answer has no body. */
  writeProfile(
    auth: Authorization | Authorizer,
    id: string,
    profile: RemoteProfile,
    options?: RequestOptions,
  ): Promise<Outcome<Answer<null>>>;
  /** GET /user without credentials. Succeeds if Cloudflare itself answers, whatever the answer is. */
  probe(options?: RequestOptions): Promise<Outcome<null>>;
  /** Calls `listener` after every request: null for a success, else the failure. The result unsubscribes. */
  onAnswer(listener: (failure: Failure | null) => void): () => void;
}
