/**
 * A token that opens many accounts of one organization, from Cloudflare's list to the profile that is read: one entry
 * for each profile. With the app's own parts and a real database, over HTTP.
 */
import { afterEach, expect, it } from 'vitest';
import { createAdditions } from '../../../../src/main/organizations/add/handlers';
import type { Result } from '../../../../src/shared/result';
import { valueOf } from '../../results';
import { closeHarnesses, SyncHarness, TOKEN_SIGN_IN } from '../../sync/harness';

afterEach(closeHarnesses);

/** Adds all accounts that the token opens, as a person who changes nothing. */
async function addAll(harness: SyncHarness): Promise<void> {
  const { handlers, stop } = createAdditions({
    ...harness.deps,
    signIns: { authorizationOf: harness.authorizationOf, report: () => undefined },
    yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const ended = async <T>(outcome: Result<T> | Promise<Result<T>>): Promise<T> => {
    let isOver = false;
    const over = Promise.resolve(outcome).finally(() => (isOver = true));
    await harness.until(() => isOver);
    return valueOf(await over);
  };
  const listed = await ended(handlers.list({ signInId: TOKEN_SIGN_IN, onlyNew: false }));
  expect(listed).toMatchObject({ found: harness.standin.accounts.size, isComplete: true });
  await ended(handlers.tick({ which: 'shown', ticked: true, filter: '' }));
  await ended(handlers.add(null));
  stop();
}

const entries = (harness: SyncHarness) =>
  harness.read(({ organizations }) => organizations.ids().map((id) => organizations.get(id)!));
const reads = ({ standin }: SyncHarness) =>
  standin.requests.filter(({ route }) => route.endsWith('/profile')).length;

it('20,000 accounts of one organization are one entry, which is read once', async () => {
  const harness = await SyncHarness.startEmpty({ organizations: 1, accounts: 20_000 });
  const [company] = [...harness.standin.organizations.values()];
  const { id, name } = company!;
  for (const account of harness.standin.accounts.values())
    account.managedBy = { parentOrgId: id, parentOrgName: name };
  await addAll(harness);
  const [first] = [...harness.standin.accounts.values()];
  await harness.until(() => harness.readQueue.initialFetch() === null && reads(harness) > 0);
  expect(entries(harness)).toMatchObject([{ name: first!.name, parent: { id, name } }]);
  expect(harness.saved(first!.id)).toEqual(harness.standin.profileOf(id));
  expect(reads(harness)).toBe(1);
});

it('the accounts of two organizations, and five of which none is known, are seven entries', async () => {
  const harness = await SyncHarness.startEmpty({ organizations: 2, accounts: 9 });
  const [one, other] = [...harness.standin.organizations.values()];
  for (const [index, account] of [...harness.standin.accounts.values()].entries()) {
    const parent = index < 4 ? [one, other][index % 2] : null;
    account.managedBy = parent ? { parentOrgId: parent.id, parentOrgName: parent.name } : null;
  }
  await addAll(harness);
  expect(entries(harness)).toHaveLength(7);
  await harness.until(() => entries(harness).every(({ id }) => harness.saved(id) !== null));
  expect(reads(harness)).toBe(7);
});
