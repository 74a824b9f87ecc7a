/** The order of the reading queue. */
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATABASE_FILE } from '../../../src/main/database';
import { SqliteFile } from '../../../src/main/database/sqlite-file';
import type { Database, Tables } from '../../../src/main/database/tables';
import { ORGANIZATION } from '../samples';
import {
  addSignIns,
  copy,
  freshDatabase,
  opened,
  entryId,
  profile,
  read,
  signInId,
  temporaryFolder,
  write,
} from './temporary-database';

/**
 * Adds an organization with a sign-in (0: none) that was checked at this time (null: never read).
 */
function add(tables: Tables, number: number, signIn: number, checkedAt: number | null): string {
  const id = entryId(number);
  const own = signIn === 0 ? null : signInId(signIn);
  tables.organizations.put({
    ...ORGANIZATION,
    id,
    name: 'Org',
    signInId: own,
    addedAt: 1,
    viewedAt: null,
  });
  if (checkedAt !== null) {
    const at = { confirmedAt: 1, checkedAt, changedElsewhere: true };
    tables.profiles.put({ entryId: id, fields: profile('a'), ...at });
  }
  return id;
}

/** The reading queue of a sign-in, up to the try with this number; all of it by default. */
function queue(database: Database, until = Number.MAX_SAFE_INTEGER, signIn = 1): string[] {
  return read(database, (tables) => tables.organizations.toRead(signInId(signIn), until, 1_000));
}

test('begins with entries that were never tried, then the one whose last try was longest ago, and ends with first reads that failed', () => {
  const anyTries = fc.array(
    fc.record({
      entry: fc.integer({ min: 0, max: 5 }),
      kind: fc.constantFrom('read' as const, 'failed' as const, 'gave up' as const),
    }),
    { maxLength: 20 },
  );
  const database = freshDatabase();
  write(database, addSignIns);
  fc.assert(
    fc.property(anyTries, (tries) => {
      const ids = write(database, (tables) => {
        for (const id of tables.organizations.ids()) tables.organizations.remove(id);
        return [1, 2, 3, 4, 5, 6].map((number) => add(tables, number, 1, null));
      });
      const unread = new Set(ids);
      const untried = new Set(ids);
      let order = [...ids];
      for (const { entry, kind } of tries) {
        const id = ids[entry]!;
        write(database, (tables) => {
          if (kind === 'read') tables.profiles.put(copy(id, profile('a')));
          else tables.organizations.tried(id, kind === 'failed');
        });
        untried.delete(id);
        if (kind !== 'failed') unread.delete(id);
        order = [...order.filter((other) => other !== id), id];
      }
      const first = order.filter((id) => untried.has(id));
      const copied = order.filter((id) => !unread.has(id));
      const failed = order.filter((id) => unread.has(id) && !untried.has(id));
      expect(queue(database)).toEqual([...first, ...copied, ...failed]);
      expect(queue(database, -1)).toEqual([...first, ...failed]);
      for (const id of ids) {
        expect(read(database, ({ organizations }) => organizations.isUnread(id))).toBe(
          unread.has(id),
        );
      }
      read(database, ({ organizations }) => {
        expect(organizations.countToRead(-1)).toBe(unread.size);
        expect(organizations.countToRead(organizations.lastTry(), signInId(1))).toBe(6);
        expect(organizations.countToRead(organizations.lastTry(), signInId(2))).toBe(0);
      });
    }),
    { numRuns: 50 },
  );
});

test('a check covers what was tried before it began, also after a restart', () => {
  const folder = temporaryFolder();
  const first = opened(folder);
  const [one, two, three] = write(first.database, (tables) => {
    addSignIns(tables);
    return [1, 2, 3].map((number) => add(tables, number, 1, number));
  }) as [string, string, string];
  const until = read(first.database, ({ organizations }) => organizations.lastTry());
  write(first.database, (tables) => tables.profiles.put(copy(one, profile('again'))));
  expect(queue(first.database, until)).toEqual([two, three]);
  first.database.close();
  const { database } = opened(folder);
  write(database, (tables) => tables.profiles.put(copy(two, profile('again'))));
  expect(queue(database, until)).toEqual([three]);
  expect(queue(database)).toEqual([three, one, two]);
});

test('an entry whose first read failed for good waits for it again on request, or with another sign-in', () => {
  const database = freshDatabase();
  const [one, two] = write(database, (tables) => {
    addSignIns(tables);
    return [add(tables, 1, 1, null), add(tables, 2, 1, 5)];
  }) as [string, string];
  const giveUp = (): void =>
    write(database, ({ organizations }) => organizations.tried(one, false));
  giveUp();
  expect(queue(database, -1)).toEqual([]);
  write(database, ({ organizations }) => organizations.markUnread([one, two]));
  expect(queue(database, -1)).toEqual([one]);
  giveUp();
  write(database, ({ organizations }) => {
    organizations.put({ ...organizations.get(one)!, signInId: signInId(2) });
  });
  expect(queue(database, -1, 2)).toEqual([one]);
});

test.each([2 ** 53, 2 ** 60, 1e15, Infinity])(
  'a check ends although the stored number of a try is implausible: %s',
  (stored) => {
    const folder = temporaryFolder();
    const before = opened(folder);
    const [one, two] = write(before.database, (tables) => {
      addSignIns(tables);
      return [add(tables, 1, 1, 5), add(tables, 2, 1, 6)];
    }) as [string, string];
    before.database.close();
    const file = new SqliteFile(join(folder, DATABASE_FILE), { busyTimeout: 0 });
    file.transaction('BEGIN IMMEDIATE', () =>
      file.run('UPDATE organization SET read_order = ? WHERE id = ?', stored, one),
    );
    file.close();

    const { database } = opened(folder);
    const until = read(database, ({ organizations }) => organizations.lastTry());
    const tried: string[] = [];
    for (let next = queue(database, until)[0]; next; next = queue(database, until)[0]) {
      expect(tried).not.toContain(next);
      tried.push(next);
      const id = next;
      write(database, (tables) => tables.profiles.put(copy(id, profile('again'))));
    }
    expect(tried.sort()).toEqual([one, two].sort());
  },
);
