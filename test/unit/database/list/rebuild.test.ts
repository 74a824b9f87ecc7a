/**
 * The list (the read model) is rebuilt in slices when it is missing, damaged or outdated. It reports
 * its progress and blocks nothing else.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { DATABASE_FILE, type OpenedDatabase } from '../../../../src/main/database';
import { ListDamage } from '../../../../src/main/database/list/list-tables';
import type { Database, Tables } from '../../../../src/main/database/tables';
import { DEFAULT_LOCALE } from '../../../../src/shared/language';
import { WHOLE_LIST } from '../../../../src/shared/list-query';
import { setLocaleSource } from '../../../../src/shared/messages/locale';
import {
  addOrganization,
  change,
  copy,
  draftOf,
  opened,
  entryId,
  profile,
  read,
  databaseOnSmallDisk,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../temporary-database';
import { modelOf } from './list-model';

/** More entries than are built in one go when the database opens. */
const MANY = 2_100;

afterEach(() => setLocaleSource(() => DEFAULT_LOCALE));

function add(tables: Tables, number: number, name = `Org ${(number * 7_919) % 10_007}`): void {
  const id = addOrganization(tables, number, name);
  tables.profiles.put(copy(id, profile(`text ${number}`)));
  // Some are below a saved entry, some below one that is not saved.
  if (number % 3 === 0) moveBelow(tables, id, number % 40);
}

/** Makes an entry one that is below another. */
function moveBelow(tables: Tables, id: string, parent: number): void {
  const record = tables.organizations.get(id);
  const above = { id: entryId(parent * 7), name: `Parent ${parent}` };
  if (record) tables.organizations.put({ ...record, parent: above });
}

/** Expects the list to contain every entry. Returns their ids in list order. */
function expectWhole(database: Database, search = ''): string[] {
  return read(database, (tables) => {
    const query = { ...WHOLE_LIST, search };
    const entries = new Map(
      tables.organizations
        .entries(tables.organizations.ids())
        .map((entry) => [entry.organization.id, entry]),
    );
    const model = modelOf(tables.organizations.ids().flatMap((id) => entries.get(id) ?? []));
    const expected = model.ids(query);
    expect(tables.list.building()).toBeNull();
    expect(tables.list.ids(query, 0, 10_000)).toEqual(expected);
    const grouped = { ...query, group: 'parent' as const };
    expect(tables.list.ids(grouped, 0, 10_000)).toEqual(model.ids(grouped));
    expect(tables.list.groups(grouped)).toEqual(model.groups(grouped));
    expect(tables.list.parents()).toEqual(model.parents());
    return expected;
  });
}

/** Creates a closed database with many entries; returns its folder. */
function folderWithMany(folder = temporaryFolder()): string {
  const { database } = opened(folder);
  write(database, (tables) => {
    for (let number = 1; number <= MANY; number++) add(tables, number);
  });
  database.close();
  return folder;
}

/** Creates a closed database with many entries and an incomplete list; returns its folder. */
function folderWithIncompleteList(): string {
  const folder = folderWithMany();
  withRawDatabase(folder, (db) => db.exec('UPDATE list_state SET is_built = 0'));
  return folder;
}

/** Builds the list until nothing is left to do. */
function finish({ list }: Pick<OpenedDatabase, 'list'>): void {
  for (let step = 0; step < 2_000; step++) {
    const more = list.work(0);
    expect(more.ok).toBe(true);
    if (!more.ok || !more.value) return;
  }
  expect.unreachable('the work never ends');
}

const rowIds = (folder: string): unknown[] =>
  withRawDatabase(folder, (db) =>
    db.prepare('SELECT id, place FROM organization_row ORDER BY place').all(),
  );

test('keeps a complete list over a restart without rebuilding it', () => {
  const folder = folderWithMany();
  const before = rowIds(folder);
  const { database, list } = opened(folder);
  expect(list.isBuilt).toBe(true);
  expectWhole(database);
  finish({ list });
  database.close();
  expect(rowIds(folder)).toEqual(before);
});

test('is empty while being built, and reports its progress', () => {
  const { database, list } = opened(folderWithIncompleteList());
  expect(list.isBuilt).toBe(false);
  const done: number[] = [];
  for (let more = true; more;) {
    read(database, ({ list: { building, ids, total, counts, position, find, inOrder, saved } }) => {
      const progress = building();
      expect(progress?.total).toBe(MANY);
      done.push(progress?.done ?? 0);
      expect([ids(WHOLE_LIST, 0, 9), total(WHOLE_LIST), inOrder()]).toEqual([[], 0, []]);
      expect(counts(WHOLE_LIST)).toEqual({ all: 0, attention: 0, changes: 0 });
      expect(position(entryId(1), WHOLE_LIST)).toBeNull();
      expect(find('Org', 0, WHOLE_LIST)).toBeNull();
      expect(saved()).toBe(MANY);
    });
    list.work(0);
    more = !list.isBuilt;
  }
  expect(done).toEqual(done.toSorted((one, other) => one - other));
  expect(new Set(done).size).toBeGreaterThan(10);
  expect(done.at(-1)).toBe(MANY);
  finish({ list });
  expectWhole(database);
});

test('includes what is written meanwhile, even after a kill in the middle', () => {
  const folder = folderWithIncompleteList();
  let opening = opened(folder);
  let next = MANY;
  const interfere = (tables: Tables, step: number): void => {
    add(tables, ++next, `Neu ${step}`);
    const [first, second, third] = [step, step + 500, step + 1_000].map(entryId) as [
      string,
      string,
      string,
    ];
    if (tables.organizations.get(first)) addOrganization(tables, step, `Anders ${step}`);
    tables.organizations.remove(second);
    moveBelow(tables, third, step % 50);
    if (!tables.organizations.get(third)) return;
    tables.drafts.put(draftOf(third, { business_phone: `+49 ${step}` }));
    tables.outbox.put(change(third, { business_email: 'x@y.example' }));
    tables.outbox.move([third], 'paused', null);
  };
  for (let step = 1; step < 2_000; step++) {
    if (!opening.list.isBuilt) write(opening.database, (tables) => interfere(tables, step));
    if (step === 15) {
      // Close instead of kill: the files then contain exactly what was committed.
      opening.database.close();
      opening = opened(folder);
      expect(opening.list.isBuilt).toBe(false);
    }
    const more = opening.list.work(0);
    if (more.ok && !more.value) break;
  }
  expectWhole(opening.database);
  expectWhole(opening.database, 'anders');
  expectWhole(opening.database, '+49');
  opening.database.close();
  withRawDatabase(folder, (db) => {
    for (const index of ['name_search', 'text_search']) {
      db.exec(`INSERT INTO ${index} (${index}, rank) VALUES ('integrity-check', 1)`);
    }
  });
});

test('builds a small list immediately when the database opens', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => [1, 2, 3].forEach((number) => add(tables, number)));
  database.close();
  withRawDatabase(folder, (db) => db.exec('UPDATE list_state SET version = 0'));
  const again = opened(folder);
  expect(again.list.isBuilt).toBe(true);
  expect(expectWhole(again.database)).toHaveLength(3);
});

test.each([
  'UPDATE list_count SET total = 9e999',
  'UPDATE list_count SET total = 0',
  'DELETE FROM list_count',
])('does not believe totals that cannot be true: %s', (sql) => {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => add(tables, 1));
  database.close();
  withRawDatabase(folder, (db) => db.exec(sql));
  const again = opened(folder);
  expectWhole(again.database);
  expect(read(again.database, (tables) => tables.list.counts(WHOLE_LIST))).toMatchObject({
    all: 1,
  });
});

test('rebuilds in slices after thousands of rows in one transaction', () => {
  const folder = temporaryFolder();
  const { database, list } = opened(folder);
  write(database, (tables) => {
    for (let number = 1; number <= 5_001; number++) addOrganization(tables, number);
  });
  expect(list.isBuilt).toBe(false);
  database.close();
  const again = opened(folder);
  expect(again.list.isBuilt).toBe(false);
  finish(again);
  expect(read(again.database, (tables) => tables.list.total(WHOLE_LIST))).toBe(5_001);
});

test('rebuilds nothing for a language with the same order', () => {
  const folder = folderWithMany();
  const before = rowIds(folder);
  setLocaleSource(() => ({ language: 'de', formats: 'de-AT' }));
  const { database, list } = opened(folder);
  finish({ list });
  database.close();
  expect(rowIds(folder)).toEqual(before);
  expect(
    withRawDatabase(folder, (db) => db.prepare('SELECT formats FROM list_state').get()),
  ).toEqual({
    formats: 'de-AT',
  });
});

test('rebuilds the list in the new order for a language with a different order', () => {
  const folder = temporaryFolder();
  const { database, list } = opened(folder);
  write(database, (tables) => {
    for (const [index, name] of ['Ärla', 'Zeta', 'Alfa'].entries()) add(tables, index + 1, name);
  });
  const names = () =>
    read(database, (tables) =>
      tables.list.inOrder().map((id) => tables.organizations.get(id)?.name),
    );
  expect(names()).toEqual(['Alfa', 'Ärla', 'Zeta']);
  setLocaleSource(() => ({ language: 'en', formats: 'sv-SE' }));
  finish({ list });
  expect(names()).toEqual(['Alfa', 'Zeta', 'Ärla']);
});

test('full disk: keeps its progress, lets reads work, and finishes once there is space', () => {
  const folder = folderWithIncompleteList();
  withRawDatabase(folder, (db) => {
    for (const table of ['name_search', 'text_search', 'organization_row', 'organization_text']) {
      db.exec(`DROP TABLE ${table}`);
    }
    db.exec('VACUUM');
  });
  const { database, list, fill, free } = databaseOnSmallDisk(folder);
  fill();
  const failures = Array.from({ length: 200 }, () => list.work(0)).filter(({ ok }) => !ok);
  expect(failures.length).toBeGreaterThan(1);
  expect(failures[0]).toEqual({ ok: false, failure: { code: 'database.full' } });
  while (list.work(0).ok);
  const building = () => read(database, (tables) => tables.list.building());
  expect(building()).toMatchObject({ total: MANY, failure: { code: 'database.full' } });
  expect(read(database, (tables) => tables.organizations.get(entryId(1)))).not.toBeNull();
  free();
  write(database, (tables) => add(tables, MANY + 1));
  list.work(0);
  expect(building()).toMatchObject({ total: MANY + 1, failure: null });
  finish({ list });
  expect(expectWhole(database)).toHaveLength(MANY + 1);
  database.close();
});

/** Possible damage to the list's tables. */
const DAMAGE: [string, string][] = [
  ['an index was dropped', 'DROP TABLE text_search'],
  ['the rows were dropped', 'DROP TABLE organization_row'],
  ['the state was emptied', 'DELETE FROM list_state'],
  [
    'the full-text index of names is garbage',
    "UPDATE name_search_data SET block = x'ffffffffffffffffffff'",
  ],
  [
    'the full-text index of texts is garbage',
    "UPDATE text_search_data SET block = x'00000000000000000001'",
  ],
  ['its configuration is garbage', 'UPDATE text_search_config SET v = 99'],
  ['texts are gone', 'DELETE FROM organization_text'],
  ['places are gone', 'UPDATE organization_row SET place = 9e999'],
];

test.each(DAMAGE)('%s: rebuilds the list, and the database does not count as damaged', (_, sql) => {
  const folder = temporaryFolder();
  const onUnexpected = vi.fn((error: unknown) => expect(error).toBeInstanceOf(ListDamage));
  const first = opened(folder);
  write(first.database, (tables) => [1, 2, 3].forEach((number) => add(tables, number)));
  first.database.close();
  withRawDatabase(folder, (db) => {
    db.enableDefensive(false);
    db.exec(sql);
  });
  const { database, list, setAside, check } = opened(folder, { onUnexpected });
  expect([setAside, check()]).toEqual([null, { ok: true, value: null }]);
  // Every read and write returns an outcome, and nothing written is lost.
  read(database, (tables) => tables.list.ids({ ...WHOLE_LIST, search: 'text' }, 0, 9));
  write(database, (tables) => add(tables, 4));
  write(database, (tables) => add(tables, 1, 'Renamed'));
  write(database, (tables) => tables.organizations.remove(entryId(2)));
  finish({ list });
  expect(expectWhole(database)).toHaveLength(3);
  expect(expectWhole(database, 'text')).toHaveLength(3);
  expect(expectWhole(database, 'renamed')).toHaveLength(1);
  database.close();
  expect(opened(folder).setAside).toBeNull();
});

/** Overwrites all pages but the first of the tables whose names match `like` with random bytes. */
function overwritePages(folder: string, like: string): void {
  const pages = withRawDatabase(folder, (db) =>
    db.prepare('SELECT pageno FROM dbstat WHERE name LIKE ?').all(like),
  );
  expect(pages.length).toBeGreaterThan(0);
  const path = join(folder, DATABASE_FILE);
  const bytes = readFileSync(path);
  for (const { pageno } of pages) bytes.fill(0xff, (pageno - 1) * 4_096, pageno * 4_096);
  writeFileSync(path, bytes);
}

test.each(['text_search_data', 'name_search%', 'organization_row', 'row_by_place', 'list_state'])(
  'rebuilds without the overwritten pages of %s, and repairs the file at the next start',
  (table) => {
    const folder = temporaryFolder();
    const onUnexpected = vi.fn();
    const first = opened(folder);
    write(first.database, (tables) => [1, 2, 3].forEach((number) => add(tables, number)));
    first.database.close();
    overwritePages(folder, table);
    const { database, list, setAside } = opened(folder, { onUnexpected });
    expect(setAside).toBeNull();
    read(database, (tables) => tables.list.ids({ ...WHOLE_LIST, search: 'text' }, 0, 9));
    write(database, (tables) => add(tables, 4));
    write(database, (tables) => add(tables, 2, 'Renamed'));
    finish({ list });
    expect(expectWhole(database, 'text')).toHaveLength(4);
    database.close();
    const again = opened(folder);
    expect(again.setAside).toBeNull();
    expect(expectWhole(again.database, 'text')).toHaveLength(4);
    again.database.close();
    expect(withRawDatabase(folder, (db) => db.prepare('PRAGMA integrity_check').all())).toEqual([
      { integrity_check: 'ok' },
    ]);
  },
);
