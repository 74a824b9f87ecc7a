/** Requesting the list of a token's accounts page by page, and the failures when Cloudflare refuses it. */
import { expect, test } from 'vitest';
import { organizationPages } from '../../../src/main/cloudflare/organization-pages';
import type { ListingPage } from '../../../src/main/cloudflare/types';
import { sampleToken } from '../../standin';
import { failureIn, valueOf } from '../results';
import { always, clientHarness } from './harness';

test('returns every account of three pages once, with its organization, and their total', async () => {
  const { cloudflare, token, standin } = await clientHarness({ accounts: 120 });
  const pages: ListingPage[] = [];
  const onPage = (page: ListingPage): boolean => pages.push(page) > 0;
  valueOf(await organizationPages(cloudflare, always(token), 'account', onPage));
  const listed = pages.flatMap(({ organizations }) => organizations);
  expect(listed.map(({ id }) => id)).toEqual([...standin.accounts.keys()]);
  for (const { id, kind, name, parent } of listed) {
    const { managedBy, ...account } = standin.accounts.get(id)!;
    expect([kind, name]).toEqual(['account', account.name]);
    expect([parent?.id, parent?.name]).toEqual([managedBy?.parentOrgId, managedBy?.parentOrgName]);
  }
  expect(pages.map(({ total }) => total)).toEqual([120, 120, 120]);
  expect(standin.requests.map(({ query }) => query.get('per_page'))).toEqual(['50', '50', '50']);
  expect(standin.requests.map(({ query }) => query.get('page'))).toEqual(['1', '2', '3']);
  expect(standin.violations).toEqual([]);
});

test('continues later with the page after the last one', async () => {
  const { cloudflare, token, standin } = await clientHarness({ accounts: 7 }, { pageSize: 3 });
  const names: string[] = [];
  let next: string | null = null;
  const onPage = (page: ListingPage): boolean => {
    names.push(...page.organizations.map(({ name }) => name));
    next = page.nextPageToken;
    return false;
  };
  const listNext = async (): Promise<unknown> =>
    valueOf(await organizationPages(cloudflare, always(token), 'account', onPage, { from: next }));
  for (let page = 0; page < 3; page += 1) await listNext();
  expect(names).toEqual([...standin.accounts.values()].map(({ name }) => name));
  expect(next).toBeNull();
});

test('lists nothing for a token without accounts', async () => {
  const { cloudflare, token } = await clientHarness({ tokens: [{ ...sampleToken, accounts: [] }] });
  expect(valueOf(await cloudflare.list(token, 'account', null)).value).toEqual({
    organizations: [],
    nextPageToken: null,
    total: 0,
  });
});

test('fails with accounts.not-listed if Cloudflare refuses the list although the token works', async () => {
  const { cloudflare, token, standin } = await clientHarness({ accountsEnabled: false });
  const pages = organizationPages(cloudflare, always(token), 'account', () => true);
  expect(failureIn(await pages)).toMatchObject({ status: 403, code: 'accounts.not-listed' });
  expect(standin.requests.map(({ route }) => route)).toEqual(['/accounts', '/user/tokens/verify']);
});

test('fails with the reason if Cloudflare refuses the list because the token does not work', async () => {
  const { cloudflare, token, standin } = await clientHarness();
  standin.tokens[0]!.status = 'expired';
  const pages = organizationPages(cloudflare, always(token), 'account', () => true);
  expect(failureIn(await pages).code).toBe('token.expired');
});
