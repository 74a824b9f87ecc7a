/** Finding in the table: which cells are counted, which is next, and that only what changed is read again. */
import { expect, it, vi } from 'vitest';
import { createTable } from '../../../src/main/organizations/table';
import { createSendStatus } from '../../../src/main/changes/send-status';
import type { Find } from '../../../src/shared/find-text';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import type { Result } from '../../../src/shared/result';
import { applyEdits, EMPTY_PROFILE, type Edits, type FieldName } from '../../../src/shared/profile';
import type { FindPosition, FoundCells } from '../../../src/shared/table';
import {
  addOrganization,
  addSignIns,
  change,
  copy,
  draftOf,
  entryId,
  freshDatabase,
  write,
} from '../database/temporary-database';
import { valueOf } from '../results';

/** More in one transaction, and the list is built again in the background. */
const AT_ONCE = 4_000;
const ALL: FieldName[] = ['business_name', 'business_email', 'business_phone', 'business_address'];
const FROM_START: FindPosition = { row: 0, column: 'name', isIncluded: true };

type Place = { row: number; field: FieldName } | null;

/** A table over organizations with these texts; null: never read. */
async function harness(texts: readonly (Edits | null)[]) {
  const database = freshDatabase();
  write(database, (tables) => addSignIns(tables));
  for (let first = 0; first < texts.length; first += AT_ONCE)
    write(database, (tables) => {
      for (const [n, edits] of texts.slice(first, first + AT_ONCE).entries()) {
        const number = first + n + 1;
        addOrganization(tables, number, `Organization ${String(number).padStart(6, '0')}`);
        if (edits) tables.profiles.put(copy(entryId(number), applyEdits(EMPTY_PROFILE, edits)));
      }
    });
  let yielded = (): Promise<void> => Promise.resolve();
  const { handlers: table, found } = createTable({
    database,
    sendStatus: createSendStatus(database.changes),
    ticks: { has: () => false, ids: () => [], version: () => 0, set: vi.fn() },
    planned: () => undefined,
    readFirst: vi.fn(),
    copy: () => Promise.resolve(),
    yieldToEventLoop: () => yielded(),
  });
  const open = async (group: 'none' | 'parent' = 'none') =>
    valueOf(
      await table.open({
        query: { ...WHOLE_LIST, group },
        filters: [],
        order: 'query',
        keep: null,
      }),
    ).snapshot;
  let snapshot = await open();
  const findOf = (text: string, more: Partial<Find> = {}): Find => ({
    text,
    matchCase: false,
    wholeText: false,
    fields: ALL,
    ...more,
  });
  return {
    database,
    table,
    found,
    findOf,
    open: async () => (snapshot = await open()),
    snapshot: () => snapshot,
    setYield: (next: () => Promise<void>) => (yielded = next),
    find: (text: string, more: Partial<Find> = {}) =>
      table.find({ snapshot, find: findOf(text, more) }) as Promise<Result<FoundCells>>,
    async count(text: string, more: Partial<Find> = {}): Promise<FoundCells> {
      // Changes are published after the code that made them.
      await Promise.resolve();
      return valueOf(await table.find({ snapshot, find: findOf(text, more) }));
    },
    async next(
      text: string,
      from: Partial<FindPosition> = {},
      direction: 'next' | 'previous' = 'next',
    ): Promise<Place> {
      const place = { ...FROM_START, ...from };
      return valueOf(
        await table.findNext({ snapshot, find: findOf(text), from: place, direction }),
      );
    },
    put: (number: number, edits: Edits) =>
      write(database, (tables) =>
        tables.profiles.put(copy(entryId(number), applyEdits(EMPTY_PROFILE, edits))),
      ),
    draft: (number: number, edits: Edits) =>
      write(database, (tables) => tables.drafts.put(draftOf(entryId(number), edits))),
  };
}

it('counts cells and organizations, in the wanted fields, as case and whole texts matter', async () => {
  const { count } = await harness([
    { business_address: '1 Old Street', business_name: 'Old Street Traders' },
    { business_address: 'old street' },
    { business_address: '2 High Street', external_metadata: 'Old Street' },
    null,
  ]);
  expect(await count('Old Street')).toEqual({ cells: 3, entries: 2, drafts: 0, unread: 1 });
  expect(await count('Old Street', { matchCase: true })).toMatchObject({ cells: 2, entries: 1 });
  expect(await count('Old Street', { wholeText: true })).toMatchObject({ cells: 1, entries: 1 });
  const fields: FieldName[] = ['external_metadata'];
  expect(await count('Old Street', { fields })).toMatchObject({ cells: 1, entries: 1 });
  expect(await count('nowhere')).toMatchObject({ cells: 0, entries: 0 });
});

it('finds literal texts, also those that JSON or a pattern would write otherwise', async () => {
  const texts = [
    'a"b',
    String.raw`a\b`,
    'a\tb',
    '5.0',
    '5x0',
    'Ünïted',
    '$&(1)',
    'x\r\ny',
    '\u{1F3E2} Co',
  ];
  const { count } = await harness(texts.map((text) => ({ business_name: text })));
  for (const text of [
    'a"b',
    String.raw`a\b`,
    'a\tb',
    '5.0',
    'üNÏTED',
    '$&(1)',
    'x\ny',
    '\u{1F3E2}',
  ])
    expect(await count(text), text).toMatchObject({ cells: 1 });
  expect(await count('"')).toMatchObject({ cells: 1 });
  expect(await count('business_name')).toMatchObject({ cells: 0 });
});

it('looks at what is shown: the draft, else the pending change, else the saved copy', async () => {
  const { count, draft, database } = await harness(
    ['street', 'street', 'street'].map((text) => ({ business_name: text })),
  );
  draft(1, { business_name: 'road' });
  write(database, (tables) => tables.outbox.put(change(entryId(2), { business_name: 'lane' })));
  expect(await count('street')).toMatchObject({ cells: 1, drafts: 0 });
  expect(await count('lane')).toMatchObject({ cells: 1, drafts: 0 });
  expect(await count('road')).toMatchObject({ cells: 1, drafts: 1 });
});

it('goes from cell to cell in the order of the table, and around its ends', async () => {
  const { next } = await harness([
    { business_name: 'a', business_address: 'a' },
    {},
    { business_phone: 'a' },
  ]);
  const places = [
    { row: 0, field: 'business_name' },
    { row: 0, field: 'business_address' },
    { row: 2, field: 'business_phone' },
  ] as const;
  expect(await next('a')).toEqual(places[0]);
  const after = async (place: (typeof places)[number]) =>
    next('a', { row: place.row, column: place.field, isIncluded: false });
  expect(await after(places[0])).toEqual(places[1]);
  expect(await after(places[1])).toEqual(places[2]);
  expect(await after(places[2])).toEqual(places[0]);
  expect(await next('a', { row: 2, column: 'business_phone' })).toEqual(places[2]);
  expect(await next('a', {}, 'previous')).toEqual(places[2]);
  const before = { row: 0, column: 'business_address', isIncluded: false } as const;
  expect(await next('a', before, 'previous')).toEqual(places[0]);
  expect(await next('a', { row: 1, column: 'state' }, 'previous')).toEqual(places[1]);
  expect(await next('b')).toBeNull();
});

it('reads only what changed when it counts again', async () => {
  const { count, put, draft, database } = await harness(
    Array.from({ length: 300 }, (_, n) => ({ business_name: n < 3 ? 'street' : 'road' })),
  );
  expect(await count('street')).toMatchObject({ cells: 3 });
  const reads = vi.spyOn(database, 'read');
  expect(await count('street')).toMatchObject({ cells: 3 });
  expect(reads).not.toHaveBeenCalled();
  put(100, { business_name: 'Street' });
  draft(1, { business_name: 'lane' });
  draft(2, { business_name: 'High street' });
  write(database, ({ organizations }) => organizations.remove(entryId(3)));
  expect(await count('street')).toEqual({ cells: 2, entries: 2, drafts: 1, unread: 0 });
  expect(reads).toHaveBeenCalledTimes(1);
});

it('a change of very many is read like the first time', async () => {
  const { count, database } = await harness(
    Array.from({ length: 1_500 }, () => ({ business_name: 'road' })),
  );
  expect(await count('street')).toMatchObject({ cells: 0 });
  write(database, (tables) => {
    for (let number = 1; number <= 1_500; number += 1)
      tables.profiles.put(copy(entryId(number), { ...EMPTY_PROFILE, business_name: 'street' }));
  });
  expect(await count('street')).toMatchObject({ cells: 1_500 });
});

it('ends a slice after any copy, when its time is over', async () => {
  const { count, setYield } = await harness(
    Array.from({ length: 60 }, () => ({ business_address: 'street '.repeat(100) })),
  );
  let yields = 0;
  setYield(() => Promise.resolve(void (yields += 1)));
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 2));
  const found = await count('street');
  clock.mockRestore();
  expect(found).toMatchObject({ cells: 60 });
  expect(yields).toBeGreaterThanOrEqual(20);
});

it('reads few of many entries with edits at a time', async () => {
  const { count, database } = await harness(
    Array.from({ length: 1_000 }, () => ({ business_name: 'street' })),
  );
  write(database, ({ drafts, outbox }) => {
    for (let number = 1; number <= 900; number += 1) {
      drafts.put(draftOf(entryId(number), { business_name: 'road', business_phone: '1' }));
      if (number % 3 === 0) outbox.put(change(entryId(number), { business_email: 'street' }));
    }
    outbox.put(change(entryId(1_000), { business_name: 'lane' }));
  });
  const reads = vi.spyOn(database, 'read');
  expect(await count('street')).toMatchObject({ cells: 99 + 300, entries: 99 + 300 });
  const lists = reads.mock.results.flatMap(({ value }) => {
    const outcome = value as Result<unknown>;
    return outcome.ok && Array.isArray(outcome.value) ? [outcome.value as unknown[]] : [];
  });
  const longest = (isId: boolean): number =>
    Math.max(
      ...lists.filter(([one]) => (typeof one === 'string') === isId).map(({ length }) => length),
    );
  expect(longest(true)).toBeLessThanOrEqual(200);
  expect(longest(false)).toBeLessThanOrEqual(8);
});

it('an entry that changes while it is counted is counted as it is at the end', async () => {
  const { find, draft, setYield } = await harness(
    Array.from({ length: 200 }, () => ({ business_name: 'street' })),
  );
  let isFirst = true;
  setYield(() => {
    if (isFirst) draft(1, { business_name: 'lane' });
    isFirst = false;
    return Promise.resolve();
  });
  expect(valueOf(await find('street'))).toMatchObject({ cells: 199 });
});

it('a later search ends the one before, and another snapshot is refused', async () => {
  const { find, count, open, table, findOf, snapshot, setYield } = await harness(
    Array.from({ length: 2_000 }, () => ({ business_name: 'street' })),
  );
  setYield(() => new Promise((resolve) => setImmediate(resolve)));
  const first = find('s');
  const second = find('st');
  expect(await first).toMatchObject({ ok: false, failure: { code: 'table.outdated' } });
  expect(valueOf(await second)).toMatchObject({ cells: 2_000 });
  const old = snapshot();
  await open();
  expect(await table.find({ snapshot: old, find: findOf('s') })).toMatchObject({ ok: false });
  expect(await count('s')).toMatchObject({ cells: 2_000 });
});

it('names the entries to replace in, in the order of the table', async () => {
  const { found, findOf, snapshot } = await harness(
    ['street', 'road', 'Street 2'].map((text) => ({ business_name: text, business_email: text })),
  );
  expect(valueOf(await found({ snapshot: snapshot(), find: findOf('street') }))).toEqual([
    entryId(1),
    entryId(3),
  ]);
});
