/** The table: what main numbers, answers and copies. */
import { afterEach, expect, it, vi } from 'vitest';
import { createList } from '../../../src/main/organizations/list';
import { createTable } from '../../../src/main/organizations/table';
import { createSendStatus } from '../../../src/main/changes/send-status';
import { WHOLE_LIST, type SelectionSummary } from '../../../src/shared/list-query';
import type { RichText } from '../../../src/shared/letterhead';
import type { Result } from '../../../src/shared/result';
import { applyEdits, type Edits, type FieldName, type Profile } from '../../../src/shared/profile';
import {
  DEFAULT_COLUMNS,
  MAX_CELL_TEXT,
  type TableColumn,
  type TableFilter,
  type TableGroup,
  type TableQuery,
  type TableRow,
  type TableSnapshot,
} from '../../../src/shared/table';
import {
  addOrganization,
  addSignIns,
  change,
  copy as copyOf,
  draftOf,
  entryId,
  freshDatabase,
  NOW,
  write,
} from '../database/temporary-database';
import { valueOf } from '../results';

/** The texts of a saved copy that has all of them, except for `different`. */
const profile = (different: Edits = {}): Profile =>
  applyEdits(
    {
      business_name: 'Acme',
      business_email: 'office@acme.example',
      business_phone: '1',
      business_address: '1 High St',
      external_metadata: '',
    },
    different,
  );
const savedCopy = (number: number, fields = profile()) => copyOf(entryId(number), fields);

/** More in one transaction, and the list is built again in the background. */
const AT_ONCE = 4_000;

const WHOLE: TableQuery = { query: WHOLE_LIST, filters: [], order: 'query' };

/** A table over this many organizations, named `Organization 1` and so on, none of which was read. */
function harness(count: number) {
  const database = freshDatabase();
  write(database, (tables) => addSignIns(tables));
  for (let first = 1; first <= count; first += AT_ONCE)
    write(database, (tables) => {
      for (let number = first; number < first + AT_ONCE && number <= count; number += 1)
        addOrganization(tables, number, `Organization ${number}`);
    });
  let yielded = (): Promise<void> => Promise.resolve();
  const sendStatus = createSendStatus(database.changes);
  const list = createList({ database, sendStatus, now: () => NOW });
  const copied: RichText[] = [];
  /** What an import would change. */
  const planned = new Map<string, Edits>();
  const readFirst = vi.fn<(ids: readonly string[]) => void>();
  const { handlers: table, ...own } = createTable({
    database,
    sendStatus,
    ticks: list.ticks,
    planned: (id) => planned.get(id),
    readFirst,
    copy: (content) => Promise.resolve(void copied.push(content)),
    yieldToEventLoop: () => yielded(),
  });
  const open = async (query: Partial<TableQuery> = {}): Promise<TableSnapshot> =>
    valueOf(await table.open({ ...WHOLE, ...query, keep: null }));
  const rows = (snapshot: number, offset = 0, limit = 50): (TableRow | null)[] =>
    valueOf(
      table.rows({ snapshot, offset, limit, groups: [] }) as Result<{ rows: (TableRow | null)[] }>,
    ).rows;
  /** The rows that an answer of `rows` carries beside the rows. */
  const answer = (snapshot: number, groups: number[] = []) =>
    valueOf(
      table.rows({ snapshot, offset: 0, limit: 1, groups }) as Result<{
        groups: TableGroup[];
        notShown: number;
      }>,
    );
  const headings = (snapshot: number, groups: number[]) => answer(snapshot, groups).groups;
  const names = (snapshot: number) => rows(snapshot).map((row) => row?.name ?? null);
  const copy = async (
    snapshot: number,
    [first, end]: readonly [number, number],
    columns: TableColumn[],
  ) => valueOf(await table.copy({ snapshot, rows: [{ first, end }], columns }));
  return {
    database,
    table,
    ...own,
    list,
    open,
    rows,
    names,
    answer,
    headings,
    copy,
    copied,
    planned,
    readFirst,
    /** Lets the list say that it is being built. */
    building: (isBuilding: boolean) => {
      const { read } = database;
      if (!isBuilding) return void vi.mocked(database.read).mockRestore();
      const progress = { done: 0, total: count, failure: null };
      const none = { building: () => progress, numbered: () => null };
      vi.spyOn(database, 'read').mockImplementation((work) =>
        read((tables) => work({ ...tables, list: { ...tables.list, ...none } })),
      );
    },
    onYield: (work: () => void) => {
      yielded = () => {
        work();
        return Promise.resolve();
      };
    },
  };
}

const empty = (field: FieldName): TableFilter => ({ kind: 'empty', field });

afterEach(() => vi.restoreAllMocks());

it('numbers the rows that a query shows, and answers them by number', async () => {
  const { open, names } = harness(3);
  const { snapshot, length, groups } = await open();
  expect({ length, groups }).toEqual({ length: 3, groups: [] });
  expect(names(snapshot)).toEqual(['Organization 1', 'Organization 2', 'Organization 3']);
  const found = await open({ query: { ...WHOLE_LIST, search: '2' } });
  expect(names(found.snapshot)).toEqual(['Organization 2']);
});

it('keeps every row at its number until it is sorted again, whatever is edited, read or removed', async () => {
  const { database, open, names } = harness(3);
  write(database, (tables) => tables.profiles.put(savedCopy(2, profile({ business_phone: '' }))));
  const { snapshot } = await open({ filters: [empty('business_phone')] });
  expect(names(snapshot)).toEqual(['Organization 2']);
  write(database, (tables) => tables.profiles.put(savedCopy(2, profile({ business_phone: '1' }))));
  expect(names(snapshot)).toEqual(['Organization 2']);

  const whole = await open();
  write(database, (tables) => {
    const first = tables.organizations.get(entryId(1))!;
    tables.organizations.put({ ...first, name: 'Zebra' });
    tables.organizations.remove(entryId(2));
  });
  expect(names(whole.snapshot)).toEqual(['Zebra', null, 'Organization 3']);
  const again = await open();
  expect(names(again.snapshot)).toEqual(['Organization 3', 'Zebra']);
});

it('refuses the rows and ranges of another snapshot', async () => {
  const { table, open, copied, idsIn, allIds } = harness(2);
  const { snapshot } = await open();
  await open();
  const outdated = { ok: false, failure: { code: 'table.outdated' } };
  const range = { first: 0, end: 1 };
  expect(table.rows({ snapshot, offset: 0, limit: 1, groups: [] })).toEqual(outdated);
  expect(await table.copy({ snapshot, rows: [range], columns: ['name'] })).toEqual(outdated);
  const tick = { snapshot, ...range, isTicked: true, query: WHOLE_LIST };
  expect(table.tick(tick)).toEqual(outdated);
  expect(table.view({ snapshot, rows: [range] })).toEqual(outdated);
  expect([idsIn(snapshot, [range], 1), allIds(snapshot)]).toEqual([outdated, outdated]);
  expect(copied).toEqual([]);
});

it('carries what an import would change, cut like a text, and shows only these rows', async () => {
  const { open, rows, names, planned } = harness(3);
  planned.set(entryId(2), { business_phone: '2', business_address: 'x'.repeat(MAX_CELL_TEXT + 1) });
  const whole = rows((await open()).snapshot);
  const business_address = `${'x'.repeat(MAX_CELL_TEXT - 1)}…`;
  expect(whole.map((row) => row?.planned)).toEqual([
    ...[{}, { business_phone: '2', business_address }, {}],
  ]);
  const only = await open({ filters: [{ kind: 'planned', field: 'name' }] });
  expect([only.unread, names(only.snapshot)]).toEqual([0, ['Organization 2']]);
});

it('filters by what is shown: the draft, or else the change, or else the saved copy', async () => {
  const { database, open, names } = harness(5);
  write(database, (tables) => {
    tables.profiles.put(savedCopy(1, profile({ business_phone: '' })));
    tables.profiles.put(savedCopy(2, profile({ business_phone: '+49 30 1' })));
    tables.profiles.put(savedCopy(3, profile({ business_phone: '' })));
    tables.outbox.put(change(entryId(3), { business_phone: 'Zentrale Ä' }));
    tables.profiles.put(savedCopy(4, profile({ business_phone: '' })));
    tables.drafts.put(draftOf(entryId(4), { business_phone: 'zentrale ae' }));
  });
  const shown = async (...filters: TableFilter[]) => names((await open({ filters })).snapshot);
  // The fifth was never read, so it is not known to be empty.
  expect(await shown(empty('business_phone'))).toEqual(['Organization 1']);
  expect(await shown({ kind: 'changed', field: 'business_phone' })).toEqual([
    'Organization 3',
    'Organization 4',
  ]);
  expect(await shown({ kind: 'contains', field: 'business_phone', text: 'ZENTRALE a' })).toEqual([
    'Organization 3',
    'Organization 4',
  ]);
  expect(
    await shown(
      { kind: 'changed', field: 'business_phone' },
      { kind: 'contains', field: 'business_phone', text: 'ae' },
    ),
  ).toEqual(['Organization 4']);
});

it('orders by the last check, the newest first, and those never read last', async () => {
  const { database, open, names } = harness(3);
  write(database, (tables) => {
    tables.profiles.put({ ...savedCopy(1), checkedAt: NOW - 5 });
    tables.profiles.put({ ...savedCopy(3), checkedAt: NOW });
  });
  const { snapshot } = await open({ order: 'checked' });
  expect(names(snapshot)).toEqual(['Organization 3', 'Organization 1', 'Organization 2']);
});

it('numbers each row once however much is saved meanwhile, and leaves out what is removed', async () => {
  const COUNT = 5_001;
  const { database, open, onYield, allIds } = harness(COUNT);
  const reads = vi.spyOn(database, 'read');
  let number = 0;
  onYield(() => {
    number += 1;
    write(database, (tables) => {
      const first = tables.organizations.get(entryId(number + 1))!;
      tables.organizations.put({ ...first, name: `Zebra ${number}` });
      if (number === 1) tables.organizations.remove(entryId(1));
      if (number === 2) tables.organizations.remove(entryId(COUNT));
    });
  });
  const { snapshot, length } = await open();
  // As many reads as there are pages, and one for the numbers.
  expect(reads.mock.calls.length).toBeLessThan(8);
  expect(length).toBe(COUNT - 2);
  expect(new Set(valueOf(allIds(snapshot))).size).toBe(length);
});

it('ends a numbering when the table is opened again or closed', async () => {
  const { table, open, onYield, names } = harness(200);
  let second: Promise<TableSnapshot> | undefined;
  const contains: TableFilter = { kind: 'contains', field: 'business_name', text: 'x' };
  const outdated = { ok: false, failure: { code: 'table.outdated' } };
  onYield(() => (second ??= open({ query: { ...WHOLE_LIST, search: 'Organization 200' } })));
  expect(await table.open({ ...WHOLE, filters: [contains], keep: null })).toEqual(outdated);
  const { snapshot, length } = await second!;
  expect(length).toBe(1);
  expect(names(snapshot)).toEqual(['Organization 200']);
  onYield(() => void table.close(null));
  expect(await table.open({ ...WHOLE, keep: null })).toEqual(outdated);
});

it('waits until the list is built', async () => {
  const { database, table, open, building } = harness(3);
  building(true);
  const first = table.open({ ...WHOLE, keep: null });
  const second = open();
  expect(await first).toEqual({ ok: false, failure: { code: 'table.outdated' } });
  const reads = vi.mocked(database.read).mock.calls.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(vi.mocked(database.read).mock.calls.length).toBe(reads);
  building(false);
  database.changes.publishInMemory((marks) => marks.topic('list'));
  expect((await second).length).toBe(3);
});

it('counts what the filters leave out because no one has read it', async () => {
  const { database, open, names } = harness(4);
  write(database, (tables) => {
    tables.profiles.put(savedCopy(1, profile({ business_phone: '' })));
    tables.profiles.put(savedCopy(2));
    tables.drafts.put(draftOf(entryId(3), { business_phone: '5' }));
  });
  const { snapshot, unread } = await open({ filters: [empty('business_phone')] });
  expect([names(snapshot), unread]).toEqual([['Organization 1'], 1]);
  expect((await open({ filters: [{ kind: 'changed', field: 'business_phone' }] })).unread).toBe(0);
  expect((await open()).unread).toBe(0);
});

it('ticks all rows that the filters show, and says how many ticked ones they do not', async () => {
  const { database, table, open, list, answer } = harness(4);
  write(database, (tables) => {
    for (const number of [1, 2, 3, 4]) {
      const text = number > 2 ? '' : '1';
      tables.profiles.put(savedCopy(number, profile({ business_phone: text })));
    }
  });
  const whole = await open();
  const tick = (snapshot: number, first: number, end: number, isTicked = true) =>
    table.tick({ snapshot, first, end, isTicked, query: WHOLE_LIST });
  tick(whole.snapshot, 0, 1);
  const { snapshot, length } = await open({ filters: [empty('business_phone')] });
  expect(answer(snapshot).notShown).toBe(1);
  const { version } = valueOf(tick(snapshot, 0, length) as Result<SelectionSummary>);
  expect(valueOf(list.selected())).toEqual([1, 3, 4].map((number) => entryId(number)));
  expect(answer(snapshot).notShown).toBe(1);
  const unticked = valueOf(tick(snapshot, 0, length, false) as Result<SelectionSummary>);
  expect(unticked).toMatchObject({ count: 1 });
  expect(unticked.version).toBeGreaterThan(version);
});

it('refuses to tick more than a save may have, and nothing is ticked then', async () => {
  const { table, open, list } = harness(20_001);
  const { snapshot, length } = await open();
  expect(length).toBe(20_001);
  const tick = { snapshot, first: 0, end: length, query: WHOLE_LIST };
  expect(table.tick({ ...tick, isTicked: true })).toEqual({
    ok: false,
    failure: { code: 'selection.too-many' },
  });
  expect(valueOf(list.selected())).toEqual([]);
  expect(table.tick({ ...tick, isTicked: false })).toMatchObject({ ok: true });
}, 60_000);

it('counts as the size of a group what can be ticked: not what was removed', async () => {
  const { database, table, open, headings } = harness(5);
  write(database, (tables) => {
    const parent = { id: entryId(1), name: 'Organization 1' };
    for (const number of [2, 3, 4]) {
      const below = tables.organizations.get(entryId(number))!;
      tables.organizations.put({ ...below, parent });
    }
  });
  const query = { ...WHOLE_LIST, group: 'parent' as const };
  const { snapshot } = await open({ query });
  write(database, (tables) => tables.organizations.remove(entryId(3)));
  await Promise.resolve();
  table.tick({ snapshot, first: 0, end: 4, isTicked: true, query });
  expect(headings(snapshot, [0, 1])).toMatchObject([
    { ticked: 3, size: 3 },
    { ticked: 0, size: 1 },
  ]);
});

it('keeps groups and rows together when the first row of a group goes while they are numbered', async () => {
  const { database, open, headings, names, onYield } = harness(5);
  write(database, (tables) => {
    for (const [number, above] of [
      [2, 1],
      [4, 3],
    ] as const) {
      const below = tables.organizations.get(entryId(number))!;
      const parent = { id: entryId(above), name: `Organization ${above}` };
      tables.organizations.put({ ...below, parent });
    }
  });
  let isFirst = true;
  onYield(() => {
    if (isFirst) write(database, (tables) => tables.organizations.remove(entryId(1)));
    isFirst = false;
  });
  const { snapshot, groups } = await open({ query: { ...WHOLE_LIST, group: 'parent' } });
  expect(names(snapshot)).toEqual([2, 3, 4, 5].map((number) => `Organization ${number}`));
  expect(groups).toEqual([0, 1, 3]);
  expect(headings(snapshot, [0, 1, 2]).map(({ group }) => group.path)).toEqual([
    ['Organization 1'],
    ['Organization 3'],
    [],
  ]);
});

it('groups the rows, and ticks and counts a group', async () => {
  const { database, table, open, list, headings } = harness(4);
  write(database, (tables) => {
    const parent = { id: entryId(1), name: 'Organization 1' };
    for (const number of [2, 3]) {
      const below = tables.organizations.get(entryId(number))!;
      tables.organizations.put({ ...below, parent });
    }
    tables.profiles.put(savedCopy(2, profile({ business_phone: '' })));
  });
  const query = { ...WHOLE_LIST, group: 'parent' as const };
  const { snapshot, groups } = await open({ query });
  expect(groups).toEqual([0, 3]);
  const ticked = valueOf(
    table.tick({
      snapshot,
      first: 0,
      end: 3,
      isTicked: true,
      query,
    }) as Result<SelectionSummary>,
  );
  expect(ticked.count).toBe(3);
  expect(valueOf(list.selected())).toEqual([entryId(1), entryId(2), entryId(3)]);
  table.tick({ snapshot, first: 1, end: 2, isTicked: false, query });
  expect(headings(snapshot, [1, 0])).toEqual([
    { group: { id: null, path: [] }, ticked: 0, size: 1 },
    { group: { id: entryId(1), path: ['Organization 1'] }, ticked: 2, size: 3 },
  ]);

  // A group without a row that passes the filter has no heading.
  const filtered = await open({ query, filters: [empty('business_phone')] });
  expect(filtered.groups).toEqual([0]);
  expect(filtered.length).toBe(1);
});

it('reads those in view first, until the table is closed', async () => {
  const { database, table, open, rows, readFirst } = harness(3);
  write(database, (tables) => tables.profiles.put(savedCopy(2)));
  const { snapshot } = await open();
  expect(rows(snapshot).map((row) => row?.texts?.business_name ?? null)).toEqual([
    null,
    profile().business_name,
    null,
  ]);
  expect(readFirst).not.toHaveBeenCalled();
  const inView = (...runs: [number, number][]) =>
    table.view({ snapshot, rows: runs.map(([first, end]) => ({ first, end })) });
  valueOf(inView([0, 1], [2, 1_000_000]) as Result<null>);
  expect(readFirst).toHaveBeenLastCalledWith([entryId(1), entryId(3)]);
  valueOf(table.close(null) as Result<null>);
  expect(readFirst).toHaveBeenLastCalledWith([]);
  expect(inView([0, 1])).toEqual({ ok: false, failure: { code: 'table.outdated' } });
});

it('cuts long texts in rows, and copies them whole', async () => {
  const long = 'x'.repeat(MAX_CELL_TEXT + 1);
  const { database, open, rows, copy, copied } = harness(1);
  write(database, (tables) => tables.profiles.put(savedCopy(1, profile({ business_name: long }))));
  const { snapshot } = await open();
  expect(rows(snapshot)[0]?.texts?.business_name).toBe(`${'x'.repeat(MAX_CELL_TEXT - 1)}…`);
  await copy(snapshot, [0, 1], ['business_name']);
  expect(copied[0]?.text).toBe(long);
});

it('carries the lines of a long address in JSON, and copies what is stored', async () => {
  const stored = JSON.stringify({ line1: 'x'.repeat(MAX_CELL_TEXT - 20), city: 'Bristol' });
  const { database, open, rows, copy, copied } = harness(1);
  const fields = profile({ business_address: stored });
  write(database, (tables) => tables.profiles.put(savedCopy(1, fields)));
  const { snapshot } = await open();
  expect(rows(snapshot)[0]?.texts?.business_address).toBe(
    `${'x'.repeat(MAX_CELL_TEXT - 20)}\nBristol`,
  );
  await copy(snapshot, [0, 1], ['business_address']);
  expect(copied[0]?.text.replaceAll('""', '"')).toContain(stored);
});

it('copies tab-separated text with quotes where needed, and a table of texts', async () => {
  const { database, open, copy, copied } = harness(2);
  write(database, (tables) =>
    tables.profiles.put(
      savedCopy(
        1,
        profile({
          business_phone: '+49 30 1',
          business_address: '1 "High" St\r\nBath\tUK',
          business_name: '=1+1<b>',
        }),
      ),
    ),
  );
  const { snapshot } = await open();
  const columns: TableColumn[] = ['name', 'business_name', 'business_phone', 'business_address'];
  expect(await copy(snapshot, [0, 2], columns)).toEqual({
    rows: 2,
    columns: 4,
    unread: 1,
    removed: 0,
  });
  const [content] = copied;
  expect(content?.text).toBe(
    'Organization 1\t=1+1<b>\t+49 30 1\t"1 ""High"" St\nBath\tUK"\nOrganization 2\t\t\t',
  );
  expect(content?.html).toContain(`<td style='mso-number-format:"\\@"' sdnum="1033;0;@">`);
  expect(content?.html).toContain('=1+1&lt;b&gt;</td>');
  expect(content?.html).toContain('St<br style="mso-data-placement:same-cell">Bath');
  expect(content?.html).not.toContain('<b>');
});

it('says how many rows have empty cells because no one knows their texts', async () => {
  const { database, open, copy, copied } = harness(4);
  write(database, (tables) => tables.profiles.put(savedCopy(1)));
  write(database, (tables) => tables.drafts.put(draftOf(entryId(2), { business_phone: '2' })));
  const { snapshot } = await open();
  write(database, (tables) => tables.organizations.remove(entryId(4)));
  expect(await copy(snapshot, [0, 4], ['business_phone'])).toEqual({
    rows: 4,
    columns: 1,
    unread: 1,
    removed: 1,
  });
  expect(copied[0]?.text).toBe('1\n2\n\n');
});

it('keeps spaces that HTML would drop, as Excel writes them', async () => {
  const { database, open, copy, copied } = harness(1);
  const business_address = '  a  b c \n d';
  write(database, (tables) => tables.profiles.put(savedCopy(1, profile({ business_address }))));
  const { snapshot } = await open();
  await copy(snapshot, [0, 1], ['business_address']);
  const kept = (count: number): string =>
    `<span style="mso-spacerun:yes">${'\u00a0'.repeat(count)}</span>`;
  expect(copied[0]?.html).toContain(
    `>${kept(2)}a${kept(2)}b c${kept(1)}<br style="mso-data-placement:same-cell">${kept(1)}d</td>`,
  );
  expect(copied[0]?.text).toBe(`"${business_address}"`);
});

it('copies the labels, the state in words and the time of the last check', async () => {
  const { database, open, copy, copied } = harness(2);
  const checkedAt = new Date(2026, 10, 4, 9, 5).getTime();
  write(database, (tables) => {
    tables.profiles.put({ ...savedCopy(1), checkedAt });
    tables.labels.change(entryId(1), ['VIP', '=South'], []);
  });
  const { snapshot } = await open();
  await copy(snapshot, [0, 2], ['labels', 'state', 'checked']);
  expect(copied[0]?.text).toBe('=South; VIP\tCheck\t2026-11-04 09:05\n\tNo sign-in\t');
});

it('copies that a row is paused, as the table shows it', async () => {
  const { database, open, copy, copied } = harness(2);
  write(database, (tables) => {
    const save = { id: 'save', at: 1, fields: ['business_phone' as const] };
    tables.saves.add({ ...save, stage: 'sending', paused: true });
    tables.profiles.put(savedCopy(1));
    tables.outbox.put(change(entryId(1), { business_phone: '2' }, { saveId: 'save' }));
    tables.outbox.put(change(entryId(2), { business_phone: '2' }, { state: 'waiting' }));
  });
  const { snapshot } = await open();
  await copy(snapshot, [0, 2], ['state']);
  expect(copied[0]?.text).toBe('Paused\nWaiting');
});

it('copies up to 50,000 cells, and nothing of more', async () => {
  const { table, open, copied } = harness(1);
  const { snapshot } = await open();
  const columns: TableColumn[] = ['name', 'state'];
  const outcome = await table.copy({ snapshot, rows: [{ first: 0, end: 25_001 }], columns });
  // Whatever the number of columns is.
  const runs = Array(10_000).fill({ first: 0, end: 1_000_000 });
  expect(await table.copy({ snapshot, rows: runs, columns: [] })).toEqual(outcome);
  expect(outcome).toEqual({ ok: false, failure: { code: 'table.too-many-cells' } });
  expect(copied).toEqual([]);
});

it('remembers the columns, and shows the default ones if the stored ones are unusable', () => {
  const { database, table } = harness(0);
  expect(table.columns(null)).toEqual({ ok: true, value: DEFAULT_COLUMNS });
  const chosen = [
    { column: 'name' as const, width: 300 },
    { column: 'state' as const, width: 90 },
  ];
  valueOf(table.setColumns({ columns: chosen }) as Result<null>);
  expect(table.columns(null)).toEqual({ ok: true, value: chosen });
  for (const stored of [chosen.slice(1), [...chosen, chosen[1]], 'nonsense']) {
    write(database, (tables) => tables.settings.put('table-columns', stored));
    expect(table.columns(null)).toEqual({ ok: true, value: DEFAULT_COLUMNS });
  }
});

it('says which saved texts are under drafts, and where nothing may be changed', async () => {
  const { database, open, rows } = harness(2);
  write(database, ({ profiles, drafts }) => {
    profiles.put(savedCopy(1));
    drafts.put(draftOf(entryId(1), { business_phone: '2' }));
  });
  const [first, second] = rows((await open()).snapshot);
  expect(first).toMatchObject({ saved: { business_phone: '1' }, readOnly: false });
  expect(second).toMatchObject({ saved: {} });
});

it('knows the row of the entry to stay at, if the table shows it', async () => {
  const { table } = harness(5);
  const kept = async (keep: string) => valueOf(await table.open({ ...WHOLE, keep })).kept;
  expect(await kept(entryId(3))).toBe(2);
  expect(await kept(entryId(9))).toBeNull();
});

it('stays at the nearest row if a filter leaves the entry out', async () => {
  const { table, database } = harness(9);
  write(database, ({ drafts }) => {
    for (const number of [1, 5, 9]) drafts.put(draftOf(entryId(number), { business_phone: '2' }));
  });
  const kept = async (keep: string, filters: TableFilter[]) =>
    valueOf(await table.open({ ...WHOLE, filters, keep })).kept;
  const changed: TableFilter[] = [{ kind: 'changed', field: 'business_phone' }];
  for (const [number, row] of [
    [4, 1],
    [6, 1],
    [8, 2],
    [2, 0],
  ] as const) {
    await kept(entryId(1), []);
    expect(await kept(entryId(number), changed)).toBe(row);
  }
});
