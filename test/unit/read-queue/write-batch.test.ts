/**
 * Batches: profiles that a background check reads are stored together, so that the disk is flushed
 * once. Otherwise the result is the same as storing each of them alone.
 */
import { afterEach, expect, test } from 'vitest';
import { success, type Result } from '../../../src/shared/result';
import type { Database } from '../../../src/main/database/tables';
import { createWriteBatch } from '../../../src/main/read-queue/write-batch';
import { createProfileReader, type ReadResult } from '../../../src/main/read-queue/read';
import { failureIn, valueOf } from '../results';
import { closeHarnesses, SyncHarness } from '../sync/harness';

afterEach(closeHarnesses);

/** Starts a harness in which the test decides when a batch is written, and counts transactions. */
async function batching() {
  const harness = await SyncHarness.start();
  const scheduled: (() => void)[] = [];
  let writes = 0;
  const database: Database = {
    ...harness.database,
    write: (work) => {
      writes += 1;
      return harness.database.write(work);
    },
  };
  const later = (work: () => void): void => void scheduled.push(work);
  const profileReader = createProfileReader({ ...harness.deps, database, later });
  return {
    harness,
    writes: () => writes,
    /**
     * Reads every organization in the background. Resolves when all responses wait to be stored.
     */
    async read(): Promise<Promise<Result<ReadResult>>[]> {
      const before = harness.workingSignIns.length;
      const reads = harness.ids.map((id) =>
        profileReader.read(id, { isPageOpen: false, priority: 'background' }),
      );
      await harness.until(() => harness.workingSignIns.length === before + reads.length, {
        clock: false,
      });
      return reads;
    },
    profileReader,
    writeNow: () => scheduled.splice(0).forEach((work) => work()),
  };
}

test('stores copies that arrived together in one transaction; no read resolves before it', async () => {
  const { harness, writes, read, writeNow } = await batching();
  for (const id of harness.ids) harness.standin.setProfile(id, { business_phone: '1' });
  const reads = await read();
  let ended = 0;
  for (const one of reads) void one.then(() => (ended += 1));
  await new Promise((resolve) => setImmediate(resolve));
  expect({ ended, phone: harness.saved()?.business_phone === '1' }).toEqual({
    ended: 0,
    phone: false,
  });
  writeNow();
  for (const outcome of await Promise.all(reads)) valueOf(outcome);
  expect(writes()).toBe(1);
  expect(harness.ids.map((id) => harness.saved(id)?.business_phone)).toEqual(['1', '1', '1']);
});

test('does not store a waiting copy after a send has stored a newer one', async () => {
  const { harness, read, writeNow } = await batching();
  const reads = await read();
  harness.submit({ business_name: 'Ours' });
  await harness.until(() => harness.row() === null && !harness.busy());
  writeNow();
  for (const outcome of await Promise.all(reads)) valueOf(outcome);
  expect(harness.saved()?.business_name).toBe('Ours');
});

test('stores a copy immediately if a person waits for it', async () => {
  const { harness, writes, profileReader } = await batching();
  valueOf(await profileReader.read(harness.id, { isPageOpen: true }));
  expect(writes()).toBe(1);
});

test('one item that cannot be written does not make the batch fail', async () => {
  const { database } = await SyncHarness.start();
  const write = createWriteBatch(database, setImmediate);
  const [first, broken, last] = await Promise.all([
    write((tables) => tables.settings.put('first', 1)),
    write(() => {
      throw new Error('a defect');
    }),
    write((tables) => tables.settings.put('last', 2)),
  ]);
  expect([first.ok, last.ok]).toEqual([true, true]);
  expect(failureIn(broken).code).toBe('app.unexpected');
  const kept = database.read(({ settings }) => [settings.get('first'), settings.get('last')]);
  expect(kept).toEqual(success([1, 2]));
});

test('every read fails with the reason if the batch cannot be written', async () => {
  const { harness, read, writeNow } = await batching();
  const reads = await read();
  harness.database.close();
  writeNow();
  for (const outcome of await Promise.all(reads)) {
    expect(failureIn(outcome).code).toBe('app.stopping');
  }
});
