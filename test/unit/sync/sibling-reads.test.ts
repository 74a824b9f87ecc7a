/** Reading the other entries of a record after the change of one was confirmed. */
import { beforeEach, expect, test } from 'vitest';
import { createSiblingReads, type SiblingReads } from '../../../src/main/sync/sibling-reads';
import type { Database } from '../../../src/main/database';
import { Clock } from '../cloudflare/clock';
import { change, freshDatabase, entryId, write } from '../database/temporary-database';
import { ORGANIZATION } from '../samples';

const QUIET = 2_000;
const company = entryId(1);
const [bristol, york, leeds] = [2, 3, 4].map(entryId) as [string, string, string];
const stranger = entryId(5);

let clock: Clock;
let database: Database;
let refreshed: string[];
let reads: SiblingReads;

/** Stores an organization, or an account of `parent`. */
function add(id: string, parent?: string): void {
  const account = parent && { kind: 'account' as const, parent: { id: parent, name: 'Company' } };
  write(database, ({ organizations }) =>
    organizations.put({
      ...ORGANIZATION,
      ...account,
      id,
      name: id,
      signInId: null,
      addedAt: 1,
      viewedAt: null,
    }),
  );
}

beforeEach(() => {
  clock = new Clock();
  database = freshDatabase();
  refreshed = [];
  const refresh = (id: string): Promise<void> => {
    refreshed.push(id);
    return Promise.resolve();
  };
  reads = createSiblingReads({ database, timers: clock.timers, refresh });
  add(company);
  for (const id of [bristol, york, leeds]) add(id, company);
  add(stranger);
});

/** Lets time pass, and the reads that are due end. */
async function wait(ms: number): Promise<string[]> {
  clock.advance(ms);
  await new Promise((resolve) => setImmediate(resolve));
  return refreshed.splice(0).sort();
}

test('reads all others of the record, once they had time to change', async () => {
  reads.confirmed(bristol);
  expect(await wait(QUIET - 1)).toEqual([]);
  expect(await wait(1)).toEqual([company, york, leeds]);
  expect(await wait(10 * QUIET)).toEqual([]);
});

test('reads each once after several confirmations, and waits for the last', async () => {
  reads.confirmed(bristol);
  await wait(QUIET - 1);
  reads.confirmed(york);
  expect(await wait(QUIET - 1)).toEqual([]);
  // Bristol was confirmed before York was written.
  expect(await wait(1)).toEqual([company, bristol, leeds]);
});

test('reads nothing for an entry that shares its record with no other', async () => {
  reads.confirmed(stranger);
  expect(clock.size).toBe(0);
  expect(await wait(QUIET)).toEqual([]);
});

test('leaves out an entry with a pending change, which is read before it is written', async () => {
  write(database, ({ outbox }) => outbox.put(change(york, { business_name: 'New' })));
  reads.confirmed(bristol);
  expect(await wait(QUIET)).toEqual([company, leeds]);
});

test('reads at most twenty of many accounts', async () => {
  for (let n = 10; n < 60; n += 1) add(entryId(n), company);
  reads.confirmed(company);
  expect(await wait(QUIET)).toHaveLength(20);
});

test('reads one after another, and none after the app began to quit', async () => {
  let release = (): void => undefined;
  const slow = createSiblingReads({
    database,
    timers: clock.timers,
    refresh: (id) => {
      refreshed.push(id);
      return new Promise<void>((resolve) => (release = resolve));
    },
  });
  slow.confirmed(bristol);
  expect(await wait(QUIET)).toHaveLength(1);
  release();
  expect(await wait(0)).toHaveLength(1);
  slow.confirmed(york);
  slow.stop();
  release();
  expect(await wait(QUIET)).toEqual([]);
});
