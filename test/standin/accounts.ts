/** The accounts of the stand-in: who may see them, the list, and how they appear in answers. */
import { randomBytes } from 'node:crypto';
import type { Caller } from './auth';
import { failure, success, type Reply } from './envelope';
import type { AccountState } from './entry-types';
import { emptyProfile, maySee } from './organizations';
import type { Settings } from './settings';

/** Adds default values to an account that a test describes in part. */
export function completeAccount(given: Partial<AccountState>): AccountState {
  const id = given.id ?? randomBytes(16).toString('hex');
  return {
    id,
    name: `Account ${id.slice(0, 6)}`,
    type: 'standard',
    createdOn: '2026-06-02T09:00:00.000000Z',
    managedBy: null,
    profile: emptyProfile(),
    extraFields: {},
    withheld: {},
    visibleTo: 'everyone',
    ...given,
  };
}

/** Whether a caller may see an account: a token needs it in its list. */
export const seesAccount = (account: AccountState, { userId, token }: Caller) =>
  maySee(account, userId) && (token === null || token.accounts.includes(account.id));

/** The JSON of an account. Shape: `Account` of the npm package `cloudflare` 7.3.0. */
export function accountItem(account: AccountState, settings: Settings): Record<string, unknown> {
  const { id, name, type, createdOn, managedBy } = account;
  return {
    id,
    name,
    type,
    settings: { enforce_twofactor: false, abuse_contact_email: null },
    created_on: createdOn,
    ...(managedBy !== null && settings.showManagedBy
      ? {
          managed_by: {
            parent_org_id: managedBy.parentOrgId,
            parent_org_name: managedBy.parentOrgName,
          },
        }
      : {}),
  };
}

/** The answer for an unknown or invisible account. The codes are those of similar routes. */
export function unknownAccount(status: 403 | 404): Reply {
  return status === 403
    ? failure(403, [{ code: 9109, message: 'Unauthorized to access requested resource' }])
    : failure(404, [{ code: 1002, message: 'Account not found' }]);
}

/** A whole number from 1 to `max` in a query; `null` if it is none. */
function wholeNumber(text: string | null, absent: number, max: number): number | null {
  if (text === null) return absent;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= max ? number : null;
}

/** A list of accounts, and the protocol violation of the client, if any. */
interface ListAnswer {
  reply: Reply;
  violation?: string;
}

/** The accounts of a token as a set, made once: a token may open thousands, which are listed page by page. */
const sets = new WeakMap<readonly string[], Set<string>>();

function setOf(ids: readonly string[]): Set<string> {
  const known = sets.get(ids);
  if (known?.size === ids.length) return known;
  const set = new Set(ids);
  sets.set(ids, set);
  return set;
}

const knownQueries = new Set(['page', 'per_page', 'name', 'direction']);

/**
 * A page of the accounts that a caller may see. Cloudflare API reference, "List accounts": page numbers from 1, 20
 * items per page by default. 50 items are known to work; to refuse more is our choice.
 */
export function listAccounts(
  accounts: Map<string, AccountState>,
  caller: Caller,
  query: URLSearchParams,
  settings: Settings,
): ListAnswer {
  if (caller.owner === 'account') {
    const message = 'List accounts endpoint does not support account owned tokens.';
    return { reply: failure(400, [{ code: 1001, message }]) };
  }
  if (!settings.accountsEnabled) return { reply: unknownAccount(403) };
  const refuse = (message: string, violation: string): ListAnswer => ({
    reply: failure(400, [{ code: 1004, message }]),
    violation,
  });
  const unknown = [...query.keys()].find((key) => !knownQueries.has(key));
  if (unknown !== undefined) {
    return refuse(`Unknown query parameter ${unknown}`, `an unknown query parameter, ${unknown}`);
  }
  const page = wholeNumber(query.get('page'), 1, 999_999_999);
  const size = wholeNumber(query.get('per_page'), 20, 50);
  if (page === null) return refuse('page must be at least 1', 'page below 1');
  if (size === null) return refuse('per_page must be between 1 and 50', 'per_page outside 1 to 50');
  const name = query.get('name');
  const own = caller.token && setOf(caller.token.accounts);
  const seen = [...accounts.values()].filter(
    (account) =>
      maySee(account, caller.userId) &&
      (own === null || own.has(account.id)) &&
      (name === null || account.name === name),
  );
  if (query.get('direction') === 'desc') seen.reverse();
  const items = seen.slice((page - 1) * size, page * size);
  const info = {
    page,
    per_page: size,
    total_pages: Math.ceil(seen.length / size),
    count: items.length,
    total_count: seen.length,
  };
  return {
    reply: success(
      items.map((account) => accountItem(account, settings)),
      { result_info: info },
    ),
  };
}
