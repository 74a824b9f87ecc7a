/**
 * The words of the stand-in for Cloudflare's API: what goes in (options), what it keeps
 * (users, organizations), and what it tells a test (requests, violations).
 *
 * "Cloudflare API reference" in this room means developers.cloudflare.com/api, resource `organizations`,
 * and the operations `Organizations_*` of cloudflare/api-schemas. Where a rule is our own choice,
 * because no evidence exists, the comment beside it says so.
 */
import type { FaultMode } from './fault-modes';
import type { Certificate } from './listener';

/** The five fields of a profile, all plain strings, all required in a PUT. */
export const profileKeys = [
  'business_name',
  'business_email',
  'business_phone',
  'business_address',
  'external_metadata',
] as const;
export type ProfileKey = (typeof profileKeys)[number];
export type ProfileFields = Record<ProfileKey, string>;
/** Fields that answers leave out, or give as `null`, whatever is stored in them. */
export type Withheld = Partial<Record<ProfileKey, 'missing' | 'null'>>;

/** Somebody who may sign in with an e-mail and a Global API Key. */
export interface Credential {
  email: string;
  /** 37 characters `[0-9a-f]`, or `cfk_` and more. */
  key: string;
  userId: string;
}

/** An API token; tokens owned by an account cannot be used where a user is needed. */
export interface ApiToken {
  token: string;
  userId: string;
  owner: 'user' | 'account';
}

/** One organization as the stand-in keeps it. Tests may change it in place. */
export interface OrganizationState {
  id: string;
  name: string;
  /** ISO 8601. */
  createTime: string;
  parent: { id: string; name: string } | null;
  /** `null`: no profile yet, GET answers 404. */
  profile: ProfileFields | null;
  /** Profile keys the app does not know; sent in GET and expected back unchanged in PUT. */
  extraFields: Record<string, unknown>;
  /** What answers withhold of the profile, embedded ones included. */
  withheld: Withheld;
  meta: Record<string, unknown>;
  /** Ids of accounts and users inside it, for the `containing.*` filters. */
  accounts: string[];
  members: string[];
  /** Which users may see it. */
  visibleTo: 'everyone' | string[];
}

export interface Limits {
  /** Requests per user and window; Cloudflare: 1200 per 5 minutes. */
  perUser: number;
  perUserWindowMs: number;
  /** Requests per address and window; Cloudflare: 200 per second. */
  perAddress: number;
  perAddressWindowMs: number;
  /** How long everything is refused once over a limit; Cloudflare: 5 minutes. */
  blockMs: number;
  /** Whether a test goes over a limit on purpose; otherwise that is a violation. */
  provoked: boolean;
}

/** What may be changed while the stand-in runs. */
export interface Settings {
  /** Milliseconds between the arrival of a request and its being looked at. */
  latency: number;
  /** What a token gets from `/organizations/{id}` and the profile; the real answer is unverified. */
  bearer: 'reject' | 'accept';
  /** Status for an organization that does not exist or may not be seen; the real one is unverified. */
  unknownOrganization: 403 | 404;
  /** Whether list and item carry the profile; `sometimes` is every third organization. */
  embedProfiles: boolean | 'sometimes';
  /** `false`: listing answers 403 although the sign-in works. */
  organizationsEnabled: boolean;
  /** `false` switches both limits off. */
  limits: Limits | false;
}

export interface StandinOptions extends Partial<Omit<Settings, 'limits'>> {
  /** How many sample organizations to begin with; default 5. */
  organizations?: number;
  /** Default 0: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** PEM texts; when given, the stand-in speaks HTTPS. */
  tls?: Certificate;
  /** Default: `sampleCredential`. */
  credentials?: Credential[];
  /** Default: `sampleToken` and `sampleAccountToken`. */
  tokens?: ApiToken[];
  limits?: Partial<Limits> | false;
  /** The clock of the rate limits, milliseconds; default `Date.now`. */
  now?: () => number;
}

/** Which requests a fault, a hook or a hold is meant for. All given parts must fit. */
export interface Match {
  method?: string;
  /** Tested against the path below `/client/v4`, without the query. A text fits when the path ends with it. */
  path?: RegExp | string;
  /** Only the nth request that fits, counted from 1 and from when the match was set up. */
  nth?: number;
}

/** One request as it arrived, with secrets masked. */
export interface RecordedRequest {
  method: string;
  /** The path as sent, with `/client/v4`, without the query. */
  path: string;
  /** The path below `/client/v4`. */
  route: string;
  query: URLSearchParams;
  /** Lower-case names; X-Auth-Key and Authorization are masked. */
  headers: Record<string, string>;
  /** Whether the key or token sent was the right one. */
  keyMatches: boolean;
  /** The user whose e-mail or token was sent, if there is one. */
  userId: string | null;
  body: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The status answered; `null` while none was, also for resets and stalled headers. */
  status: number | null;
  /** The fault that struck this request. */
  fault: FaultMode | null;
}

/** A request that came to the other origin, to which the 307 fault points. */
export interface StrayRequest {
  method: string;
  path: string;
  /** Whether an e-mail, key or token came along. */
  credentials: boolean;
  body: string;
}

/** A request that waits at a point of the test's choosing. */
export interface Hold {
  /** Resolves when the request has arrived and is waiting. */
  arrived: Promise<RecordedRequest>;
  /** Lets it go on, also if it has not arrived yet. */
  release(): void;
}

/** Adds one fault; the result takes it away again. */
export interface FaultRule {
  match?: Match;
  mode: FaultMode;
  /** How often it strikes; default: always, or once when `match.nth` is given. */
  times?: number;
}

export interface Faults {
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
  readonly credentials: readonly Credential[];
  readonly tokens: readonly ApiToken[];
  readonly requests: RecordedRequest[];
  /** What came to the other origin that the 307 fault points to. */
  readonly strayRequests: StrayRequest[];
  /** What a correct client must never do, one sentence each. A test expects it to be empty. */
  readonly violations: string[];
  readonly organizations: Map<string, OrganizationState>;
  readonly faults: Faults;
  /** The state of the profile now (a copy), `null` when there is none. Throws for an unknown id. */
  profileOf(id: string): ProfileFields | null;
  /** Somebody else's edit: the given fields change, `null` takes the whole profile away. */
  setProfile(id: string, fields: Partial<ProfileFields> | null): void;
  setExtraFields(id: string, fields: Record<string, unknown>): void;
  /** From now on answers leave these fields out or give them as `null`; `{}` shows all again. */
  withhold(id: string, fields: Withheld): void;
  addOrganization(organization: Partial<OrganizationState>): OrganizationState;
  removeOrganization(id: string): void;
  /** Rolls a user's key: the old one is unknown from now on. */
  setKey(userId: string, newKey: string): void;
  /** Runs before a request is looked at (also before faults); the request waits for it. */
  beforeAnswer(match: Match, hook: Hook): () => void;
  /** Runs once the request has had its effect, before the first byte of the answer leaves. */
  afterAnswer(match: Match, hook: Hook): () => void;
  /** Pauses one request, before it is looked at or (`'after'`) once it has had its effect. */
  hold(match: Match, when?: 'before' | 'after'): Hold;
  /** Resolves with the next request that fits. */
  nextRequest(match: Match): Promise<RecordedRequest>;
  /** Ends listening and every connection; requests not yet looked at have no effect. Keeps the port. */
  goOffline(): Promise<void>;
  /** Listens on the same port again. */
  goOnline(): Promise<void>;
  /** Ends everything at once, held and stalled requests too. */
  close(): Promise<void>;
}
