/** The routes of accounts, over real HTTP: one account, its profile, and what a refusal means. */
import { expect, test } from 'vitest';
import { explainForbidden, isForbidden } from '../../../src/main/cloudflare/forbidden';
import { entryPath, listPath, PAGE_SIZES, profilePath } from '../../../src/main/cloudflare/routes';
import { sampleReadOnlyToken } from '../../standin';
import { failureIn, valueOf } from '../results';
import { accountRef, organizationRef } from '../samples';
import { fields } from './sample-fields';
import { always, clientHarness, tokenAuth } from './harness';

const UNKNOWN = 'f'.repeat(32);

test.each([
  [organizationRef('a'), '/organizations/a'],
  [accountRef('a'), '/accounts/a'],
] as const)('%j has its own routes', (entry, path) => {
  expect(entryPath(entry)).toBe(path);
  expect(profilePath(entry)).toBe(`${path}/profile`);
});

test('lists of organizations have page tokens, lists of accounts page numbers', () => {
  expect(listPath('organization', null, 5)).toBe('/organizations?page_size=5');
  expect(listPath('organization', 'a&b', 5)).toBe('/organizations?page_size=5&page_token=a%26b');
  expect(listPath('account', null, 5)).toBe('/accounts?page=1&per_page=5');
  expect(listPath('account', '3', 5)).toBe('/accounts?page=3&per_page=5');
  expect(PAGE_SIZES).toEqual({ organization: 1_000, account: 50 });
});

test('reads an account with the organization to which it belongs', async () => {
  const { cloudflare, token, accountId, id, standin } = await clientHarness();
  const account = standin.accounts.get(accountId)!;
  expect(valueOf(await cloudflare.entry(token, accountRef(accountId))).value).toEqual({
    id: accountId,
    kind: 'account',
    name: account.name,
    parent: { id, name: standin.organizations.get(id)?.name },
    createdAt: Date.parse(account.createdOn),
  });
  standin.settings.showManagedBy = false;
  const alone = valueOf(await cloudflare.entry(token, accountRef(accountId))).value;
  expect(alone).toMatchObject({ name: account.name, parent: null });
  expect(standin.violations).toEqual([]);
});

test('reads the organization above an organization', async () => {
  const { cloudflare, auth, standin } = await clientHarness({ tree: { levels: 2, children: 1 } });
  const child = [...standin.organizations.values()].find(({ parent }) => parent !== null)!;
  const { value } = valueOf(await cloudflare.entry(auth, organizationRef(child.id)));
  expect(value).toMatchObject({ id: child.id, kind: 'organization' });
  expect(value.parent?.id).toMatch(/^[0-9a-f]{32}$/);
  expect(value.parent?.name).toBe(standin.organizations.get(value.parent!.id)?.name);
  expect(value.createdAt).toEqual(expect.any(Number));
});

test.each([204, 200] as const)(
  'writes the profile of an account when the answer is %i',
  async (accountPut) => {
    const { cloudflare, token, accountId, standin } = await clientHarness({ accountPut });
    standin.setExtraFields(accountId, { tax_id: 'X-1' });
    const entry = accountRef(accountId);
    const read = valueOf(await cloudflare.readProfile(token, entry)).value;
    expect(read.fields).toEqual(standin.profileOf(accountId));
    expect(read.extra).toEqual({ tax_id: 'X-1' });
    valueOf(await cloudflare.writeProfile(token, entry, { fields, extra: read.extra }));
    // A text of an account cannot be emptied (API reference, "Update account profile").
    const kept = { ...fields, business_address: read.fields.business_address };
    expect(standin.profileOf(accountId)).toEqual(kept);
    expect(standin.violations).toEqual([]);
  },
);

test('never sends an account id of the wrong shape', async () => {
  const { cloudflare, token, standin } = await clientHarness();
  for (const id of ['', '..', 'x/y', 'A'.repeat(32), '0'.repeat(31)]) {
    const entry = accountRef(id);
    for (const outcome of [
      await cloudflare.readProfile(token, entry),
      await cloudflare.writeProfile(token, entry, { fields, extra: {} }),
      await cloudflare.entry(token, entry),
    ]) {
      expect(failureIn(outcome).code).toBe('account.invalid-id');
    }
  }
  expect(standin.requests).toEqual([]);
});

test('an account that does not exist is not found, or forbidden if the token itself works', async () => {
  const { cloudflare, token, standin } = await clientHarness({ unknownAccount: 404 });
  const missing = failureIn(await cloudflare.readProfile(token, accountRef(UNKNOWN)));
  expect(missing).toMatchObject({ code: 'account.not-found', status: 404 });
  standin.settings.unknownAccount = 403;
  const refused = failureIn(await cloudflare.readProfile(token, accountRef(UNKNOWN)));
  expect(refused).toMatchObject({ code: 'token.refused', status: 403 });
  expect(isForbidden(refused)).toBe(true);
  const explain = () => explainForbidden(cloudflare, always(token), refused, 'account');
  expect(await explain()).toMatchObject({ code: 'account.forbidden', status: 403 });
  standin.tokens[0]!.status = 'disabled';
  expect((await explain()).code).toBe('token.disabled');
});

test('a write without the permission is refused, and reading still works', async () => {
  const { cloudflare, accountId, standin } = await clientHarness({ tokens: [sampleReadOnlyToken] });
  const auth = tokenAuth(sampleReadOnlyToken);
  const before = valueOf(await cloudflare.readProfile(auth, accountRef(accountId))).value.fields;
  const write = await cloudflare.writeProfile(auth, accountRef(accountId), { fields, extra: {} });
  expect(isForbidden(failureIn(write))).toBe(true);
  expect(standin.profileOf(accountId)).toEqual(before);
});
