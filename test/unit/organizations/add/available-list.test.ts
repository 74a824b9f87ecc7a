/**
 * The list of organizations that a sign-in can access and a person can add, kept in memory: order,
 * filter and selection.
 */
import { expect, it } from 'vitest';
import { AvailableList } from '../../../../src/main/organizations/add/available-list';
import { entryId } from '../../database/temporary-database';
import { ORGANIZATION } from '../../samples';

const one = (number: number, name: string, saved = false) => ({
  ...ORGANIZATION,
  id: entryId(number),
  name,
  saved,
});
const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Creates a list from these pages of organizations. */
async function listOf(pages: ReturnType<typeof one>[][], onlyNew = false): Promise<AvailableList> {
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
    shown: { listed: 3, ticked: 2, addable: 2 },
  });
  list.tick([entryId(3), entryId(4), entryId(99)], true, '');
  list.tick([entryId(1), entryId(1)], false, '');
  expect(list.summary('').ticked).toBe(2);
  expect(list.chosen().map(({ name }) => name)).toEqual(['Graz', 'Vienna South']);
  const shown = { name: 'Vienna Old', parent: null, saved: true, ticked: false };
  expect(list.rows('old', 0, 1).rows).toEqual([{ id: entryId(4), ...shown }]);
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
