/**
 * The queries of the background check and the connection status: when organizations were last
 * checked, and which changes are paused.
 */
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { CheckPlace, EntrySignIn, Store, Tables } from '../../../src/main/database/tables';
import { CHANGE_STATES } from '../../../src/shared/organization';
import { ORGANIZATION } from '../samples';
import {
  addOrganization,
  addSignIns,
  change,
  freshStore,
  opened,
  organizationId,
  profile,
  read,
  signInId,
  temporaryFolder,
  withRawDatabase,
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

/**
 * Ids of all organizations with a copy, read page by page; the one checked longest ago is first.
 */
function inOrder(store: Store, n: number, before: number | null = null): string[] {
  const ids: string[] = [];
  let after: CheckPlace | null = null;
  do {
    const page = read(store, (tables) => tables.profiles.byCheck({ after, before }, n));
    ids.push(...page.entries.map(({ organizationId: id }) => id));
    after = page.next;
  } while (after !== null);
  return ids;
}

/** All organizations without a copy, read page by page, in the order in which they were added. */
function unread(store: Store, n: number): EntrySignIn[] {
  const entries: EntrySignIn[] = [];
  for (let after: number | null = 0; after !== null;) {
    const place: number = after;
    const page = read(store, (tables) => tables.profiles.unread(place, n));
    entries.push(...page.entries);
    after = page.next;
  }
  return entries;
}

test('returns organizations by age of the check, and those never read separately', () => {
  const anyOrganizations = fc.array(
    fc.record({
      signIn: fc.integer({ min: 0, max: 2 }),
      checkedAt: fc.option(fc.integer({ min: 0, max: 5 })),
    }),
    { maxLength: 12 },
  );
  const store = freshStore();
  write(store, addSignIns);
  fc.assert(
    fc.property(anyOrganizations, fc.integer({ min: 1, max: 13 }), (drawn, n) => {
      const rows = drawn.map((row, index) => ({ ...row, id: organizationId(index + 1) }));
      write(store, (tables) => {
        for (const id of tables.organizations.ids()) tables.organizations.remove(id);
        for (const [index, row] of rows.entries())
          add(tables, index + 1, row.signIn, row.checkedAt);
      });
      const copies = rows.flatMap(({ checkedAt, id }) =>
        checkedAt === null ? [] : { checkedAt, id },
      );
      // Sorting is stable: organizations checked at the same time keep the order of their addition.
      copies.sort((one, two) => one.checkedAt - two.checkedAt);
      expect(inOrder(store, n)).toEqual(copies.map(({ id }) => id));
      expect(inOrder(store, n, 3)).toEqual(
        copies.filter(({ checkedAt }) => checkedAt < 3).map(({ id }) => id),
      );
      expect(unread(store, n)).toEqual(
        rows
          .filter(({ checkedAt }) => checkedAt === null)
          .map(({ id, signIn }) => ({
            organizationId: id,
            credentialId: signIn === 0 ? null : signInId(signIn),
          })),
      );
      const ids = rows.flatMap(({ id }, index) => (index % 2 === 0 ? id : []));
      expect(read(store, (tables) => tables.profiles.withoutCopyAmong([...ids, 'none']))).toEqual(
        unread(store, n).filter(({ organizationId: id }) => ids.includes(id)),
      );
      expect(read(store, (tables) => tables.profiles.counts())).toEqual({
        saved: rows.length,
        copies: copies.length,
      });
    }),
    { numRuns: 50 },
  );
});

test('moves a checked organization to the end, and changes nothing else', () => {
  const store = freshStore();
  write(store, addSignIns);
  const [first, second, never] = write(store, (tables) => [
    add(tables, 1, 1, 10),
    add(tables, 2, 1, 20),
    add(tables, 3, 2, null),
  ]) as [string, string, string];
  const before = read(store, (tables) => tables.profiles.get(first));
  write(store, (tables) =>
    tables.profiles.markChecked([first, never, organizationId(99), "'; DROP TABLE profile"], 30.5),
  );
  read(store, (tables) => {
    expect(tables.profiles.get(first)).toEqual({ ...before, checkedAt: 30.5 });
    expect(tables.profiles.get(second)?.checkedAt).toBe(20);
    // An organization never read has no copy to record the check in.
    expect(tables.profiles.get(never)).toBeNull();
  });
  expect(inOrder(store, 1)).toEqual([second, first]);
  write(store, (tables) => tables.profiles.markChecked([], 40));
  expect(read(store, (tables) => tables.profiles.get(first)?.checkedAt)).toBe(30.5);
});

test('still returns the order and the counts if rows are invalid', () => {
  const folder = temporaryFolder();
  const first = opened(folder);
  write(first.store, (tables) => {
    addSignIns(tables);
    for (const number of [1, 2, 3, 4, 5]) {
      const id = add(tables, number, 1, number);
      tables.outbox.put(change(id, profile('a'), { state: 'paused' }));
    }
  });
  first.store.close();
  withRawDatabase(folder, (db) => {
    db.exec('PRAGMA foreign_keys = OFF');
    db.prepare("UPDATE organization SET id = 'x' WHERE id = ?").run(organizationId(1));
    db.prepare("UPDATE organization SET credential_id = 'y' WHERE id = ?").run(organizationId(2));
    db.prepare("UPDATE outbox SET credential_id = 'y' WHERE organization_id = ?").run(
      organizationId(2),
    );
    db.prepare('UPDATE profile SET checked_at = 9e999 WHERE organization_id = ?').run(
      organizationId(3),
    );
    db.prepare(`UPDATE profile SET fields = '{"business_name":1}' WHERE organization_id = ?`).run(
      organizationId(5),
    );
  });
  const { store } = opened(folder);
  expect(inOrder(store, 1)).toEqual([2, 4, 5, 3].map(organizationId));
  // An unreadable copy counts as never read.
  expect(unread(store, 1)).toEqual([
    { organizationId: organizationId(5), credentialId: signInId(1) },
  ]);
  read(store, (tables) => {
    // Counts are per sign-in. A damaged organization row still counts for its sign-in, and an
    // unknown sign-in id does no harm.
    expect(tables.outbox.pausedCounts().get(signInId(1))).toBe(4);
  });
});

test('counts paused changes and all pending changes by the sign-in that they need', () => {
  const store = freshStore();
  write(store, (tables) => {
    addSignIns(tables);
    const paused: [number, number][] = [
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 0],
    ];
    for (const [number, signIn] of paused)
      tables.outbox.put(change(add(tables, number, signIn, 1), profile('a'), { state: 'paused' }));
    for (const [index, state] of CHANGE_STATES.filter((each) => each !== 'paused').entries())
      tables.outbox.put(change(add(tables, 10 + index, 2, 1), profile('a'), { state }));
  });
  expect(read(store, (tables) => tables.outbox.pausedCounts())).toEqual(
    new Map([
      [signInId(1), 2],
      [signInId(2), 1],
    ]),
  );
  expect(read(store, (tables) => tables.outbox.waitingCounts())).toEqual(
    new Map([
      [signInId(1), 2],
      [signInId(2), 3],
    ]),
  );
  expect(read(freshStore(), (tables) => tables.outbox.pausedCounts())).toEqual(new Map());
});

test('returns rate limits exactly; an unreadable one is reported and forgotten', () => {
  const folder = temporaryFolder();
  const first = opened(folder);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.stringMatching(/^[0-9a-f]{1,32}$/), fc.jsonValue())),
      (drawn) => {
        const put = new Map(drawn.map(([name, state]) => [name, state]));
        write(first.store, (tables) => {
          for (const { userId } of tables.rateLimits.all()) tables.rateLimits.remove(userId);
          for (const [userId, state] of drawn) tables.rateLimits.put({ userId, state });
        });
        const all = read(first.store, (tables) => tables.rateLimits.all());
        expect(new Map(all.map(({ userId, state }) => [userId, state]))).toEqual(
          new Map([...put].map(([userId, state]) => [userId, JSON.parse(JSON.stringify(state))])),
        );
      },
    ),
    { numRuns: 30 },
  );
  write(first.store, (tables) => {
    for (const { userId } of tables.rateLimits.all()) tables.rateLimits.remove(userId);
    for (const userId of ['a', 'b', 'c']) tables.rateLimits.put({ userId, state: { userId } });
    addOrganization(tables, 1);
  });
  first.store.close();
  withRawDatabase(folder, (db) => {
    db.exec("UPDATE rate_limit SET state = '{\"used\":' WHERE user_id = 'b'");
    db.exec("INSERT INTO rate_limit VALUES ('', 'no JSON')");
  });
  const onUnreadable = vi.fn();
  const { store } = opened(folder, { onUnreadable });
  expect(read(store, (tables) => tables.rateLimits.all())).toEqual([
    { userId: 'a', state: { userId: 'a' } },
    { userId: 'c', state: { userId: 'c' } },
  ]);
  expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'rate_limit', id: '' });
});
