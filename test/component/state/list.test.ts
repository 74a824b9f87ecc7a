/** The list in the window: which rows it requests and when, and how it uses the answers. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { failed, success } from '../../../src/shared/result';
import { WHOLE_LIST, type ListRows, type ListQuery } from '../../../src/shared/list-query';
import type { OrganizationsState } from '../../../src/renderer/state/organizations.svelte';
import { FakeApi } from '../fake-api';
import { id, row, rows } from '../samples';

/** Ten rows fit into the window, and an eleventh is cut off. */
const SCREEN = 11;
const { innerHeight } = window;
beforeEach(() => Object.assign(window, { innerHeight: 550 }));
afterEach(() => Object.assign(window, { innerHeight }));

/** Opens a list of `count` rows with the first ones loaded. */
async function open(count: number) {
  const fake = new FakeApi().setRows(rows(count));
  const { organizations } = fake.state().state;
  await organizations.load();
  await settle();
  return { fake, organizations };
}

/** Returns a function that describes the list requests since its last call, such as `organizations.list 0+11`. */
function recordRequests(fake: FakeApi) {
  let before = fake.recorded.length;
  return () => {
    const since = fake.recorded.slice(before);
    before = fake.recorded.length;
    return since.map(({ name, request }) => {
      const { offset, limit, ids, query } = request as ListRows & { limit: number } & {
        ids?: string[];
        query: ListQuery;
      };
      if (ids) return `${name} ${ids.length}`;
      return `${name} ${query.search}${offset}+${limit}`;
    });
  };
}

const names = ({ shown }: OrganizationsState) =>
  [...(shown?.rows ?? [])].sort(([one], [other]) => one - other).map(([, { name }]) => name);
const indexes = ({ shown }: OrganizationsState) =>
  [...(shown?.rows.keys() ?? [])].sort((one, other) => one - other);

/** Waits until all pending work is done. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

it('requests only as many rows as fit into the window', async () => {
  const { fake, organizations } = await open(100_000);
  expect(fake.recorded).toEqual([
    { name: 'organizations.list', request: { query: WHOLE_LIST, offset: 0, limit: SCREEN } },
  ]);
  expect([organizations.length, organizations.shown?.rows.size]).toEqual([100_000, SCREEN]);
});

it('requests rows that come into view, with some around them, in one call', async () => {
  const { fake, organizations } = await open(1_000);
  const newRequests = recordRequests(fake);
  organizations.setVisible(0, 11);
  await settle();
  expect(newRequests()).toEqual([]);
  organizations.setVisible(500, 516);
  await settle();
  expect(newRequests()).toEqual(['organizations.list 460+96']);
  organizations.setVisible(510, 526);
  await settle();
  expect(newRequests()).toEqual([]);
  // More rows are requested before the loaded ones run out.
  organizations.setVisible(525, 541);
  await settle();
  expect(newRequests()).toEqual(['organizations.list 485+96']);
  expect(organizations.at(510)?.name).toBe('Organization 0511');
});

it('has at most one pending request, and the next one is the newest', async () => {
  const { fake, organizations } = await open(1_000);
  const release = fake.hold('organizations.list');
  const newRequests = recordRequests(fake);
  organizations.setVisible(100, 116);
  for (let at = 200; at < 900; at += 10) organizations.setVisible(at, at + 16);
  await settle();
  expect(newRequests()).toEqual(['organizations.list 60+96']);
  release();
  await settle();
  expect(newRequests()).toEqual(['organizations.list 850+96']);
  expect(organizations.at(890)?.name).toBe('Organization 0891');
});

it('keeps rows near the visible ones and drops the rest', async () => {
  const { organizations } = await open(10_000);
  for (let at = 0; at < 5_000; at += 16) {
    organizations.setVisible(at, at + 16);
    await settle();
  }
  expect(organizations.shown!.rows.size).toBeLessThan(300);
  expect(organizations.at(4_900)).toBeDefined();
  expect(organizations.at(100)).toBeUndefined();
});

it('shows the old rows until a new query is answered, then its first rows', async () => {
  const { fake, organizations } = await open(50);
  organizations.setVisible(30, 46);
  await settle();
  organizations.query.search = 'organization 0007';
  expect([organizations.length, organizations.shown?.query.search]).toEqual([50, '']);
  expect(await organizations.settled()).toBe(true);
  expect(names(organizations)).toEqual(['Organization 0007']);
  expect(fake.recorded.at(-1)).toEqual({
    name: 'organizations.list',
    request: { query: { ...WHOLE_LIST, search: 'organization 0007' }, offset: 0, limit: SCREEN },
  });
});

it('requests only the newest of several texts typed during a search', async () => {
  const { fake, organizations } = await open(50);
  const newRequests = recordRequests(fake);
  for (const text of ['o', 'or', 'org', 'organization 0001', '  organization 0002 ']) {
    organizations.query.search = text;
  }
  await organizations.settled();
  expect(newRequests()).toEqual([
    'organizations.list o0+11',
    'organizations.list organization 00020+11',
  ]);
  expect(names(organizations)).toEqual(['Organization 0002']);
});

it('requests the visible rows again when something has changed', async () => {
  const { fake, organizations } = await open(100);
  organizations.setVisible(20, 36);
  await settle();
  const newRequests = recordRequests(fake);
  fake.list.upsert(row(25, 'Organization 0024 b'));
  await settle();
  expect(newRequests()).toEqual(['organizations.list 20+16']);
  expect(organizations.at(24)?.name).toBe('Organization 0024 b');
  // An event about a known commit causes no request.
  fake.emit('organizationsChanged', { commit: fake.list.commit, ids: null, removed: [] });
  await settle();
  expect(newRequests()).toEqual([]);
});

it('requests again when something changed during a request', async () => {
  const { fake, organizations } = await open(5);
  const release = fake.hold('organizations.list');
  const loading = organizations.load();
  await settle();
  fake.list.upsert(row(3, 'Renamed'));
  release();
  await loading;
  await settle();
  expect(names(organizations)).toContain('Renamed');
});

it('never replaces rows with older ones', async () => {
  const { fake, organizations } = await open(3);
  const [newer, older] = [page(7, 'Newer'), page(6, 'Older')];
  fake.answer('organizations', 'list', () => success(newer));
  await organizations.load();
  fake.answer('organizations', 'list', () => success(older));
  await organizations.load();
  expect(names(organizations)).toEqual(['Newer']);
});

/** An answer with one row, as of a commit. */
function page(commit: number, name: string): ListRows {
  return {
    commit,
    total: 1,
    saved: 1,
    counts: { all: 1, attention: 0, changes: 0 },
    selection: { version: 0, count: 0, hidden: 0, unviewed: 0 },
    unread: 0,
    namesOnly: false,
    withoutSignIn: 0,
    accounts: 0,
    parents: null,
    labels: null,
    building: null,
    offset: 0,
    groups: [],
    rows: [{ ...row(1, name), selected: false, match: null, group: null }],
  };
}

it('updates rows in place while pointer or focus is in the list, and sorts when both have left', async () => {
  const { fake, organizations } = await open(5);
  organizations.setPresent('pointer', true);
  organizations.setPresent('focus', true);
  const newRequests = recordRequests(fake);
  fake.list.upsert(row(1, 'Zoo'), row(9, 'Aal'));
  await settle();
  expect(newRequests()).toEqual(['organizations.rows 5']);
  expect(names(organizations)[0]).toBe('Zoo');
  expect([organizations.length, organizations.summary?.total]).toEqual([5, 6]);
  organizations.setPresent('pointer', false);
  await settle();
  expect(newRequests()).toEqual([]);
  organizations.setPresent('focus', false);
  await settle();
  expect(newRequests()).toEqual(['organizations.list 0+11']);
  expect([names(organizations)[0], names(organizations).at(-1)]).toEqual(['Aal', 'Zoo']);
});

it('moves no row when the pointer enters the list during a request', async () => {
  const { fake, organizations } = await open(3);
  fake.list.upsert(row(1, 'Zoo'));
  organizations.setPresent('pointer', true);
  await settle();
  expect(names(organizations)).toEqual(['Zoo', 'Organization 0002', 'Organization 0003']);
});

it('keeps a removed row, marked as removed, while the focus is in the list', async () => {
  const { fake, organizations } = await open(3);
  organizations.setPresent('focus', true);
  fake.list.remove(id(2));
  await settle();
  expect([...organizations.shown!.removed]).toEqual([id(2)]);
  expect(organizations.length).toBe(3);
  organizations.setPresent('focus', false);
  await settle();
  expect(names(organizations)).toEqual(['Organization 0001', 'Organization 0003']);
  expect(organizations.shown!.removed.size).toBe(0);
});

it('uses the new order for rows that are scrolled to, even while the pointer is in the list', async () => {
  const { fake, organizations } = await open(300);
  organizations.setPresent('pointer', true);
  fake.list.upsert(row(999, 'Aal'));
  await settle();
  organizations.setVisible(100, 116);
  await settle();
  expect(organizations.length).toBe(301);
  expect(organizations.at(100)?.name).toBe('Organization 0100');
  // The first rows were in the old order.
  expect(indexes(organizations)).not.toContain(0);
});

it('reports a failed request, keeps the old rows, and retries on request', async () => {
  const { fake, organizations } = await open(3);
  fake.answer('organizations', 'list', () => failed('database.busy'));
  const newRequests = recordRequests(fake);
  organizations.query.filter = 'changes';
  expect(await organizations.settled()).toBe(false);
  expect(newRequests()).toHaveLength(1);
  expect(organizations.failure).toEqual({ code: 'database.busy' });
  expect(names(organizations)).toHaveLength(3);
  fake.answer('organizations', 'list', () => success(page(9, 'Draft')));
  await organizations.load();
  expect([organizations.failure, names(organizations)]).toEqual([null, ['Draft']]);
});

it('does not repeat a request forever for rows that main does not have', async () => {
  const { fake, organizations } = await open(3);
  fake.answer('organizations', 'list', () => success({ ...page(2, 'Only'), total: 50 }));
  const newRequests = recordRequests(fake);
  await organizations.load();
  organizations.setVisible(0, 11);
  await settle();
  expect(newRequests().length).toBeLessThan(5);
});

it('shows the progress of preparing the list, then the list', async () => {
  const fake = new FakeApi().setRows(rows(3));
  fake.list.building = { done: 1, total: 3, failure: null };
  const { organizations } = fake.state().state;
  await organizations.load();
  expect([organizations.length, organizations.summary?.building]).toEqual([
    0,
    { done: 1, total: 3, failure: null },
  ]);
  fake.list.building = { done: 2, total: 3, failure: null };
  fake.list.notifyChanged();
  await settle();
  expect(organizations.summary?.building).toEqual({ done: 2, total: 3, failure: null });
  organizations.query.search = '0002';
  await organizations.settled();
  fake.list.building = null;
  fake.list.notifyChanged();
  await settle();
  expect(names(organizations)).toEqual(['Organization 0002']);
});

it('finds rows out of view by index, by id, and by name prefix', async () => {
  const { organizations } = await open(300);
  expect((await organizations.fetchAt(250))?.name).toBe('Organization 0251');
  expect(await organizations.fetchAt(300)).toBeNull();
  expect(await organizations.position(id(280))).toBe(279);
  expect(await organizations.position(id(999))).toBeNull();
  expect(await organizations.find('organization 02', 0)).toBe(199);
  expect(await organizations.find('zoo', 0)).toBeNull();
});

it('never shows rows older than the answer, even when they come into view', async () => {
  const all = rows(1_000).map((row) => ({ ...row, state: 'waiting' as const }));
  const fake = new FakeApi().setRows(all);
  const { organizations } = fake.state().state;
  await organizations.load();
  organizations.setVisible(100, 116);
  await settle();
  organizations.setPresent('pointer', true);
  fake.setRows(all.map((row) => ({ ...row, state: 'up-to-date' as const })));
  fake.emit('organizationsChanged', { commit: 99, ids: null, removed: [] });
  await settle();
  organizations.setVisible(110, 126);
  await settle();
  for (const index of [105, 115, 125]) {
    expect(organizations.at(index)?.state ?? 'up-to-date').toBe('up-to-date');
  }
  expect(organizations.at(125)).toBeDefined();
});
