/**
 * The types of the stand-in, a fake Cloudflare API server: its options, its state (Cloudflare users,
 * organizations), and what it reports to a test (requests, violations).
 *
 * In this folder, "Cloudflare API reference" means developers.cloudflare.com/api, resource `organizations`, and
 * the operations `Organizations_*` of cloudflare/api-schemas. Comments mark the rules that are our own choice
 * because no source confirms them.
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
/** Fields that are missing or `null` in answers, whatever is stored. */
export type Withheld = Partial<Record<ProfileKey, 'missing' | 'null'>>;

/** A Cloudflare user with an email and a Global API Key. */
export interface Credential {
  email: string;
  /** 37 characters `[0-9a-f]`, or a longer one starting with `cfk_`. */
  key: string;
  userId: string;
}

/** An API token. A token of an account is refused where Cloudflare requires a user. */
export interface ApiToken {
  token: string;
  userId: string;
  owner: 'user' | 'account';
}

/** An organization in the stand-in. Tests may change it in place. */
export interface OrganizationState {
  id: string;
  name: string;
  /** ISO 8601. */
  createTime: string;
  parent: { id: string; name: string } | null;
  /** `null`: there is no profile yet, and a GET is answered with 404. */
  profile: ProfileFields | null;
  /** Profile keys the app does not know: sent in GET and expected back unchanged in PUT. */
  extraFields: Record<string, unknown>;
  /** Profile fields that are left out of answers, also of embedded profiles. */
  withheld: Withheld;
  meta: Record<string, unknown>;
  /** Ids of its accounts and of its users (`members`), for the `containing.*` filters. */
  accounts: string[];
  members: string[];
  /** Ids of the users who may see the organization. */
  visibleTo: 'everyone' | string[];
}

export interface Limits {
  /** Requests that a user may send per window of `perUserWindowMs`. Cloudflare: 1200 per 5 minutes. */
  perUser: number;
  perUserWindowMs: number;
  /** Requests that an IP address may send per window of `perAddressWindowMs`. Cloudflare: 200 per second. */
  perAddress: number;
  perAddressWindowMs: number;
  /** How long all requests are refused once a limit is exceeded. Cloudflare: 5 minutes. */
  blockMs: number;
  /** Whether the test exceeds a limit on purpose. If not, exceeding it is a protocol violation. */
  provoked: boolean;
}

/** Settings that tests may change while the stand-in runs. */
export interface Settings {
  /** Delay before a request is processed, in ms. */
  latency: number;
  /** Whether tokens are accepted for `/organizations/{id}` and the profile; the real answer is unverified. */
  bearer: 'reject' | 'accept';
  /** Status for an organization that does not exist or is invisible; the real one is unverified. */
  unknownOrganization: 403 | 404;
  /** Whether organizations contain their profile in answers; `sometimes`: every third one does. */
  embedProfiles: boolean | 'sometimes';
  /** `false`: the list of organizations is refused with 403 although the sign-in works. */
  organizationsEnabled: boolean;
  /** `false` disables both limits. */
  limits: Limits | false;
}

export interface StandinOptions extends Partial<Omit<Settings, 'limits'>> {
  /** Number of sample organizations at the start; default 5. */
  organizations?: number;
  /** Default 0: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** PEM texts for HTTPS; default: HTTP. */
  tls?: Certificate;
  /** Default: `sampleCredential`. */
  credentials?: Credential[];
  /** Default: `sampleToken` and `sampleAccountToken`. */
  tokens?: ApiToken[];
  limits?: Partial<Limits> | false;
  /** The clock of the rate limits, in ms; default `Date.now`. */
  now?: () => number;
}

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
  readonly credentials: readonly Credential[];
  readonly tokens: readonly ApiToken[];
  readonly requests: RecordedRequest[];
  /** Requests that followed the redirect of the fault `redirect-307`. */
  readonly strayRequests: StrayRequest[];
  /** Protocol violations, one sentence each. Most tests expect none. */
  readonly violations: string[];
  readonly organizations: Map<string, OrganizationState>;
  readonly faults: Faults;
  /** A copy of the current profile, or `null` if there is none. Throws for an unknown id. */
  profileOf(id: string): ProfileFields | null;
  /** Changes these fields as someone else would; `null` removes the whole profile. */
  setProfile(id: string, fields: Partial<ProfileFields> | null): void;
  setExtraFields(id: string, fields: Record<string, unknown>): void;
  /** Makes these fields missing or `null` in answers; `{}` ends that for all fields. */
  withhold(id: string, fields: Withheld): void;
  addOrganization(organization: Partial<OrganizationState>): OrganizationState;
  removeOrganization(id: string): void;
  /** Changes the API key of a user; the old key is then refused. */
  setKey(userId: string, newKey: string): void;
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
