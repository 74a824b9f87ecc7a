/** The full-text indexes are merged while idle, and keep no trace of removed texts. */
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
  organizationId,
  profile,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../temporary-store';

/**
 * Characters that occur nowhere else in the file, three as the indexes store them. The smallest
 * comes first, because a term is stored without the prefix it shares with the one before.
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

/** A database with an entry from which something will be removed. */
function folderWithSecrets(): string {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  write(store, (tables) => {
    for (let number = 1; number <= 40; number++) addOrganization(tables, number);
    addOrganization(tables, 99, NAME);
  });
  write(store, (tables) => tables.profiles.put(copy(organizationId(99), profile(TEXT))));
  write(store, (tables) => tables.organizations.remove(organizationId(99)));
  store.close();
  return folder;
}

test('leaves no trace of a removed entry in the file, even after a kill in between', () => {
  const folder = folderWithSecrets();
  expect([holds(folder, NAME), holds(folder, TEXT)]).toEqual([true, true]);
  const { store, list } = opened(folder);
  finish(list);
  store.close();
  expect([holds(folder, NAME), holds(folder, TEXT)]).toEqual([false, false]);
  const again = opened(folder);
  expect(again.list.work(0)).toEqual({ ok: true, value: false });
});

test('merges many small changes, and finds the same afterwards', () => {
  const folder = temporaryFolder();
  const { store, list } = opened(folder);
  write(store, (tables) => {
    for (let number = 1; number <= 40; number++) addOrganization(tables, number);
  });
  for (let number = 1; number <= 40; number++) {
    write(store, (tables) =>
      tables.drafts.put(draftOf(organizationId(number), { business_name: `typed ${number}` })),
    );
  }
  const found = () =>
    read(store, (tables) => tables.list.total({ ...WHOLE_LIST, search: 'typed' }));
  expect(found()).toBe(40);
  const before = segments(folder, 'text_search');
  finish(list);
  expect(segments(folder, 'text_search')).toBeLessThan(before / 2);
  expect(found()).toBe(40);
});
