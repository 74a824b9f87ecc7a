/**
 * The list of organizations that a sign-in can access and a person can add, kept in memory: order,
 * filter and selection.
 */
import { describe, expect, it } from 'vitest';
import { AvailableList } from '../../../../src/main/organizations/add/available-list';
import { entryId } from '../../database/temporary-database';
import { ORGANIZATION } from '../../samples';

type Listed = Parameters<AvailableList['add']>[0][number];

const one = (number: number, name: string, saved = false): Listed => ({
  ...ORGANIZATION,
  id: entryId(number),
  name,
  saved,
  isShown: saved,
});
const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Creates a list from these pages of organizations. */
async function listOf(pages: Listed[][], onlyNew = false): Promise<AvailableList> {
  const list = new AvailableList(onlyNew);
  for (const page of pages) list.add(page);
  await list.sort(yieldToEventLoop);
  return list;
}

const namesOf = (list: AvailableList, filter = ''): string[] =>
  list.rows(filter, 0, 100).rows.map(({ name }) => name);

it('has new organizations first, then saved ones, each in name order over all pages', async () => {
  const list = await listOf([
    [one(1, 'Brunn 10'), one(2, 'Casa', true)],
    [one(3, 'Brunn 9')],
    [one(4, 'Albrecht', true), one(5, 'ärmel')],
  ]);
  expect(namesOf(list)).toEqual(['ärmel', 'Brunn 9', 'Brunn 10', 'Albrecht', 'Casa']);
  expect(list.rows('', 1, 2).rows.map(({ name }) => name)).toEqual(['Brunn 9', 'Brunn 10']);
  expect([list.found, list.saved]).toEqual([5, 2]);
});

it('includes an organization once, however often it is listed', async () => {
  const list = await listOf([
    [one(1, 'Albrecht'), one(2, 'Brunn')],
    [one(2, 'Brunn'), one(1, 'Albrecht')],
  ]);
  expect(namesOf(list)).toEqual(['Albrecht', 'Brunn']);
  expect(list.found).toBe(2);
});

it('leaves out and counts saved organizations if only new ones are wanted', async () => {
  const list = await listOf([[one(1, 'Albrecht', true), one(2, 'Brunn')]], true);
  expect(namesOf(list)).toEqual(['Brunn']);
  expect([list.found, list.saved]).toEqual([2, 1]);
  expect(list.summary('').listed).toBe(1);
});

it('filters by every word, ignoring case and accents', async () => {
  const list = await listOf([
    [one(1, 'Österberg Wien'), one(2, 'Osterberg Graz'), one(0xbad, 'Casa Verde')],
  ]);
  expect(namesOf(list, 'OSTERBERG')).toEqual(['Osterberg Graz', 'Österberg Wien']);
  expect(namesOf(list, ' wien  öster ')).toEqual(['Österberg Wien']);
  expect(namesOf(list, 'zzz')).toEqual([]);
});

it('finds an id by at least eight characters, because shorter parts match too many ids by chance', async () => {
  const list = await listOf([[one(0x1234_5bad, 'Casa Verde'), one(2, 'Badenia')]]);
  expect(namesOf(list, 'bad')).toEqual(['Badenia']);
  expect(namesOf(list, '12345bad')).toEqual(['Casa Verde']);
  expect(namesOf(list, entryId(2))).toEqual(['Badenia']);
});

it('selects one organization or all that the filter shows, but none that is saved', async () => {
  const list = await listOf([
    [one(1, 'Vienna North'), one(2, 'Vienna South'), one(3, 'Graz'), one(4, 'Vienna Old', true)],
  ]);
  list.tick('shown', true, 'vienna');
  expect(list.summary('vienna')).toEqual({
    listed: 4,
    ticked: 2,
    shown: { rows: 3, listed: 3, ticked: 2, unticked: 0 },
  });
  list.tick([entryId(3), entryId(4), entryId(99)], true, '');
  list.tick([entryId(1), entryId(1)], false, '');
  expect(list.summary('').ticked).toBe(2);
  expect(list.chosen().map(({ name }) => name)).toEqual(['Graz', 'Vienna South']);
  const shown = {
    name: 'Vienna Old',
    organizationName: null,
    hasNamesake: false,
    isFoundById: false,
    parent: null,
    accounts: 1,
    isOpen: false,
    saved: true,
    ticked: false,
  };
  expect(list.rows('old', 0, 1).rows).toEqual([{ id: entryId(4), ...shown }]);
});

it('says which names another row has, too, however they are written', async () => {
  const list = await listOf([[one(1, 'Café Brunn'), one(2, 'Casa')], [one(3, 'CAFE BRUNN')]]);
  const found = () => list.rows('', 0, 9).rows.map((row) => [row.name, row.hasNamesake]);
  expect(found()).toHaveLength(3);
  expect(Object.fromEntries(found())).toEqual({
    'Café Brunn': true,
    'CAFE BRUNN': true,
    Casa: false,
  });
});

it.each([
  ['one', 1, 1],
  ['ten', 10, 10],
  ['eleven', 11, 0],
])('preselects up to ten: of %s', async (_, count, ticked) => {
  const list = await listOf([Array.from({ length: count }, (_, n) => one(n, `Branch ${n}`))]);
  list.preselect();
  expect(list.summary('').ticked).toBe(ticked);
});

describe('accounts of one organization', () => {
  const account = (number: number, organization: string, parentId = 0xff, saved = false) => ({
    ...one(number, `Branch ${number}`, saved),
    kind: 'account' as const,
    parent: { id: entryId(parentId), name: organization },
  });
  const alone = (number: number) => ({
    ...one(number, `Alone ${number}`),
    kind: 'account' as const,
  });
  const harbour = [3, 1, 2].map((number) => account(number, 'Harbour Group'));
  const ids = (list: AvailableList) => list.chosen().map(({ id }) => id);

  it('are one row, of which the first that Cloudflare lists is preselected', async () => {
    const all = Array.from({ length: 20_000 }, (_, number) => account(number + 1, 'Harbour Group'));
    const list = await listOf([all.slice(0, 50), all.slice(50)]);
    list.preselect();
    expect(list.found).toBe(20_000);
    expect(list.summary('')).toMatchObject({ listed: 1, ticked: 1, shown: { rows: 1 } });
    expect(list.rows('', 0, 10).rows).toMatchObject([
      { id: entryId(1), name: 'Branch 1', organizationName: 'Harbour Group', accounts: 20_000 },
    ]);
    expect(ids(list)).toEqual([entryId(1)]);
  });

  it('of two organizations and five accounts without a known one are seven', async () => {
    const other = [11, 12].map((number) => account(number, 'Quay Ltd', 0xee));
    const list = await listOf([[...harbour, ...[21, 22, 23, 24, 25].map(alone), ...other]]);
    list.tick('shown', true, '');
    expect(list.summary('')).toMatchObject({ listed: 7, ticked: 7 });
    expect(ids(list).sort()).toEqual(
      [3, 11, 21, 22, 23, 24, 25].map((number) => entryId(number)).sort(),
    );
  });

  it('have namesakes only among themselves', async () => {
    const twin = { ...account(4, 'Harbour Group'), name: 'Branch 1' };
    const list = await listOf([[...harbour, twin, one(5, 'Branch 2')]]);
    list.open(entryId(3), true);
    const rows = list.rows('', 0, 9).rows.map((row) => [row.id, row.hasNamesake]);
    expect(rows.filter(([, hasNamesake]) => hasNamesake)).toEqual([
      [entryId(1), true],
      [entryId(4), true],
    ]);
    expect(rows).toHaveLength(6);
  });

  it('are shown below the row and can be added one by one', async () => {
    const list = await listOf([harbour]);
    list.open(entryId(3), true);
    const names = list.rows('', 0, 10).rows.map((row) => [row.accounts, row.name]);
    expect(names).toEqual([
      [3, 'Branch 3'],
      [0, 'Branch 3'],
      [0, 'Branch 1'],
      [0, 'Branch 2'],
    ]);
    list.tick([entryId(2)], true, '');
    expect(list.rows('', 0, 10).rows.map(({ ticked }) => ticked)).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(list.summary('').ticked).toBe(1);
    list.tick([entryId(1)], true, '');
    expect(list.summary('')).toMatchObject({ ticked: 2, shown: { ticked: 2, unticked: 0 } });
    list.tick([entryId(1)], false, '');
    // One is ticked already.
    list.tick('shown', true, '');
    expect(ids(list)).toEqual([entryId(2)]);
    list.tick({ row: entryId(3) }, false, '');
    expect(ids(list)).toEqual([]);
    list.open(entryId(3), false);
    expect(list.summary('').shown.rows).toBe(1);
  });

  it('are not offered once one of them is saved', async () => {
    const saved = [account(1, 'Harbour Group', 0xff, true), account(2, 'Harbour Group')];
    const list = await listOf([saved]);
    list.preselect();
    expect(ids(list)).toEqual([]);
    expect(list.summary('').shown.unticked).toBe(0);
    expect([list.found, list.saved]).toEqual([2, 1]);
    list.tick([entryId(2)], true, '');
    expect(ids(list)).toEqual([entryId(2)]);
    expect((await listOf([saved], true)).summary('').listed).toBe(0);
  });

  it('are found by the name of the organization and their own', async () => {
    const list = await listOf([[...harbour, account(11, 'Quay Ltd', 0xee)]]);
    expect(namesOf(list, 'harbour')).toEqual(['Branch 3']);
    expect(namesOf(list, 'branch 11')).toEqual(['Branch 11']);
  });
});

it('keeps the selection when the rest of the list arrives', async () => {
  const list = await listOf([[one(1, 'Brunn'), one(2, 'Casa')]]);
  list.tick([entryId(2)], true, '');
  expect(namesOf(list, 'a')).toEqual(['Casa']);
  list.add([one(3, 'Albrecht')]);
  await list.sort(yieldToEventLoop);
  expect(namesOf(list, 'a')).toEqual(['Albrecht', 'Casa']);
  expect(list.chosen().map(({ name }) => name)).toEqual(['Casa']);
  expect(list.summary('').ticked).toBe(1);
});

it('yields while it sorts a long list', async () => {
  const list = new AvailableList(false);
  for (let page = 0; page < 20; page += 1) {
    list.add(Array.from({ length: 1_000 }, (_, n) => one(page * 1_000 + n, `Branch ${n} ${page}`)));
  }
  let turns = 0;
  await list.sort(() => {
    turns += 1;
    return yieldToEventLoop();
  });
  expect(turns).toBeGreaterThan(0);
  expect(list.rows('', 19_999, 10).rows.map(({ name }) => name)).toEqual(['Branch 999 19']);
});
