/**
 * What the rest of main may ask of Cloudflare, and what it gets back. The secrets in `Authorization`
 * live only as long as the request that needs them.
 */
import type { Failure, Notice, Outcome } from '../../shared/failure';
import type { FieldName, Profile } from '../../shared/profile';
import type { Priority, RaisablePriority, Reservation } from '../rate-limit/priority';

/** An e-mail with its Global API Key, for one request. */
export interface Authorization {
  email: string;
  key: string;
  /** Whose rate limit the request counts against: Cloudflare's user id, or '' before it is known. */
  userId: string;
}

/** Gives the authorization of a sign-in, from keychain or memory; failures say why it cannot. */
export type AuthorizationSource = (credentialId: string) => Promise<Outcome<Authorization>>;

/** Options of a request. */
export interface RequestOptions {
  signal?: AbortSignal;
  /** The page a person looks at goes first; the order is that of `Priority`. An `RaisablePriority` may be raised. */
  priority?: Priority | RaisablePriority;
  /** Requests set aside before, so that a chain of them does not wait in its middle. */
  reservation?: Reservation;
}

/** A successful answer with Cloudflare's `messages`. */
export interface Answer<T> {
  value: T;
  messages: Notice[];
}

/** A profile as Cloudflare holds it: the five fields, and fields we do not know but must send back. */
export interface RemoteProfile {
  /** `null` reads as empty, and so does a field that is missing. */
  fields: Profile;
  /** Fields the answer does not have at all. */
  missing?: readonly FieldName[];
  extra: Record<string, unknown>;
}

/** An organization as Cloudflare lists it. */
export interface RemoteOrganization {
  id: string;
  name: string;
  /** The embedded profile; often absent, never to be relied on. */
  profile: RemoteProfile | null;
}

/** One page of a list. */
export interface OrganizationPage {
  organizations: RemoteOrganization[];
  /** Opaque; null on the last page. */
  nextPageToken: string | null;
  /** How many there are in all, if Cloudflare says so; it need not be exact. */
  total: number | null;
}

/** The requests we make. Every failure is a value of shared/failure.ts. */
export interface Cloudflare {
  /** GET /user: whose key this is. */
  user(
    auth: Authorization,
    options?: RequestOptions,
  ): Promise<Outcome<Answer<{ id: string; email: string }>>>;
  /** GET /organizations: one page of up to 1,000. */
  organizations(
    auth: Authorization,
    pageToken: string | null,
    options?: RequestOptions,
  ): Promise<Outcome<Answer<OrganizationPage>>>;
  /** GET /organizations/{id}. */
  organization(
    auth: Authorization,
    id: string,
    options?: RequestOptions,
  ): Promise<Outcome<Answer<RemoteOrganization>>>;
  /** GET /organizations/{id}/profile; `organization.not-found` (404) may mean "no profile yet". */
  readProfile(
    auth: Authorization,
    id: string,
    options?: RequestOptions,
  ): Promise<Outcome<Answer<RemoteProfile>>>;
  /** PUT /organizations/{id}/profile: replaces all fields; Cloudflare answers with nothing. */
  writeProfile(
    auth: Authorization,
    id: string,
    profile: RemoteProfile,
    options?: RequestOptions,
  ): Promise<Outcome<Answer<null>>>;
  /** GET /user without credentials: succeeds when Cloudflare itself answers, whatever it says. */
  probe(options?: RequestOptions): Promise<Outcome<null>>;
  /**
   * Calls `listener` with how every request ended: null for an answer that could be used. The result ends
   * that.
   */
  onAnswer(listener: (failure: Failure | null) => void): () => void;
}
