/** The texts that we wrote through other entries of the same record: an organization and its accounts. */
import { expect, test } from 'vitest';
import { RowMacs } from '../../../src/main/database/row-macs';
import type { Database, Tables } from '../../../src/main/database/tables';
import { ORGANIZATION } from '../samples';
import {
  freshDatabase,
  NOW,
  opened,
  entryId,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

const [PARENT, FIRST, SECOND] = [1, 2, 3].map(entryId) as [string, string, string];
const [CHILD, OTHER, ALONE] = [4, 5, 6].map(entryId) as [string, string, string];
const UNSAVED = { id: entryId(9), name: 'Not saved here' };
const parent = { id: PARENT, name: 'Holding' };

/** Saves an organization with two accounts and a child organization, and accounts of others. */
function family(tables: Tables): void {
  const entries = [
    { id: PARENT },
    { id: FIRST, kind: 'account', parent },
    { id: SECOND, kind: 'account', parent },
    // An organization has a record of its own, whatever is above it.
    { id: CHILD, parent },
    { id: OTHER, kind: 'account', parent: UNSAVED },
    { id: ALONE, kind: 'account' },
  ] as const;
  for (const entry of entries) {
    const name = `Entry ${Number.parseInt(entry.id, 16)}`;
    const row = { ...ORGANIZATION, name, signInId: null, addedAt: 1, viewedAt: null };
    tables.organizations.put({ ...row, ...entry });
  }
}

function databaseWithFamily(): Database {
  const database = freshDatabase();
  write(database, family);
  return database;
}

const siblings = (database: Database, id: string): string[] =>
  read(database, ({ organizations }) => organizations.siblings(id, 10)).sort();
const writes = (database: Database, id: string, since = 0) =>
  read(database, ({ ownWrites }) => ownWrites.bySiblings(id, since));
const put = (database: Database, id: string, phone: string, at = NOW): void =>
  write(database, ({ ownWrites }) =>
    ownWrites.put(id, { business_phone: phone }, { version: 7, submittedAt: 1, at }),
  );

test('an organization and its accounts are siblings, but no organizations below it', () => {
  const database = databaseWithFamily();
  expect(siblings(database, PARENT)).toEqual([FIRST, SECOND]);
  expect(siblings(database, FIRST)).toEqual([PARENT, SECOND]);
  expect(siblings(database, SECOND)).toEqual([PARENT, FIRST]);
  for (const id of [CHILD, OTHER, ALONE, UNSAVED.id]) expect(siblings(database, id)).toEqual([]);
  expect(read(database, ({ organizations }) => organizations.siblings(PARENT, 1))).toHaveLength(1);
});

test('accounts of an organization that is not saved here are siblings, too', () => {
  const database = databaseWithFamily();
  write(database, ({ organizations }) =>
    organizations.put({ ...organizations.get(ALONE)!, parent: UNSAVED }),
  );
  expect(siblings(database, OTHER)).toEqual([ALONE]);
});

test('a write is known to the other entries of its record, and only to them', () => {
  const database = databaseWithFamily();
  put(database, FIRST, '+44 1');
  const known = {
    entryId: FIRST,
    name: 'Entry 2',
    field: 'business_phone',
    text: '+44 1',
    version: 7,
    submittedAt: 1,
    at: NOW,
  };
  expect(writes(database, PARENT)).toEqual([known]);
  expect(writes(database, SECOND)).toEqual([known]);
  for (const id of [FIRST, CHILD, OTHER, ALONE]) expect(writes(database, id)).toEqual([]);
});

test('the newest writes come first, and old ones not at all', () => {
  const database = databaseWithFamily();
  put(database, FIRST, 'replaced', NOW);
  put(database, FIRST, 'first', NOW + 1);
  put(database, PARENT, 'second', NOW + 2);
  const texts = (since: number) => writes(database, SECOND, since).map(({ text }) => text);
  expect(texts(0)).toEqual(['second', 'first', 'replaced']);
  expect(texts(NOW + 2)).toEqual(['second']);
  expect(texts(NOW + 3)).toEqual([]);
});

test('keeps nothing for an entry without siblings', () => {
  const database = databaseWithFamily();
  put(database, ALONE, 'not needed');
  write(database, ({ organizations }) => {
    organizations.put({ ...organizations.get(ALONE)!, parent });
  });
  expect(writes(database, PARENT)).toEqual([]);
});

test('forgets the writes of a removed entry', () => {
  const database = databaseWithFamily();
  put(database, FIRST, '+44 1');
  write(database, ({ organizations }) => organizations.remove(FIRST));
  expect(writes(database, PARENT)).toEqual([]);
});

test('a write that was changed outside the app counts as absent', () => {
  const folder = temporaryFolder();
  const macs = new RowMacs();
  const { database } = opened(folder, { macs });
  write(database, family);
  put(database, FIRST, '+44 1');
  put(database, SECOND, '+44 2');
  database.close();
  withRawDatabase(folder, (db) =>
    db.exec(`UPDATE own_write SET text = '"planted"' WHERE entry_id = '${FIRST}'`),
  );
  const { database: again } = opened(folder, { macs });
  expect(writes(again, PARENT).map(({ text }) => text)).toEqual(['+44 2']);
});

test('the texts before the last one are known, too, up to eight, and each once', () => {
  const database = databaseWithFamily();
  const texts = (id: string): string[] => writes(database, id).map(({ text }) => text);
  put(database, FIRST, '+44 1', NOW);
  // The answer to this write may be lost, and the write, too.
  put(database, FIRST, '+44 2', NOW + 1);
  expect(texts(SECOND)).toEqual(['+44 2', '+44 1']);
  put(database, FIRST, '+44 1', NOW + 2);
  expect(texts(SECOND)).toEqual(['+44 1', '+44 2']);
  for (let number = 3; number <= 10; number += 1)
    put(database, FIRST, `+44 ${number}`, NOW + number);
  expect(texts(SECOND)).toEqual([10, 9, 8, 7, 6, 5, 4, 3].map((number) => `+44 ${number}`));
});

test('a planted write, or one that was moved to another record, entry or field, is never ours', () => {
  const folder = temporaryFolder();
  const macs = new RowMacs();
  const { database } = opened(folder, { macs });
  write(database, family);
  put(database, FIRST, '+44 1');
  database.close();
  withRawDatabase(folder, (db) => {
    const COLUMNS = 'record_id, entry_id, field, text, version, submitted_at, at, mac';
    for (const [column, value] of [
      ['text', `'"planted"'`],
      ['entry_id', `'${SECOND}'`],
      ['field', `'business_name'`],
      ['version', '0'],
      ['submitted_at', '0'],
      ['at', 'at + 1'],
      ['mac', 'NULL'],
    ] as const) {
      db.exec(`INSERT INTO own_write (${COLUMNS})
        SELECT ${COLUMNS.replace(new RegExp(`\\b${column}\\b`), value)} FROM own_write WHERE id = 1`);
    }
    db.exec(`INSERT INTO own_write (${COLUMNS})
      SELECT ${COLUMNS.replace('record_id', `'${UNSAVED.id}'`)} FROM own_write WHERE id = 1`);
  });
  const { database: again } = opened(folder, { macs });
  const ours = [{ entryId: FIRST, field: 'business_phone', text: '+44 1' }];
  expect(writes(again, PARENT)).toMatchObject(ours);
  expect(writes(again, PARENT)).toHaveLength(1);
  expect(writes(again, OTHER)).toEqual([]);
});

test('a write stays with its record when the account moves to another organization', () => {
  const database = databaseWithFamily();
  put(database, FIRST, '+44 1');
  write(database, ({ organizations }) =>
    organizations.put({ ...organizations.get(FIRST)!, parent: UNSAVED }),
  );
  expect(writes(database, SECOND).map(({ text }) => text)).toEqual(['+44 1']);
  expect(writes(database, OTHER)).toEqual([]);
});

test('the texts of all entries of a record count together', () => {
  const database = databaseWithFamily();
  for (let number = 1; number <= 6; number += 1)
    put(database, FIRST, `first ${number}`, NOW + number);
  for (let number = 1; number <= 6; number += 1) put(database, PARENT, `parent ${number}`, NOW + 9);
  expect(writes(database, SECOND)).toHaveLength(8);
});
