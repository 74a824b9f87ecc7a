/**
 * Answers the routes of one account. Cloudflare API reference, "Update account profile": a Global API Key, or a token
 * of a user, scoped to the account, with Account Settings Read (GET) or Write (PUT).
 */
import { accountItem, seesAccount, unknownAccount } from './accounts';
import type { Caller } from './auth';
import { notRouted, success, type Reply } from './envelope';
import { idShape } from './organizations';
import { getProfile, noProfile, profileAnswer, putProfile } from './profile';
import { forbidden, notAllowed, type IncomingRequest } from './requests';
import { logPut, type StandinState } from './state';
import type { ProfileFields } from './types';

/** Whether a caller has a permission for the settings of accounts. */
export function mayUseSettings({ owner, token }: Caller, write: boolean): boolean {
  if (owner === 'account') return false;
  const level = token?.permissions.accountSettings ?? 'write';
  return write ? level === 'write' : level !== 'none';
}

/** Answers a request for an account (`part` undefined) or its profile. */
export function oneAccount(
  state: StandinState,
  caller: Caller,
  id: string,
  part: string | undefined,
  incoming: IncomingRequest,
  alter: (fields: ProfileFields) => ProfileFields,
): Reply {
  const { accounts, organizations, settings, sent, records } = state;
  const { method, path } = incoming.recorded;
  if (!idShape.test(id)) return notRouted(path);
  const account = accounts.get(id);
  if (!account || !seesAccount(account, caller)) return unknownAccount(settings.unknownAccount);
  const put = part === 'profile' && method === 'PUT';
  if (!put && method !== 'GET') return notAllowed();
  if (!mayUseSettings(caller, put)) return forbidden();
  if (part === undefined) return success(accountItem(account, settings));
  const orphan = !organizations.has(account.managedBy?.parentOrgId ?? '');
  if (orphan && settings.accountWithoutParent === 404) return noProfile('Account');
  if (!put) return getProfile(account, records, sent) ?? noProfile('Account');
  const { reply, violations } = putProfile({
    entry: account,
    records,
    sent,
    contentType: incoming.request.headers['content-type'],
    raw: incoming.raw,
    keepsEmpty: settings.emptyLeavesUnchanged.account,
    alter,
  });
  violations.forEach(state.violate);
  if (reply.status !== 204) return reply;
  logPut(state, caller, id, incoming, settings.accountPut);
  if (settings.accountPut === 204) return reply;
  return success(profileAnswer(account, records.shown(id), sent));
}
