/** The full-text indexes are merged while the app is idle, and keep no trace of removed texts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DATABASE_FILE, type ListWork } from '../../../../src/main/database';
import { WHOLE_LIST } from '../../../../src/shared/list-query';
import {
  addOrganization,
  copy,
  databaseOnSmallDisk,
  draftOf,
  opened,
  entryId,
  profile,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../temporary-database';

/**
 * Texts whose characters occur nowhere else in the file. They have three characters each, like the
 * terms of the indexes, in ascending order: a term is stored without the prefix that it shares with
 * the term before.
 */
const [NAME, TEXT] = ['鷥鷺鸕', '鴒鵯鶺'];

function finish(list: ListWork): void {
  for (let more = true; more;) {
    const worked = list.work(0);
    expect(worked.ok).toBe(true);
    more = worked.ok && worked.value;
  }
}

const holds = (folder: string, text: string): boolean =>
  readFileSync(join(folder, DATABASE_FILE)).includes(text);

/** The number of segments of an index. */
const segments = (folder: string, index: string): number =>
  withRawDatabase(
    folder,
    (db) => db.prepare(`SELECT DISTINCT segid FROM ${index}_idx`).all().length,
  );

/** Creates a database with an entry that has the texts above, for tests that remove them. */
function folderWithSecrets(): string {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => {
    for (let number = 1; number <= 40; number++) addOrganization(tables, number);
    addOrganization(tables, 99, NAME);
  });
  write(database, (tables) => tables.profiles.put(copy(entryId(99), profile(TEXT))));
  write(database, (tables) => tables.organizations.remove(entryId(99)));
  database.close();
  return folder;
}

test('leaves no trace of a removed entry in the file, even after a kill in between', () => {
  const folder = folderWithSecrets();
  expect([holds(folder, NAME), holds(folder, TEXT)]).toEqual([true, true]);
  const { database, list } = opened(folder);
  finish(list);
  database.close();
  expect([holds(folder, NAME), holds(folder, TEXT)]).toEqual([false, false]);
  const again = opened(folder);
  expect(again.list.work(0)).toEqual({ ok: true, value: false });
});

test('erases a removed entry in the same run after that has failed once', () => {
  const folder = folderWithSecrets();
  const { database, list, fill, free } = databaseOnSmallDisk(folder);
  fill();
  expect(list.work(0)).toMatchObject({ ok: false, failure: { code: 'database.full' } });
  free();
  finish(list);
  database.close();
  expect(opened(folder).list.work(0)).toEqual({ ok: true, value: false });
});

/** A run of the app that adds `count` entries, each in a transaction of its own, and merges nothing. */
function runAdding(folder: string, count: number, from = 1): void {
  const { database } = opened(folder);
  for (let number = from; number < from + count; number++) {
    write(database, (tables) => addOrganization(tables, number));
  }
  database.close();
}

test('merges what earlier runs have left, however few each of them left', () => {
  const folder = temporaryFolder();
  for (let run = 0; run < 5; run += 1) runAdding(folder, 12, 1 + run * 12);
  expect(segments(folder, 'name_search')).toBeGreaterThan(50);
  const { database, list } = opened(folder);
  finish(list);
  database.close();
  expect(segments(folder, 'name_search')).toBeLessThan(16);
});

test('merges after a failure what was to be merged', () => {
  const folder = temporaryFolder();
  runAdding(folder, 60);
  const { list, fill, free } = databaseOnSmallDisk(folder);
  fill();
  expect(list.work(0)).toMatchObject({ ok: false, failure: { code: 'database.full' } });
  free();
  finish(list);
  expect(segments(folder, 'name_search')).toBeLessThan(16);
});

test('a step of a merge writes few pages, however many segments there are', () => {
  const folder = temporaryFolder();
  const { database, list } = opened(folder);
  const words = Array.from({ length: 1_000 }, (_, n) => (n * 7919).toString(36)).join(' ');
  for (let number = 1; number <= 50; number++) {
    write(database, (tables) => {
      addOrganization(tables, number);
      tables.profiles.put(copy(entryId(number), profile(`${number} ${words}`)));
    });
  }
  /** The pages of each segment. The number of a page contains that of its segment. */
  const pages = () =>
    withRawDatabase(folder, (db) => {
      const PAGES = 'SELECT id >> 37 AS segid, count(*) AS n FROM text_search_data GROUP BY 1';
      return new Map(
        db
          .prepare(PAGES)
          .all()
          .map((row) => [row['segid'], Number(row['n'])]),
      );
    });
  const written: number[] = [];
  for (let before = pages(), more = true; more;) {
    const worked = list.work(0);
    more = worked.ok && worked.value;
    const after = pages();
    written.push(Math.max(...[...after].map(([segid, n]) => n - (before.get(segid) ?? 0))));
    before = after;
  }
  expect(written.length).toBeGreaterThan(10);
  expect(Math.max(...written)).toBeLessThan(24);
});

test('merges many small changes, and finds the same afterwards', () => {
  const folder = temporaryFolder();
  const { database, list } = opened(folder);
  write(database, (tables) => {
    for (let number = 1; number <= 40; number++) addOrganization(tables, number);
  });
  for (let number = 1; number <= 40; number++) {
    write(database, (tables) =>
      tables.drafts.put(draftOf(entryId(number), { business_name: `typed ${number}` })),
    );
  }
  const found = () =>
    read(database, (tables) => tables.list.total({ ...WHOLE_LIST, search: 'typed' }));
  expect(found()).toBe(40);
  const before = segments(folder, 'text_search');
  finish(list);
  expect(segments(folder, 'text_search')).toBeLessThan(before / 2);
  expect(found()).toBe(40);
});
