/**
 * The IPC calls about the list of organizations: ranges of rows, single rows, and the selection,
 * which main keeps.
 */
import { expect, it } from 'vitest';
import { createList } from '../../../src/main/organizations/list';
import type { SignInRow } from '../../../src/main/database/sign-in-table';
import type { Result } from '../../../src/shared/result';
import {
  WHOLE_LIST,
  type ListRows,
  type ListParents,
  type ListQuery,
  type UpdatedRows,
  type SelectionSummary,
} from '../../../src/shared/list-query';
import { MAX_AT_ONCE } from '../../../src/shared/limits';
import { createSendStatus } from '../../../src/main/changes/send-status';
import {
  addOrganization,
  addSignIns,
  change,
  copy,
  freshDatabase,
  NOW,
  opened,
  entryId,
  patchTo,
  profile,
  signIn,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../database/temporary-database';
import { valueOf } from '../results';

/**
 * Creates the calls on a database with this many organizations, named `Organization 1` and so on.
 */
function harness(count: number) {
  const database = freshDatabase();
  write(database, (tables) => {
    addSignIns(tables);
    for (let number = 1; number <= count; number += 1) addOrganization(tables, number);
    if (count >= 2) tables.outbox.put(change(entryId(2), { business_phone: '2' }));
  });
  const sendStatus = createSendStatus(database.changes);
  const handlers = createList({ database, sendStatus, now: () => NOW });
  const page = (offset: number, limit: number, query: ListQuery = WHOLE_LIST): ListRows =>
    valueOf(handlers.list.list({ query, offset, limit }) as Result<ListRows>);
  const select = (outcome: unknown): SelectionSummary =>
    valueOf(outcome as Result<SelectionSummary>);
  const query = WHOLE_LIST;
  return {
    database,
    sendStatus,
    page,
    ...handlers,
    toggle: (number: number) =>
      select(handlers.selection.toggle({ entryId: entryId(number), query })),
    extend: (to: number, start: number) =>
      select(handlers.selection.extend({ to: entryId(to), start: entryId(start), query })),
    all: (which: ListQuery = query) => select(handlers.selection.all({ query: which })),
    ids: () => valueOf(handlers.selected()),
  };
}

const found = (search: string): ListQuery => ({ ...WHOLE_LIST, search });

it('returns the rows from a position on, with the total', () => {
  const { page } = harness(150);
  const first = page(0, 20);
  expect(first).toMatchObject({ offset: 0, total: 150, saved: 150, building: null });
  expect(first.rows).toHaveLength(20);
  const last = page(145, 20);
  expect(last).toMatchObject({ offset: 145, total: 150 });
  expect(last.rows).toHaveLength(5);
  const everything = page(0, 150).rows;
  expect(everything.slice(0, 20)).toEqual(first.rows);
  expect(everything.slice(145)).toEqual(last.rows);
});

it('reports whether short words were searched in names only', () => {
  const { page, database } = harness(3);
  expect(page(0, 3, found('o'))).toMatchObject({ namesOnly: false });
  const read = database.read.bind(database);
  // The database only does so above 20,000 organizations, so a fake result is used.
  database.read = (work) =>
    read((tables) =>
      work({ ...tables, list: { ...tables.list, readsNamesOnly: ({ search }) => search === 'o' } }),
    );
  expect(page(0, 3, found('o'))).toMatchObject({ namesOnly: true });
  expect(page(0, 3, found('office'))).toMatchObject({ namesOnly: false });
});

it('returns no rows for an empty list', () => {
  expect(harness(0).page(0, 20)).toMatchObject({ rows: [], total: 0, saved: 0 });
});

it('returns the prepared page as long as nothing has changed since', () => {
  const { page, prepare, database } = harness(30);
  prepare(500);
  const ready = page(0, 5);
  expect(ready.rows.length).toBeGreaterThanOrEqual(5);
  prepare(500);
  write(database, (tables) => addOrganization(tables, 31));
  expect(page(0, 5)).toMatchObject({ total: 31, commit: database.changes.commit });
});

it('counts no row of a broken sign-in as needing attention, except where a change waits for it', () => {
  const database = freshDatabase();
  const fields = { ...profile('office@brightwater.example'), business_phone: '+1 202 555 0143' };
  write(database, (tables) => {
    addSignIns(tables);
    const broken: SignInRow = { ...signIn(1), issue: { code: 'sign-in.unknown' } };
    tables.signIns.put(broken);
    for (let number = 1; number <= 2_300; number += 1) {
      const id = addOrganization(tables, number);
      tables.organizations.put({ ...tables.organizations.get(id)!, signInId: broken.id });
      tables.profiles.put(copy(id, { ...fields, business_email: 'office@brightwater.example' }));
      tables.profiles.markViewed([id]);
    }
    tables.drafts.put({
      entryId: entryId(7),
      patch: patchTo({ business_phone: '2' }),
      updatedAt: NOW,
    });
    tables.outbox.put(change(entryId(8), { business_phone: '2' }, { state: 'paused' }));
  });
  const { list } = createList({
    database,
    sendStatus: createSendStatus(database.changes),
    now: () => NOW,
  });
  const read = (query: ListQuery): ListRows =>
    valueOf(list.list({ query, offset: 0, limit: 200 }) as Result<ListRows>);
  expect(read(WHOLE_LIST).counts).toEqual({ all: 2_300, attention: 1, changes: 2 });
  const attention = read({ ...WHOLE_LIST, filter: 'attention' });
  expect(attention.rows.map(({ id, state }) => [id, state])).toEqual([
    [entryId(8), 'sign-in-issue'],
  ]);
  const others = read(WHOLE_LIST).rows.filter(({ id }) => id !== entryId(8));
  expect(new Set(others.map(({ state }) => state))).toEqual(new Set(['up-to-date', 'draft']));
});

it('shows the progress of a send on its row', () => {
  const { page, sendStatus, list } = harness(3);
  const id = entryId(2);
  sendStatus.set(id, { step: 'writing' });
  expect(page(0, 3).rows.find((row) => row.id === id)).toMatchObject({ state: 'saving' });
  const rows = valueOf(list.rows({ query: WHOLE_LIST, ids: [id] }) as Result<UpdatedRows>);
  expect(rows.rows).toMatchObject([{ id, state: 'saving' }]);
});

it('selects one by one, and keeps the selection during a search', () => {
  const { toggle, page, ids } = harness(20);
  toggle(3);
  expect(toggle(7)).toMatchObject({ count: 2, hidden: 0, unviewed: 0 });
  expect(page(0, 20).rows.filter(({ selected }) => selected)).toHaveLength(2);
  const name = page(0, 20).rows.find(({ id }) => id === entryId(7))?.name ?? '';
  expect(page(0, 20, found(name)).selection).toMatchObject({ count: 2, hidden: 1 });
  expect(toggle(3)).toMatchObject({ count: 1 });
  expect(ids()).toEqual([entryId(7)]);
});

it('counts the drafts of the selected organizations per field', () => {
  const { database, selection, toggle } = harness(5);
  const edits = [
    [1, { business_phone: '1', business_name: 'A' }],
    [2, { business_phone: '2' }],
    [3, { business_email: 'c' }],
  ] as const;
  write(database, ({ drafts }) => {
    for (const [number, patch] of edits)
      drafts.put({ entryId: entryId(number), patch: patchTo(patch), updatedAt: NOW });
  });
  toggle(1);
  toggle(2);
  toggle(4);
  expect(valueOf(selection.drafts(null) as Result<unknown>)).toEqual([
    { field: 'business_name', count: 1 },
    { field: 'business_phone', count: 2 },
  ]);
});

it('extends a range from its start, and deselects entries that it no longer covers', () => {
  const { toggle, extend, page, ids } = harness(20);
  const order = page(0, 20).rows.map(({ id }) => id);
  const place = (index: number): number => {
    for (let number = 1; number <= 20; number += 1) {
      if (entryId(number) === order[index]) return number;
    }
    throw new Error('no such position');
  };
  toggle(place(10));
  expect(extend(place(13), place(0))).toMatchObject({ count: 4 });
  expect(extend(place(8), place(0))).toMatchObject({ count: 3 });
  expect(ids()).toEqual(order.slice(8, 11));
});

it('starts a range at the given entry if none was started', () => {
  const { extend } = harness(20);
  expect(extend(4, 4)).toMatchObject({ count: 1 });
});

it('adds all search results to the selection', () => {
  const { all, toggle, page } = harness(12);
  toggle(5);
  const name = page(0, 1).rows[0]?.name ?? '';
  const matching = page(0, 12, found(name)).total;
  expect(matching).toBeLessThan(12);
  const isFound = page(0, 12, found(name)).rows.some(({ id }) => id === entryId(5));
  expect(all(found(name)).count).toBe(matching + (isFound ? 0 : 1));
  expect(all()).toMatchObject({ count: 12, hidden: 0 });
});

it('forgets a removed entry', async () => {
  const { all, database, page } = harness(5);
  all();
  write(database, (tables) => tables.organizations.remove(entryId(2)));
  await Promise.resolve();
  expect(page(0, 5).selection).toMatchObject({ count: 4 });
});

it('acts on no organization that is not ticked, even if one that was removed is', () => {
  const { database, toggle, ids } = harness(4);
  write(database, (tables) => void tables.organizations.remove(entryId(4)));
  // The window does not know yet.
  for (const number of [1, 2, 4]) toggle(number);
  expect(ids()).toEqual([entryId(1), entryId(2)]);
});

it('refuses more than can be selected, and changes nothing', () => {
  const { database, selection, toggle } = harness(3);
  toggle(1);
  const total = MAX_AT_ONCE + 1;
  const read = database.read.bind(database);
  // Writing such a long list would take a minute. Only the number matters here.
  database.read = (work) =>
    read((tables) => work({ ...tables, list: { ...tables.list, total: () => total } }));
  expect(selection.all({ query: WHOLE_LIST })).toMatchObject({
    ok: false,
    failure: { code: 'selection.too-many' },
  });
  expect(toggle(1)).toMatchObject({ count: 0 });
});

it('selects an entry once, even if the list is then found to be damaged', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder, { onUnexpected: () => undefined });
  write(database, (tables) => addOrganization(tables, 1));
  const { selection } = createList({
    database,
    sendStatus: createSendStatus(database.changes),
    now: () => NOW,
  });
  withRawDatabase(folder, (database) => database.exec('DROP TABLE organization_row'));
  const toggled = selection.toggle({ entryId: entryId(1), query: WHOLE_LIST });
  expect(toggled).toMatchObject({ ok: true, value: { count: 1 } });
});

it('returns the groups of a page, the group of each row, and the parents', () => {
  const { database, page, list } = harness(4);
  write(database, (tables) => {
    for (const [number, above, kind, name] of [
      [2, 1, 'organization', 'As Cloudflare lists it'],
      // Without a name above it, an account is called by its own.
      [3, 2, 'account', ''],
    ] as const) {
      const record = tables.organizations.get(entryId(number))!;
      tables.organizations.put({ ...record, kind, parent: { id: entryId(above), name } });
    }
  });
  const grouped: ListQuery = { ...WHOLE_LIST, group: 'parent' };
  const { groups, rows, accounts, parents } = page(0, 10, grouped);
  expect([groups, accounts]).toEqual([[0, 1, 3], 1]);
  expect(rows.map(({ name, group }) => [name, group])).toEqual([
    ['Org 1', { id: entryId(1), path: ['Org 1'] }],
    ['Org 2', { id: entryId(2), path: ['Org 1', 'Org 2'] }],
    ['Org 3', { id: entryId(2), path: ['Org 1', 'Org 2'] }],
    ['Org 4', { id: null, path: [] }],
  ]);
  expect(parents).not.toBeNull();
  expect(valueOf(list.parents() as Result<ListParents>)).toEqual({
    parents: [
      { id: entryId(1), name: 'Org 1', above: null },
      { id: entryId(2), name: 'Org 2', above: 'Org 1' },
    ],
    hasMore: false,
  });
  expect(page(0, 10).groups).toEqual([]);
  expect(page(0, 10).rows.every(({ group }) => group === null)).toBe(true);
  const below: ListQuery = { ...WHOLE_LIST, parent: entryId(2) };
  expect(page(0, 10, below).rows.map(({ name }) => name)).toEqual(['Org 2', 'Org 3']);
});

it('says of a list without parents that there are none, and changes that as soon as there are', () => {
  const { database, page } = harness(3);
  expect(page(0, 1).parents).toBeNull();
  const parent = { id: entryId(77), name: 'North' };
  write(database, (tables) => {
    tables.organizations.put({ ...tables.organizations.get(entryId(1))!, parent });
  });
  const first = page(0, 1).parents;
  write(database, (tables) => addOrganization(tables, 77, 'North renamed'));
  const second = page(0, 1).parents;
  expect([typeof first, typeof second]).toEqual(['number', 'number']);
  expect(second).not.toBe(first);
});

it('counts what the filter by parent hides of the selection', () => {
  const { database, page, toggle } = harness(3);
  write(database, (tables) => {
    const record = tables.organizations.get(entryId(2))!;
    const parent = { id: entryId(1), name: 'North' };
    tables.organizations.put({ ...record, parent });
  });
  for (const number of [1, 2, 3]) toggle(number);
  const below: ListQuery = { ...WHOLE_LIST, parent: entryId(1) };
  expect(page(0, 10, below).selection).toMatchObject({ count: 3, hidden: 1 });
});
