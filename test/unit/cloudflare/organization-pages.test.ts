/** Requesting the list of a sign-in's organizations page by page, and the failures when Cloudflare refuses it. */
import { expect, test } from 'vitest';
import { organizationPages } from '../../../src/main/cloudflare/organization-pages';
import type { Cloudflare } from '../../../src/main/cloudflare/client';
import type { Authorizer, ListingPage } from '../../../src/main/cloudflare/types';
import { success } from '../../../src/shared/result';
import { failureIn, valueOf } from '../results';
import { clientHarness } from './harness';

/** Requests at most `maxPages` pages, starting with the page that the token `from` names. Default: all pages. */
async function pagesOf(
  cloudflare: Cloudflare,
  auth: Authorizer,
  { maxPages = Infinity, from = null as string | null } = {},
): Promise<ListingPage[]> {
  const pages: ListingPage[] = [];
  const onPage = (page: ListingPage): boolean => pages.push(page) < maxPages;
  valueOf(await organizationPages(cloudflare, auth, 'organization', onPage, { from }));
  return pages;
}

const idsOf = (pages: readonly ListingPage[]): string[] =>
  pages.flatMap(({ organizations }) => organizations.map(({ id }) => id));

test('returns every organization of three pages once, and their total with each page', async () => {
  const { cloudflare, authorizer, standin } = await clientHarness(
    { organizations: 25 },
    { pageSize: 10 },
  );
  const pages = await pagesOf(cloudflare, authorizer);
  expect(idsOf(pages).sort()).toEqual([...standin.organizations.keys()].sort());
  expect(pages.map(({ total }) => total)).toEqual([25, 25, 25]);
  expect(standin.requests.map(({ query }) => query.get('page_size'))).toEqual(['10', '10', '10']);
  for (const { id, name } of pages.flatMap(({ organizations }) => organizations)) {
    expect(name).toBe(standin.organizations.get(id)?.name);
  }
  expect(standin.violations).toEqual([]);
});

test('stops after a page if the caller wants no more, and continues later with the next one', async () => {
  const { cloudflare, authorizer, standin } = await clientHarness(
    { organizations: 25 },
    { pageSize: 10 },
  );
  const pages = await pagesOf(cloudflare, authorizer, { maxPages: 1 });
  expect(pages).toHaveLength(1);
  const rest = await pagesOf(cloudflare, authorizer, { from: pages[0]!.nextPageToken });
  expect(idsOf([...pages, ...rest]).sort()).toEqual([...standin.organizations.keys()].sort());
  expect(standin.requests).toHaveLength(3);
});

test('requests pages of the largest size that Cloudflare allows', async () => {
  const { cloudflare, authorizer, standin } = await clientHarness({ organizations: 25 });
  expect(idsOf(await pagesOf(cloudflare, authorizer))).toHaveLength(25);
  expect(standin.requests.map(({ query }) => query.get('page_size'))).toEqual(['1000']);
});

test('fails if a page token repeats, because the list would never end', async () => {
  const page = { organizations: [], nextPageToken: 'again', total: null };
  const { cloudflare, authorizer } = await clientHarness();
  const looping = {
    ...cloudflare,
    list: async () => success({ value: page, messages: [] }),
  };
  const outcome = await organizationPages(looping, authorizer, 'organization', () => true);
  expect(failureIn(outcome).code).toBe('cloudflare.unreadable');
});

test('fails with organizations.not-enabled if Cloudflare refuses the list although the sign-in works', async () => {
  const { cloudflare, authorizer, standin } = await clientHarness({ organizationsEnabled: false });
  const failure = failureIn(
    await organizationPages(cloudflare, authorizer, 'organization', () => true),
  );
  expect(failure).toMatchObject({ status: 403, code: 'organizations.not-enabled' });
  expect(standin.requests.map(({ route }) => route)).toEqual(['/organizations', '/user']);
});

test('fails with sign-in.refused if Cloudflare refuses the list because the sign-in does not work', async () => {
  const { cloudflare, authorizer, standin } = await clientHarness({ organizationsEnabled: false });
  standin.faults.add({ mode: '403-10000', match: { path: '/user' } });
  const failure = failureIn(
    await organizationPages(cloudflare, authorizer, 'organization', () => true),
  );
  expect(failure.code).toBe('sign-in.refused');
});
