/** The state of a stand-in, and how it starts. */
import type { AccountState, OrganizationState, ProfileFields } from './entry-types';
import { entryOf, someoneElse, newRay, type AuditEntry, type Write } from './audit-log';
import { completeAccount } from './accounts';
import { PageTokens } from './listing';
import { completeOrganization, emptyProfile } from './organizations';
import { SentExtras } from './profile';
import { prefix } from './recording';
import { Records } from './records';
import {
  sampleAccountToken,
  sampleSignIn,
  sampleOrganizations,
  sampleToken,
  sampleTree,
} from './samples';
import { sampleAccounts } from './sample-accounts';
import type { Caller } from './auth';
import type { IncomingRequest } from './requests';
import { settingsFrom, type Settings, type StandinOptions } from './settings';
import type { ApiToken, KeySignIn } from './sign-in-types';
import type { Standin } from './types';

export interface StandinState {
  settings: Settings;
  users: KeySignIn[];
  tokens: ApiToken[];
  organizations: Map<string, OrganizationState>;
  accounts: Map<string, AccountState>;
  records: Records;
  pageTokens: PageTokens;
  sent: SentExtras;
  auditLog: AuditEntry[];
  /** Former keys and values of tokens, which are still secret. */
  formerSecrets: string[];
  /** Milliseconds since 1970. */
  now: () => number;
  violate: (sentence: string) => void;
}

/** The state at the start. `violations` collects the protocol violations. */
export function stateFrom(options: StandinOptions, violations: string[]): StandinState {
  const { tree, now = Date.now } = options;
  const samples = tree
    ? sampleTree(tree.levels, tree.children)
    : sampleOrganizations(options.organizations ?? 5);
  const organizations = new Map(samples.map((one) => [one.id, one]));
  const accounts = new Map(
    sampleAccounts(options.accounts ?? 2, samples).map((one) => [one.id, one]),
  );
  for (const { id, managedBy } of accounts.values()) {
    const parent = organizations.get(managedBy?.parentOrgId ?? '');
    if (parent && !parent.accounts.includes(id)) parent.accounts.push(id);
  }
  const tokens = options.tokens ?? [
    { ...sampleToken, accounts: [...accounts.keys()] },
    sampleAccountToken,
  ];
  return {
    settings: settingsFrom(options),
    users: (options.signIns ?? [sampleSignIn]).map((signIn) => ({ ...signIn })),
    tokens: structuredClone(tokens),
    organizations,
    accounts,
    records: new Records(organizations, accounts, now),
    pageTokens: new PageTokens(),
    sent: new SentExtras(),
    auditLog: [],
    formerSecrets: [],
    now,
    violate: (sentence) => violations.push(sentence),
  };
}

/** Adds a write to the audit log, unless that is switched off. */
function logWrite(state: StandinState, write: Omit<Write, 'at'>): void {
  const { accounts, auditLog, settings } = state;
  if (settings.audit.answer === 'off') return;
  const ray = settings.audit.shortRayIds ? write.ray.replace(/-.*/, '') : write.ray;
  auditLog.push(entryOf({ ...write, ray, at: state.now() }, accounts));
}

/** Adds a PUT of a client to the audit log, with the status of its answer. */
export function logPut(
  state: StandinState,
  { userId, email, token }: Caller,
  id: string,
  { request, recorded, address, ray }: IncomingRequest,
  status: number,
): void {
  logWrite(state, {
    id,
    actor: {
      id: userId,
      email,
      type: 'user',
      context: token ? 'api_token' : 'api_key',
      ip_address: address,
      ...(token ? { token_id: token.id, token_name: token.name } : {}),
    },
    ray,
    method: recorded.method,
    status,
    uri: recorded.path,
    userAgent: request.headers['user-agent'] ?? '',
    body: JSON.parse(recorded.body) as unknown,
    type: 'update',
  });
}

/** Creates the methods of a stand-in that read and change its state. */
export function stateMethods(state: StandinState) {
  const { organizations, accounts, records, users, tokens } = state;
  const editElsewhere: Standin['editElsewhere'] = (id, fields, by = {}) => {
    const { userAgent, ...actor } = { ...someoneElse, ...by };
    records.write(id, (contents) => {
      contents.profile =
        fields === null ? null : { ...(contents.profile ?? emptyProfile()), ...fields };
    });
    logWrite(state, {
      id,
      actor,
      ray: newRay(),
      method: fields === null ? 'DELETE' : 'PUT',
      status: 204,
      uri: `${prefix}/${organizations.has(id) ? 'organizations' : 'accounts'}/${id}/profile`,
      userAgent,
      body: structuredClone(fields),
      type: fields === null ? 'delete' : 'update',
    });
  };
  return {
    profileOf: (id): ProfileFields | null => structuredClone(records.holder(id).profile),
    shownProfileOf: (id): ProfileFields | null => structuredClone(records.shown(id).profile),
    setProfile: (id, fields) => editElsewhere(id, fields),
    editElsewhere,
    setExtraFields: (id, fields) => {
      records.holder(id).extraFields = structuredClone(fields);
    },
    withhold: (id, fields) => {
      records.entry(id).withheld = { ...fields };
    },
    shareRecord: (first, ...others) => records.share(first, others),
    delayPropagation: (id, ms) => records.delay(id, ms),
    addOrganization: (given) => {
      const organization = completeOrganization(given);
      organizations.set(organization.id, organization);
      return organization;
    },
    removeOrganization: (id) => {
      if (!organizations.delete(id)) throw new Error(`The stand-in has no organization ${id}`);
    },
    addAccount: (given) => {
      const account = completeAccount(given);
      accounts.set(account.id, account);
      return account;
    },
    removeAccount: (id) => {
      if (!accounts.delete(id)) throw new Error(`The stand-in has no account ${id}`);
    },
    setKey: (userId, newKey) => {
      const user = users.find((signIn) => signIn.userId === userId);
      if (!user) throw new Error(`The stand-in has no user ${userId}`);
      state.formerSecrets.push(user.key);
      user.key = newKey;
    },
    setToken: (id, newValue) => {
      const token = tokens.find((one) => one.id === id);
      if (!token) throw new Error(`The stand-in has no token ${id}`);
      state.formerSecrets.push(token.value);
      token.value = newValue;
    },
  } satisfies Partial<Standin>;
}
