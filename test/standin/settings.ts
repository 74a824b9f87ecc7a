/** The settings of a stand-in: the switches that tests may change while it runs, its options, the default values. */
import type { Certificate } from './listener';
import { defaultLimits, type Limits } from './limits';
import type { ApiToken, KeySignIn } from './sign-in-types';

/** The switches of the audit logs. */
export interface AuditSettings {
  /**
   * - `entries`: lists the entries that match.
   * - `empty`: lists none.
   * - 403 and 404: refuses every request.
   * - `off`: the path does not exist, and nothing is recorded.
   */
  answer: 'entries' | 'empty' | 403 | 404 | 'off';
  /** Additional delay before a request for an audit log is processed, in ms. */
  delay: number;
  /** Whether entries lack fields or have values of unknown types, and some are not objects at all. */
  odd: boolean;
  /** Whether ray ids are logged without the location, as `8f1d…` instead of `8f1d…-FRA`. No source tells. */
  shortRayIds: boolean;
  /** Where a page has the cursor of the next one. */
  cursor: 'both' | 'cursor' | 'cursors.after';
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
  /** The flags in the `meta` of organizations; by default, public sources differ, so both kinds alternate. */
  metaFlags: 'alternate' | 'flags' | 'tenant_flags' | 'none';
  /** `false`: the list of organizations is refused with 403 although the sign-in works. */
  organizationsEnabled: boolean;
  /** Status for tokens that are unknown, disabled, expired or at a wrong address, except at verify. */
  refusedToken: 401 | 403;
  /** Whether verify tells the status of disabled and expired tokens with 200, or refuses them as unknown. */
  verifyInactive: 'status' | 'refuse';
  /** `false`: the list of accounts is refused with 403 although the sign-in works. */
  accountsEnabled: boolean;
  /** `false`: accounts have no `managed_by` in answers. */
  showManagedBy: boolean;
  /** Status for an account that does not exist, is invisible, or is not in the list of the token. */
  unknownAccount: 403 | 404;
  /** Whether an account without a parent organization has its own profile, or none at all (404). */
  accountWithoutParent: 'own' | 404;
  /** Status of a successful PUT of an account's profile: without a body, or with an envelope. Unverified. */
  accountPut: 204 | 200;
  /**
   * Whether a field that is empty or omitted in a PUT keeps its text; the status is the same. Cloudflare API
   * reference, "Update account profile", says so of accounts. For organizations it is unverified.
   */
  emptyLeavesUnchanged: { account: boolean; organization: boolean };
  audit: AuditSettings;
  /** `false` disables both limits. */
  limits: Limits | false;
}

/** Settings that options replace as a whole; those with parts can be given in part. */
type Simple = Omit<Settings, 'limits' | 'emptyLeavesUnchanged' | 'audit'>;

export interface StandinOptions extends Partial<Simple> {
  /** Number of sample organizations at the start; default 5. */
  organizations?: number;
  /** Sample organizations in a tree instead, up to five levels deep: each has `children` below it. */
  tree?: { levels: number; children: number };
  /** Number of sample accounts at the start; default 2, both of the first organization. */
  accounts?: number;
  /** Default 0: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** PEM texts for HTTPS; default: HTTP. */
  tls?: Certificate;
  /** Default: `sampleSignIn`. */
  signIns?: KeySignIn[];
  /** Default: `sampleToken`, which then sees all sample accounts, and `sampleAccountToken`. */
  tokens?: ApiToken[];
  emptyLeavesUnchanged?: Partial<Settings['emptyLeavesUnchanged']>;
  audit?: Partial<AuditSettings>;
  limits?: Partial<Limits> | false;
  /** The clock of rate limits, tokens and audit log, in ms; default `Date.now`. */
  now?: () => number;
}

/** The settings that these options describe. */
export function settingsFrom(options: StandinOptions): Settings {
  return {
    latency: options.latency ?? 0,
    bearer: options.bearer ?? 'reject',
    unknownOrganization: options.unknownOrganization ?? 404,
    embedProfiles: options.embedProfiles ?? 'sometimes',
    metaFlags: options.metaFlags ?? 'alternate',
    organizationsEnabled: options.organizationsEnabled ?? true,
    refusedToken: options.refusedToken ?? 403,
    verifyInactive: options.verifyInactive ?? 'status',
    accountsEnabled: options.accountsEnabled ?? true,
    showManagedBy: options.showManagedBy ?? true,
    unknownAccount: options.unknownAccount ?? 403,
    accountWithoutParent: options.accountWithoutParent ?? 'own',
    accountPut: options.accountPut ?? 204,
    emptyLeavesUnchanged: { account: true, organization: false, ...options.emptyLeavesUnchanged },
    audit: {
      answer: 'entries',
      delay: 0,
      odd: false,
      shortRayIds: false,
      cursor: 'both',
      ...options.audit,
    },
    limits: options.limits === false ? false : { ...defaultLimits, ...options.limits },
  };
}
