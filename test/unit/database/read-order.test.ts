/** The order of the reading queue. */
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATABASE_FILE } from '../../../src/main/database';
import { Database } from '../../../src/main/database/database';
import type { Store, Tables } from '../../../src/main/database/tables';
import { ORGANIZATION } from '../samples';
import {
  addSignIns,
  copy,
  freshStore,
  opened,
  organizationId,
  profile,
  read,
  signInId,
  temporaryFolder,
  write,
} from './temporary-store';

/**
 * Adds an organization with a sign-in (0: none) that was checked at this time (null: never read).
 */
function add(tables: Tables, number: number, signIn: number, checkedAt: number | null): string {
  const id = organizationId(number);
  const credentialId = signIn === 0 ? null : signInId(signIn);
  tables.organizations.put({
    ...ORGANIZATION,
    id,
    name: 'Org',
    credentialId,
    addedAt: 1,
    viewedAt: null,
  });
  if (checkedAt !== null) {
    const at = { confirmedAt: 1, checkedAt, changedElsewhere: true };
    tables.profiles.put({ organizationId: id, fields: profile('a'), ...at });
  }
  return id;
}

/** The reading queue of a sign-in, up to the try with this number; all of it by default. */
function queue(store: Store, until = Number.MAX_SAFE_INTEGER, signIn = 1): string[] {
  return read(store, (tables) => tables.organizations.toRead(signInId(signIn), until, 1_000));
}

test('begins with entries that were never read, then the one whose last try was longest ago', () => {
  const anyTries = fc.array(
    fc.record({
      entry: fc.integer({ min: 0, max: 5 }),
      kind: fc.constantFrom('read' as const, 'failed' as const, 'gave up' as const),
    }),
    { maxLength: 20 },
  );
  const store = freshStore();
  write(store, addSignIns);
  fc.assert(
    fc.property(anyTries, (tries) => {
      const ids = write(store, (tables) => {
        for (const id of tables.organizations.ids()) tables.organizations.remove(id);
        return [1, 2, 3, 4, 5, 6].map((number) => add(tables, number, 1, null));
      });
      const unread = new Set(ids);
      let order = [...ids];
      for (const { entry, kind } of tries) {
        const id = ids[entry]!;
        write(store, (tables) => {
          if (kind === 'read') tables.profiles.put(copy(id, profile('a')));
          else tables.organizations.tried(id, kind === 'failed');
        });
        if (kind !== 'failed') unread.delete(id);
        order = [...order.filter((other) => other !== id), id];
      }
      const first = order.filter((id) => unread.has(id));
      const rest = order.filter((id) => !unread.has(id));
      expect(queue(store)).toEqual([...first, ...rest]);
      expect(queue(store, -1)).toEqual(first);
      for (const id of ids) {
        expect(read(store, ({ organizations }) => organizations.isUnread(id))).toBe(unread.has(id));
      }
      read(store, ({ organizations }) => {
        expect(organizations.countToRead(-1)).toBe(first.length);
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
  const [one, two, three] = write(first.store, (tables) => {
    addSignIns(tables);
    return [1, 2, 3].map((number) => add(tables, number, 1, number));
  }) as [string, string, string];
  const until = read(first.store, ({ organizations }) => organizations.lastTry());
  write(first.store, (tables) => tables.profiles.put(copy(one, profile('again'))));
  expect(queue(first.store, until)).toEqual([two, three]);
  first.store.close();
  const { store } = opened(folder);
  write(store, (tables) => tables.profiles.put(copy(two, profile('again'))));
  expect(queue(store, until)).toEqual([three]);
  expect(queue(store)).toEqual([three, one, two]);
});

test('an entry whose first read failed for good waits for it again on request, or with another sign-in', () => {
  const store = freshStore();
  const [one, two] = write(store, (tables) => {
    addSignIns(tables);
    return [add(tables, 1, 1, null), add(tables, 2, 1, 5)];
  }) as [string, string];
  const giveUp = (): void => write(store, ({ organizations }) => organizations.tried(one, false));
  giveUp();
  expect(queue(store, -1)).toEqual([]);
  write(store, ({ organizations }) => organizations.markUnread([one, two]));
  expect(queue(store, -1)).toEqual([one]);
  giveUp();
  write(store, ({ organizations }) => {
    organizations.put({ ...organizations.get(one)!, credentialId: signInId(2) });
  });
  expect(queue(store, -1, 2)).toEqual([one]);
});

test.each([2 ** 53, 2 ** 60, 1e15, Infinity])(
  'a check ends although the stored number of a try is implausible: %s',
  (stored) => {
    const folder = temporaryFolder();
    const before = opened(folder);
    const [one, two] = write(before.store, (tables) => {
      addSignIns(tables);
      return [add(tables, 1, 1, 5), add(tables, 2, 1, 6)];
    }) as [string, string];
    before.store.close();
    const database = new Database(join(folder, DATABASE_FILE), { busyTimeout: 0 });
    database.transaction('BEGIN IMMEDIATE', () =>
      database.run('UPDATE organization SET read_order = ? WHERE id = ?', stored, one),
    );
    database.close();

    const { store } = opened(folder);
    const until = read(store, ({ organizations }) => organizations.lastTry());
    const tried: string[] = [];
    for (let next = queue(store, until)[0]; next; next = queue(store, until)[0]) {
      expect(tried).not.toContain(next);
      tried.push(next);
      const id = next;
      write(store, (tables) => tables.profiles.put(copy(id, profile('again'))));
    }
    expect(tried.sort()).toEqual([one, two].sort());
  },
);
