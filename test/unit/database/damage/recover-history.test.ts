/** Recovering the revisions of another database into the history, which is sorted by time. */
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { adoptEdits } from '../../../../src/main/changes';
import { DATABASE_FILE, recover } from '../../../../src/main/database';
import type { RevisionRow } from '../../../../src/main/database/revision-table';
import type { Tables } from '../../../../src/main/database/tables';
import { valueOf } from '../../results';
import {
  addOrganization,
  freshDatabase,
  opened,
  entryId,
  profile,
  read,
  temporaryFolder,
  write,
} from '../temporary-database';

/**
 * Creates a closed database with these revisions of organization 1. Each is identified by its text.
 */
function databaseWith(revisions: readonly RevisionRow[]): string {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => {
    addOrganization(tables, 1);
    addOrganization(tables, 2);
    for (const row of revisions) tables.revisions.add(row);
  });
  database.close();
  return join(folder, DATABASE_FILE);
}

const revision = (
  text: string,
  at: number,
  kind: RevisionRow['kind'] = 'observed',
  organization = 1,
): RevisionRow => ({
  entryId: entryId(organization),
  at,
  kind,
  texts: profile(text),
  author: null,
});

const textsOf = (tables: Tables, number = 1): string[] =>
  tables.revisions
    .rows(entryId(number), null, 99)
    .map((row) => (row.texts.business_name ?? '').replace(' business_name', ''));

test('merges all revisions with different texts, even of the same moment and kind', () => {
  const path = databaseWith([
    revision('one', 5, 'replaced'),
    revision('other', 5, 'replaced'),
    revision('third', 5, 'discarded'),
    revision('third', 5, 'replaced'),
  ]);
  const database = freshDatabase();
  for (const _ of ['first', 'second']) {
    valueOf(recover(database, path, adoptEdits));
    expect(read(database, textsOf)).toEqual(['third', 'third', 'other', 'one']);
  }
});

test('sorts revisions by the time of recording, whichever database is merged first', () => {
  const path = databaseWith([
    revision('old 1', 10),
    revision('elsewhere', 11, 'saved', 2),
    revision('old 2', 20),
    revision('old 3', 25),
    revision('old 4', 40, 'replaced'),
  ]);
  const database = freshDatabase();
  const before = write(database, (tables) => {
    addOrganization(tables, 1);
    tables.revisions.add(revision('new 1', 5));
    tables.revisions.add(revision('new 2', 30));
    tables.revisions.add(revision('new 3', 50, 'saved'));
    return tables.revisions.of(entryId(1));
  });
  valueOf(recover(database, path, adoptEdits));
  const order = ['new 3', 'old 4', 'new 2', 'old 3', 'old 2', 'old 1', 'new 1'];
  read(database, (tables) => {
    expect(textsOf(tables)).toEqual(order);
    expect(textsOf(tables, 2)).toEqual(['elsewhere']);
    for (const row of before) expect(tables.revisions.get(row.id)).toEqual(row);
  });
  const ids = read(database, (tables) => tables.revisions.of(entryId(1)));
  valueOf(recover(database, path, adoptEdits));
  expect(read(database, (tables) => tables.revisions.of(entryId(1)))).toEqual(ids);
});

test('merges two databases in either order without losing a revision or the order', () => {
  const times = fc.array(fc.nat({ max: 6 }), { maxLength: 6 });
  fc.assert(
    fc.property(times, times, times, (first, second, current) => {
      const rows = (name: string, list: number[]): RevisionRow[] =>
        list.map((at, index) => revision(`${name} ${index}`, at));
      const database = freshDatabase();
      write(database, (tables) => {
        addOrganization(tables, 1);
        for (const row of rows('current', current)) tables.revisions.add(row);
      });
      for (const path of [databaseWith(rows('first', first)), databaseWith(rows('second', second))])
        valueOf(recover(database, path, adoptEdits));
      const oldestFirst = read(database, textsOf).reverse();
      for (const [name, list] of Object.entries({ first, second, current })) {
        const byTime = rows(name, list).toSorted((one, other) => one.at - other.at);
        expect(oldestFirst.filter((text) => text.startsWith(name))).toEqual(
          byTime.map(({ texts }) => texts.business_name?.replace(' business_name', '')),
        );
      }
      const times = read(database, ({ revisions }) => revisions.of(entryId(1)));
      expect(times.map(({ at }) => at)).toEqual(times.map(({ at }) => at).toSorted());
      expect(oldestFirst).toHaveLength(first.length + second.length + current.length);
    }),
    { numRuns: 15 },
  );
});

test('loses only a row whose id is beyond the largest safe number', () => {
  const path = databaseWith([revision('one', 1), revision('two', 2)]);
  const db = new DatabaseSync(path);
  db.exec(
    'INSERT INTO revision SELECT 9007199254740993, entry_id, 3, kind, texts, NULL, NULL FROM revision LIMIT 1',
  );
  db.close();
  const database = freshDatabase();
  valueOf(recover(database, path, adoptEdits));
  expect(read(database, textsOf)).toEqual(['two', 'one']);
});
