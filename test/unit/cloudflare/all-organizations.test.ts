/** The list of all organizations of a sign-in, over all pages, and why it may be refused. */
import { expect, test } from 'vitest';
import { allOrganizations } from '../../../src/main/cloudflare/all-organizations';
import { clientWorld, failureIn, valueOf } from './world';

test('lists all organizations over three pages, each once', async () => {
  const { cloudflare, auth, standin } = await clientWorld({ organizations: 25 }, { pageSize: 10 });
  const all = valueOf(await allOrganizations(cloudflare, auth));
  expect(all.map(({ id }) => id).sort()).toEqual([...standin.organizations.keys()].sort());
  expect(standin.requests.map(({ query }) => query.get('page_size'))).toEqual(['10', '10', '10']);
  for (const { id, name } of all) expect(name).toBe(standin.organizations.get(id)?.name);
  expect(standin.violations).toEqual([]);
});

test('asks for the most a page may hold', async () => {
  const { cloudflare, auth, standin } = await clientWorld({ organizations: 25 });
  expect(valueOf(await allOrganizations(cloudflare, auth))).toHaveLength(25);
  expect(standin.requests.map(({ query }) => query.get('page_size'))).toEqual(['1000']);
});

test('a list that repeats its page token does not run for ever', async () => {
  const page = { organizations: [], nextPageToken: 'again' };
  const { cloudflare, auth } = await clientWorld();
  const looping = {
    ...cloudflare,
    organizations: async () => ({ ok: true as const, value: { value: page, messages: [] } }),
  };
  expect(failureIn(await allOrganizations(looping, auth)).code).toBe('cloudflare.unreadable');
});

test('organizations not enabled: the list is refused although the sign-in works', async () => {
  const { cloudflare, auth, standin } = await clientWorld({ organizationsEnabled: false });
  const failure = failureIn(await allOrganizations(cloudflare, auth));
  expect(failure).toMatchObject({ status: 403, code: 'organizations.not-enabled' });
  expect(standin.requests.map(({ route }) => route)).toEqual(['/organizations', '/user']);
});

test('a list that is refused because the sign-in is dead says so', async () => {
  const { cloudflare, auth, standin } = await clientWorld({ organizationsEnabled: false });
  standin.faults.add({ mode: '403-10000', match: { path: '/user' } });
  expect(failureIn(await allOrganizations(cloudflare, auth)).code).toBe('sign-in.refused');
});
