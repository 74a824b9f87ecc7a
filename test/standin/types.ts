/**
 * The types of the stand-in, a fake Cloudflare API server: its state, how a test controls it, and what it reports
 * to a test (requests, violations).
 *
 * In this folder, "Cloudflare API reference" means developers.cloudflare.com/api, resource `organizations`, and
 * the operations `Organizations_*` of cloudflare/api-schemas. Comments mark the rules that are our own choice
 * because no source confirms them.
 */
import type { AuditActor, AuditEntry } from './audit-log';
import type { AccountState, OrganizationState, ProfileFields, Withheld } from './entry-types';
import type { FaultMode } from './fault-modes';
import type { Settings } from './settings';
import type { ApiToken, KeySignIn } from './sign-in-types';

export * from './entry-types';
export type { AuditActor, AuditEntry } from './audit-log';
export type { Settings, StandinOptions } from './settings';
export type { ApiToken, KeySignIn } from './sign-in-types';

/** Selects requests for a fault, a hook or a hold. All given properties must match. */
export interface Match {
  method?: string;
  /** Tested against the path below `/client/v4`, without the query. A string matches the end of the path. */
  path?: RegExp | string;
  /** Only the nth matching request, counted from 1 since the match was added. */
  nth?: number;
}

/** A received request, with secrets masked. */
export interface RecordedRequest {
  method: string;
  /** The path as received, with `/client/v4` and without the query. */
  path: string;
  /** The path below `/client/v4`. */
  route: string;
  query: URLSearchParams;
  /** By lower-case name; the values of X-Auth-Key and Authorization are masked. */
  headers: Record<string, string>;
  /** Whether the key or token was correct. */
  keyMatches: boolean;
  /** The user of the email or token, if known. */
  userId: string | null;
  /** The id of the token, if it is known. */
  tokenId: string | null;
  body: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The HTTP status of the answer; `null` if none was sent (yet), as after a reset. */
  status: number | null;
  /** The fault that this request met. */
  fault: FaultMode | null;
}

/** A request that followed the redirect of the fault `redirect-307`. */
export interface StrayRequest {
  method: string;
  path: string;
  /** Whether the request contained an email, API key or token. */
  credentials: boolean;
  body: string;
}

/** Pauses a request until the test releases it. */
export interface Hold {
  /** Resolves when the request has arrived and is waiting. */
  arrived: Promise<RecordedRequest>;
  /** Lets the request continue. If called before it arrives, the request is not paused. */
  release(): void;
}

/** A fault to add. */
export interface FaultRule {
  match?: Match;
  mode: FaultMode;
  /** How many times the fault occurs. Default: always, or once if `match.nth` is given. */
  times?: number;
  /** The status of `502-problem` instead of 502. */
  status?: number;
  /** `retry-after` of an answer that is not the real one; null: none. Default: that of the fault. */
  retryAfter?: string | null;
}

export interface Faults {
  /** Adds a fault; the returned function removes it. */
  add(rule: FaultRule): () => void;
  clear(): void;
}

export type Hook = (request: RecordedRequest) => void | Promise<void>;

/** A running stand-in. */
export interface Standin {
  /** Base address for a client: `http://127.0.0.1:<port>/client/v4`. */
  readonly url: string;
  readonly port: number;
  readonly settings: Settings;
  readonly signIns: readonly KeySignIn[];
  /** Tests may add, change and remove tokens. */
  readonly tokens: ApiToken[];
  readonly requests: RecordedRequest[];
  /** Requests that followed the redirect of the fault `redirect-307`. */
  readonly strayRequests: StrayRequest[];
  /** Protocol violations, one sentence each. Most tests expect none. */
  readonly violations: string[];
  readonly organizations: Map<string, OrganizationState>;
  readonly accounts: Map<string, AccountState>;
  /** The entries of all audit logs, oldest first. Tests may add, change and remove entries. */
  readonly auditLog: AuditEntry[];
  readonly faults: Faults;
  /**
   * A copy of the current profile of an organization or account, or `null` if there is none. Throws for an unknown
   * id, as the other methods with an id do.
   */
  profileOf(id: string): ProfileFields | null;
  /** The same as a GET shows it now: older texts while they are delayed. */
  shownProfileOf(id: string): ProfileFields | null;
  /** Changes these fields as someone else would, with an entry in the audit log; `null` removes the whole profile. */
  setProfile(id: string, fields: Partial<ProfileFields> | null): void;
  /** The same by a certain person. Default: Erika, in the dashboard, with a browser. */
  editElsewhere(
    id: string,
    fields: Partial<ProfileFields> | null,
    by?: Partial<AuditActor> & { userAgent?: string },
  ): void;
  setExtraFields(id: string, fields: Record<string, unknown>): void;
  /** Makes these fields missing or `null` in answers; `{}` ends that for all fields. */
  withhold(id: string, fields: Withheld): void;
  /**
   * Lets organizations and accounts share the record of the first one: a write to one is read from all. An account
   * shares that of its parent organization anyway.
   */
  shareRecord(first: string, ...others: string[]): void;
  /**
   * After each write through another entry that shares the record, this one shows the old texts for so many ms.
   * 0 ends that.
   */
  delayPropagation(id: string, ms: number): void;
  addOrganization(organization: Partial<OrganizationState>): OrganizationState;
  removeOrganization(id: string): void;
  /** Adds an account; tokens see it only if their list contains its id. */
  addAccount(account: Partial<AccountState>): AccountState;
  removeAccount(id: string): void;
  /** Changes the API key of a user; the old key is then refused. */
  setKey(userId: string, newKey: string): void;
  /** Changes the secret of a token; the old one is then refused. */
  setToken(id: string, newValue: string): void;
  /** Adds a hook that runs before a request is processed (also before faults). Returns a function that removes it. */
  beforeAnswer(match: Match, hook: Hook): () => void;
  /** Adds a hook that runs after a request took effect and before its answer. Returns a function that removes it. */
  afterAnswer(match: Match, hook: Hook): () => void;
  /** Pauses one request before it is processed or (`'after'`) after it took effect. */
  hold(match: Match, when?: 'before' | 'after'): Hold;
  /** Resolves with the next matching request. */
  nextRequest(match: Match): Promise<RecordedRequest>;
  /** Stops listening and closes every connection. Requests in progress have no effect any more. */
  goOffline(): Promise<void>;
  /** Listens again, on the same port. */
  goOnline(): Promise<void>;
  /** Stops the stand-in immediately, including held and stalled requests. */
  close(): Promise<void>;
}
