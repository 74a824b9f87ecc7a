/** The full-text indexes are merged while the app is idle, and keep no trace of removed texts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DATABASE_FILE, type ListWork } from '../../../../src/main/database';
import { WHOLE_LIST } from '../../../../src/shared/list-query';
import {
  addOrganization,
  copy,
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
