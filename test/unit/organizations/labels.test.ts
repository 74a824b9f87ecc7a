/** Labels on the real database: added, removed, found, and limited. */
import { expect, test, vi } from 'vitest';
import { createLabels } from '../../../src/main/organizations/labels';
import { MAX_LABELS } from '../../../src/shared/labels';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { failed, success } from '../../../src/shared/result';
import {
  addOrganization,
  addSignIns,
  entryId,
  freshDatabase,
  read,
  write,
} from '../database/temporary-database';
import { valueOf } from '../results';

const [ONE, TWO, THREE] = [entryId(1), entryId(2), entryId(3)];

function start() {
  const database = freshDatabase();
  write(database, (tables) => {
    addSignIns(tables);
    for (const number of [1, 2, 3]) addOrganization(tables, number);
  });
  let selection = [ONE, TWO, THREE];
  const labels = createLabels({
    database,
    selected: () => success(selection),
    yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
  });
  return {
    database,
    labels,
    select: (...ids: string[]) => (selection = ids),
    change: async (entryId: string | null, add: string[], remove: string[] = []) =>
      valueOf(await labels.change({ entryId, add, remove })).full,
    of: async (entryId: string | null) => valueOf(await labels.of({ entryId })),
    all: async () => valueOf(await labels.list(null)).labels,
    found: (label: string) =>
      read(database, ({ list }) => list.ids({ ...WHOLE_LIST, label }, 0, 100)),
  };
}

test('adds and removes labels of one entry and of the selected ones, and filters by them', async () => {
  const { change, of, all, found, select } = start();
  await change(ONE, ['VIP', 'Süd']);
  await change(null, ['Key account', 'vip']);
  expect(await of(ONE)).toMatchObject({ entries: 1, name: { name: expect.any(String) as string } });
  expect((await of(ONE)).labels).toEqual([
    { label: 'Key account', count: 1 },
    { label: 'Süd', count: 1 },
    { label: 'VIP', count: 1 },
  ]);
  // Written as it is there already.
  expect((await of(null)).labels).toContainEqual({ label: 'VIP', count: 3 });
  expect(found('vIP')).toEqual([ONE, TWO, THREE]);
  expect(found('Süd')).toEqual([ONE]);
  expect(found('VI')).toEqual([]);
  select(ONE, THREE);
  await change(null, ['Süd'], ['VIP', 'KEY ACCOUNT', 'never there']);
  expect(found('VIP')).toEqual([TWO]);
  expect(found('Süd')).toEqual([ONE, THREE]);
  await change(TWO, [], ['VIP']);
  expect(await all()).toEqual(['Key account', 'Süd']);
});

test('lists labels in the order of the list, also those that are found later', async () => {
  const { change, of, all, select } = start();
  select(ONE);
  await change(null, ['Zulieferer', 'Gruppe 10']);
  select(TWO);
  await change(null, ['Ärzte', 'Gruppe 2']);
  select(ONE, TWO);
  const inOrder = ['Ärzte', 'Gruppe 2', 'Gruppe 10', 'Zulieferer'];
  expect(await all()).toEqual(inOrder);
  expect((await of(null)).labels.map(({ label }) => label)).toEqual(inOrder);
});

test('cleans a label, isolates none of its letters, and ignores what is none', async () => {
  const { change, all } = start();
  await change(ONE, ['  two\n\twords ', ' \u0000 ', '\ud800', 'שלום', '=1+1']);
  expect(await all()).toEqual(['=1+1', 'two words', 'שלום']);
});

test('leaves an entry as it is that would have too many labels, and counts it', async () => {
  const { change, of, select } = start();
  const twenty = Array.from({ length: MAX_LABELS }, (_, index) => `L${index}`);
  select(ONE, TWO);
  expect(await change(ONE, twenty)).toBe(0);
  expect(await change(null, ['one more'])).toBe(1);
  expect((await of(ONE)).labels).toHaveLength(MAX_LABELS);
  expect((await of(TWO)).labels).toEqual([{ label: 'one more', count: 1 }]);
  // One in place of another.
  expect(await change(ONE, ['one more'], ['L0'])).toBe(0);
});

test('flushes the database also after a slice that failed', async () => {
  const { database, labels } = start();
  const flush = vi.spyOn(database, 'flush');
  vi.spyOn(database, 'writeSlice').mockReturnValueOnce(failed('database.full'));
  const change = labels.change({ entryId: null, add: ['VIP'], remove: [] });
  expect(await change).toEqual(failed('database.full'));
  expect(flush).toHaveBeenCalledTimes(1);
});

test('removes the labels with their entry, and says when it is gone', async () => {
  const { database, change, all, labels } = start();
  await change(ONE, ['VIP']);
  const revision = () => read(database, ({ list }) => list.labelsRevision());
  const before = revision();
  expect(before).not.toBeNull();
  write(database, (tables) => tables.organizations.remove(ONE));
  expect(await all()).toEqual([]);
  expect(revision()).toBeNull();
  const gone = { ok: false, failure: { code: 'organization.not-saved-here' } };
  expect(await labels.of({ entryId: ONE })).toMatchObject(gone);
  expect(await labels.change({ entryId: ONE, add: ['VIP'], remove: [] })).toMatchObject(gone);
});
