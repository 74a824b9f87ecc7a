/** Reads of a check are stored in batches: one wait for the disk, and otherwise no difference. */
import { afterEach, expect, test } from 'vitest';
import { success, type Outcome } from '../../../src/shared/outcome';
import type { Store } from '../../../src/main/database/tables';
import { createWriteBatch } from '../../../src/main/sync/write-batch';
import { createRefresher } from '../../../src/main/sync/fetch-profile';
import { failureIn, valueOf } from '../outcomes';
import { closeHarnesses, SyncHarness } from './harness';

afterEach(closeHarnesses);

/** A harness whose refresher writes on demand, and the number of transactions it wrote. */
async function batching() {
  const harness = await SyncHarness.start();
  const scheduled: (() => void)[] = [];
  let writes = 0;
  const store: Store = {
    ...harness.store,
    write: (work) => {
      writes += 1;
      return harness.store.write(work);
    },
  };
  const later = (work: () => void): void => void scheduled.push(work);
  const refresher = createRefresher({ ...harness.deps, store, later });
  return {
    harness,
    writes: () => writes,
    /** Reads every organization in the background until all responses wait to be stored. */
    async read(): Promise<Promise<Outcome<null>>[]> {
      const before = harness.workingSignIns.length;
      const reads = harness.ids.map((id) =>
        refresher.refresh(id, { isPageOpen: false, priority: 'background' }),
      );
      await harness.until(() => harness.workingSignIns.length === before + reads.length, {
        clock: false,
      });
      return reads;
    },
    refresher,
    writeNow: () => scheduled.splice(0).forEach((work) => work()),
  };
}

test('stores what arrived together in one transaction, and resolves nothing before it', async () => {
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

test('a copy that waits to be stored is ignored once a send has stored a newer one', async () => {
  const { harness, read, writeNow } = await batching();
  const reads = await read();
  harness.submit({ business_name: 'Ours' });
  await harness.until(() => harness.row() === null && !harness.busy());
  writeNow();
  for (const outcome of await Promise.all(reads)) valueOf(outcome);
  expect(harness.saved()?.business_name).toBe('Ours');
});

test('stores at once what a person waits for', async () => {
  const { harness, writes, refresher } = await batching();
  valueOf(await refresher.refresh(harness.id, { isPageOpen: true }));
  expect(writes()).toBe(1);
});

test('does not fail the batch when one item cannot be written', async () => {
  const { store } = await SyncHarness.start();
  const write = createWriteBatch(store, setImmediate);
  const [first, broken, last] = await Promise.all([
    write((tables) => tables.settings.put('first', 1)),
    write(() => {
      throw new Error('a defect');
    }),
    write((tables) => tables.settings.put('last', 2)),
  ]);
  expect([first.ok, last.ok]).toEqual([true, true]);
  expect(failureIn(broken).code).toBe('app.unexpected');
  const kept = store.read(({ settings }) => [settings.get('first'), settings.get('last')]);
  expect(kept).toEqual(success([1, 2]));
});

test('reports to each item why nothing could be written', async () => {
  const { harness, read, writeNow } = await batching();
  const reads = await read();
  harness.store.close();
  writeNow();
  for (const outcome of await Promise.all(reads)) {
    expect(failureIn(outcome).code).toBe('app.stopping');
  }
});
