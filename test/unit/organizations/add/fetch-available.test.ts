/**
 * Fetching the list of organizations that a sign-in can access: from the stand-in (a fake Cloudflare
 * API server) over HTTP, with the app's own client and database.
 */
import { expect, it, onTestFinished, vi } from 'vitest';
import { createAvailableFetch } from '../../../../src/main/organizations/add/fetch-available';
import type { Cloudflare } from '../../../../src/main/cloudflare';
import { MAX_ORGANIZATIONS } from '../../../../src/shared/limits';
import { failed, success } from '../../../../src/shared/result';
import { startStandin, type StandinOptions } from '../../../standin';
import { valueOf } from '../../results';
import { clientFor, useSignIn } from '../../sign-ins/harness';
import {
  addSignIns,
  freshDatabase,
  signIn,
  signInId,
  write,
} from '../../database/temporary-database';
import { ORGANIZATION } from '../../samples';

const SIGN_IN = signInId(1);
const REQUEST = { signInId: SIGN_IN, onlyNew: false };

/** Creates the fetcher, on a stand-in whose pages have ten organizations. */
async function harness(options: StandinOptions = {}) {
  const standin = await startStandin({ organizations: 25, limits: false, ...options });
  onTestFinished(() => standin.close());
  const database = freshDatabase();
  write(database, addSignIns);
  const [{ email, key, userId } = { email: '', key: '', userId: '' }] = standin.signIns;
  const report = vi.fn();
  const listing = createAvailableFetch({
    database,
    cloudflare: clientFor(standin.url, 10),
    signIns: {
      authorizationOf: async () => success({ kind: 'key' as const, email, key, userId }),
      report,
    },
    yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
  });
  onTestFinished(() => listing.stop());
  const pagesRequested = (): number =>
    standin.requests.filter(({ route }) => route === '/organizations').length;
  const idsListed = (): string[] =>
    (listing.current()?.list.rows('', 0, 200).rows ?? []).map(({ id }) => id).sort();
  return { standin, database, report, listing, pagesRequested, idsListed };
}

it('fetches all pages, marks saved organizations, and reports that the sign-in works', async () => {
  const { standin, database, report, listing, pagesRequested, idsListed } = await harness();
  const [saved] = [...standin.organizations.keys()];
  useSignIn(database, SIGN_IN, saved);
  const listed = valueOf(await listing.list(REQUEST));
  expect(listed).toEqual({ found: 25, saved: 1, isComplete: true, failure: null });
  expect(idsListed()).toEqual([...standin.organizations.keys()].sort());
  expect(listing.current()?.list.rows('', 24, 1).rows).toMatchObject([{ id: saved, saved: true }]);
  expect(pagesRequested()).toBe(3);
  expect(report.mock.calls).toEqual([[SIGN_IN, null]]);
  expect(standin.violations).toEqual([]);
});

it('fetches a hundred pages and reports its progress', async () => {
  const { database, listing, pagesRequested } = await harness({ organizations: 1_000 });
  const found: (number | undefined)[] = [];
  database.changes.subscribe(({ topics }) => {
    if (topics.has('additions')) found.push(listing.status()?.found);
  });
  const listed = valueOf(await listing.list(REQUEST));
  expect(listed).toMatchObject({ found: 1_000, isComplete: true });
  expect(pagesRequested()).toBe(100);
  expect(found).toHaveLength(101);
  expect(found.slice(0, 3)).toEqual([10, 20, 30]);
  expect(found.at(-1)).toBeUndefined();
  expect(listing.status()).toBeNull();
});

it('knows the total from the first page on', async () => {
  const { standin, listing } = await harness();
  const second = standin.hold({ path: '/organizations', nth: 2 });
  const listed = listing.list(REQUEST);
  expect(listing.status()).toBeNull();
  await second.arrived;
  expect(listing.status()).toEqual({ found: 10, total: 25 });
  second.release();
  await listed;
});

it('keeps what was found when it is stopped, and can continue from there', async () => {
  const { standin, report, listing, pagesRequested, idsListed } = await harness();
  const second = standin.hold({ path: '/organizations', nth: 2 });
  const listed = listing.list(REQUEST);
  await second.arrived;
  listing.stop();
  expect(valueOf(await listed)).toEqual({ found: 10, saved: 0, isComplete: false, failure: null });
  second.release();
  expect(idsListed()).toHaveLength(10);
  listing.current()?.list.tick('shown', true, '');
  expect(report).not.toHaveBeenCalled();

  expect(valueOf(await listing.list(REQUEST))).toMatchObject({ found: 25, isComplete: true });
  expect(idsListed()).toEqual([...standin.organizations.keys()].sort());
  expect(listing.current()?.list.summary('').ticked).toBe(10);
  // The second page was requested twice, the first once.
  expect(pagesRequested()).toBe(4);
});

it('keeps what was found when a page fails, reports why, and can continue from there', async () => {
  const { standin, listing, pagesRequested } = await harness();
  standin.faults.add({ mode: '502-branded-html', match: { path: '/organizations', nth: 3 } });
  const listed = valueOf(await listing.list(REQUEST));
  expect(listed).toMatchObject({
    found: 20,
    isComplete: false,
    failure: { code: 'cloudflare.unavailable' },
  });
  expect(valueOf(await listing.list(REQUEST))).toMatchObject({ found: 25, isComplete: true });
  expect(pagesRequested()).toBe(4);
});

it('starts over when Cloudflare no longer accepts the token of the next page', async () => {
  const { standin, listing, pagesRequested } = await harness();
  standin.faults.add({ mode: '502-branded-html', match: { path: '/organizations', nth: 2 } });
  valueOf(await listing.list(REQUEST));
  standin.faults.add({ mode: '400-6003', match: { path: '/organizations', nth: 1 } });
  expect(valueOf(await listing.list(REQUEST))).toMatchObject({ found: 10, isComplete: false });
  expect(valueOf(await listing.list(REQUEST))).toMatchObject({ found: 25, isComplete: true });
  expect(pagesRequested()).toBe(6);
});

it('starts over for another sign-in, and when only new organizations are wanted', async () => {
  const { standin, listing, pagesRequested } = await harness();
  for (const request of [
    REQUEST,
    { ...REQUEST, signInId: signInId(2) },
    { ...REQUEST, onlyNew: true },
  ]) {
    const remove = standin.faults.add({
      mode: '502-branded-html',
      match: { path: '/organizations', nth: 2 },
    });
    expect(valueOf(await listing.list(request))).toMatchObject({ found: 10 });
    remove();
  }
  expect(pagesRequested()).toBe(6);
});

it('fails when nothing was found, and reports an empty result when stopped', async () => {
  const { standin, listing } = await harness();
  await standin.goOffline();
  expect(await listing.list(REQUEST)).toMatchObject({
    ok: false,
    failure: { code: 'network.unreachable' },
  });
  await standin.goOnline();
  const first = standin.hold({ path: '/organizations', nth: 1 });
  const listed = listing.list(REQUEST);
  await first.arrived;
  listing.stop();
  expect(valueOf(await listed)).toEqual({ found: 0, saved: 0, isComplete: false, failure: null });
  first.release();
});

it('stops and forgets the list when the person leaves', async () => {
  const { standin, listing } = await harness();
  const second = standin.hold({ path: '/organizations', nth: 2 });
  const listed = listing.list(REQUEST);
  await second.arrived;
  listing.leave();
  await listed;
  second.release();
  expect([listing.status(), listing.current()]).toEqual([null, null]);
});

it('starts a new list only when the previous one has ended', async () => {
  const { standin, listing, idsListed } = await harness();
  const second = standin.hold({ path: '/organizations', nth: 2 });
  const listed = listing.list(REQUEST);
  await second.arrived;
  const again = listing.list(REQUEST);
  second.release();
  expect(valueOf(await listed)).toMatchObject({ isComplete: false });
  expect(valueOf(await again)).toMatchObject({ found: 25, isComplete: true });
  expect(idsListed()).toHaveLength(25);
});

it('preselects up to ten, but not the first ten of a list that was stopped', async () => {
  const few = await harness({ organizations: 3 });
  await few.listing.list(REQUEST);
  expect(few.listing.current()?.list.summary('').ticked).toBe(3);

  const { standin, listing } = await harness();
  standin.faults.add({ mode: '502-branded-html', match: { path: '/organizations', nth: 2 } });
  await listing.list(REQUEST);
  expect(listing.current()?.list.summary('').ticked).toBe(0);
});

it('preselects no profile that an entry of another sign-in shows already', async () => {
  const { standin, database, listing } = await harness({ organizations: 3 });
  const [company] = [...standin.organizations.values()];
  const id = 'b'.repeat(32);
  const account = { ...ORGANIZATION, id, name: 'Branch', kind: 'account', signInId: null } as const;
  write(database, ({ organizations }) =>
    organizations.put({ ...account, parent: company!, addedAt: 1, viewedAt: null }),
  );
  await listing.list(REQUEST);
  const { list } = listing.current()!;
  expect(list.summary('')).toMatchObject({ listed: 3, ticked: 2 });
  expect(list.chosen().map(({ id }) => id)).not.toContain(company!.id);
  list.tick('shown', true, '');
  expect(list.summary('').ticked).toBe(3);
});

it('reports that Organizations are not enabled only if the sign-in otherwise works', async () => {
  const { standin, report, listing } = await harness({ organizationsEnabled: false });
  expect(await listing.list(REQUEST)).toMatchObject({
    ok: false,
    failure: { code: 'organizations.not-enabled' },
  });
  expect(report).not.toHaveBeenCalled();
  standin.faults.add({ mode: '403-10000', match: { path: '/user' } });
  expect(await listing.list(REQUEST)).toMatchObject({ failure: { code: 'sign-in.refused' } });
  expect(report).toHaveBeenCalledWith(
    SIGN_IN,
    expect.objectContaining({ code: 'sign-in.refused' }),
  );
});

it('requests nothing from Cloudflare without a key', async () => {
  const { standin, database, report } = await harness();
  const listing = createAvailableFetch({
    database,
    cloudflare: clientFor(standin.url),
    signIns: { authorizationOf: async () => failed('keychain.locked'), report },
    yieldToEventLoop: () => Promise.resolve(),
  });
  expect(await listing.list(REQUEST)).toEqual(failed('keychain.locked'));
  expect(standin.requests).toEqual([]);
});

it('ends a list that is longer than any real one, and starts over', async () => {
  const database = freshDatabase();
  write(database, ({ signIns }) => signIns.put(signIn(1)));
  const pages = vi.fn(async (_auth: unknown, _kind: unknown, token: string | null) => {
    const count = token === null ? 1 : MAX_ORGANIZATIONS;
    const item = { ...ORGANIZATION, id: 'a'.repeat(32), name: 'One', profile: null };
    const value = { organizations: Array(count).fill(item), nextPageToken: 'more', total: null };
    return success({ value, messages: [] });
  });
  const listing = createAvailableFetch({
    database,
    cloudflare: { list: pages } as unknown as Cloudflare,
    signIns: {
      authorizationOf: async () =>
        success({ kind: 'key' as const, email: 'e', key: 'k', userId: 'u' }),
      report: vi.fn(),
    },
    yieldToEventLoop: () => Promise.resolve(),
  });
  const { failure } = failed('cloudflare.unreadable');
  for (let time = 0; time < 2; time += 1) {
    expect(valueOf(await listing.list(REQUEST))).toMatchObject({ found: 1, failure });
  }
  expect(pages.mock.calls.map(([, , token]) => token)).toEqual([null, 'more', null, 'more']);
});
