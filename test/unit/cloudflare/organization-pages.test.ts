/** Listing the organizations of a sign-in page by page, and why the list may be refused. */
import { expect, test } from 'vitest';
import { organizationPages } from '../../../src/main/cloudflare/organization-pages';
import type {
  Authorization,
  Cloudflare,
  OrganizationPage,
} from '../../../src/main/cloudflare/types';
import { success } from '../../../src/shared/outcome';
import { failureIn, valueOf } from '../outcomes';
import { clientHarness } from './harness';

/** Requests all pages, or only the pages up to this number. */
async function pagesOf(
  cloudflare: Cloudflare,
  auth: Authorization,
  { until = Infinity, from = null as string | null } = {},
): Promise<OrganizationPage[]> {
  const pages: OrganizationPage[] = [];
  const onPage = (page: OrganizationPage): boolean => pages.push(page) < until;
  valueOf(await organizationPages(cloudflare, auth, onPage, { from }));
  return pages;
}

const idsOf = (pages: readonly OrganizationPage[]): string[] =>
  pages.flatMap(({ organizations }) => organizations.map(({ id }) => id));

test('lists all organizations over three pages, each once, and returns their total', async () => {
  const { cloudflare, auth, standin } = await clientHarness(
    { organizations: 25 },
    { pageSize: 10 },
  );
  const pages = await pagesOf(cloudflare, auth);
  expect(idsOf(pages).sort()).toEqual([...standin.organizations.keys()].sort());
  expect(pages.map(({ total }) => total)).toEqual([25, 25, 25]);
  expect(standin.requests.map(({ query }) => query.get('page_size'))).toEqual(['10', '10', '10']);
  for (const { id, name } of pages.flatMap(({ organizations }) => organizations)) {
    expect(name).toBe(standin.organizations.get(id)?.name);
  }
  expect(standin.violations).toEqual([]);
});

test('stops when its caller wants, and continues from there', async () => {
  const { cloudflare, auth, standin } = await clientHarness(
    { organizations: 25 },
    { pageSize: 10 },
  );
  const pages = await pagesOf(cloudflare, auth, { until: 1 });
  expect(pages).toHaveLength(1);
  const rest = await pagesOf(cloudflare, auth, { from: pages[0]!.nextPageToken });
  expect(idsOf([...pages, ...rest]).sort()).toEqual([...standin.organizations.keys()].sort());
  expect(standin.requests).toHaveLength(3);
});

test('requests the largest allowed page', async () => {
  const { cloudflare, auth, standin } = await clientHarness({ organizations: 25 });
  expect(idsOf(await pagesOf(cloudflare, auth))).toHaveLength(25);
  expect(standin.requests.map(({ query }) => query.get('page_size'))).toEqual(['1000']);
});

test('stops if the list repeats its page token', async () => {
  const page = { organizations: [], nextPageToken: 'again', total: null };
  const { cloudflare, auth } = await clientHarness();
  const looping = {
    ...cloudflare,
    organizations: async () => success({ value: page, messages: [] }),
  };
  const outcome = await organizationPages(looping, auth, () => true);
  expect(failureIn(outcome).code).toBe('cloudflare.unreadable');
});

test('reports that organizations are not enabled when the list is refused although the sign-in works', async () => {
  const { cloudflare, auth, standin } = await clientHarness({ organizationsEnabled: false });
  const failure = failureIn(await organizationPages(cloudflare, auth, () => true));
  expect(failure).toMatchObject({ status: 403, code: 'organizations.not-enabled' });
  expect(standin.requests.map(({ route }) => route)).toEqual(['/organizations', '/user']);
});

test('reports that the sign-in does not work when that is why the list is refused', async () => {
  const { cloudflare, auth, standin } = await clientHarness({ organizationsEnabled: false });
  standin.faults.add({ mode: '403-10000', match: { path: '/user' } });
  const failure = failureIn(await organizationPages(cloudflare, auth, () => true));
  expect(failure.code).toBe('sign-in.refused');
});
