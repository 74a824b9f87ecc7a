/** While the file of the database is moved, nothing is sent: its result could not be stored. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { DATABASE_FILE } from '../../../src/main/database';
import { closeHarnesses, SyncHarness } from './harness';

afterEach(closeHarnesses);

test('neither sends nor reads while the file is moved, and continues when it is back', async () => {
  const harness = await SyncHarness.start();
  harness.standin.faults.add({ mode: 'reset', times: 1 });
  harness.submit({ business_name: 'Kept' });
  await harness.until(() => harness.row()?.state === 'waiting' && !harness.busy());
  const before = harness.standin.requests.length;
  const file = join(harness.folder, DATABASE_FILE);
  renameSync(file, `${file}.away`);
  const movedAt = harness.clock.now();

  void harness.readQueue.check('asked');
  harness.scheduler.retryNow();
  const read = await harness.profileReader.read(harness.id, { isPageOpen: true });
  expect(read).toMatchObject({ ok: false, failure: { code: 'database.moved' } });
  await harness.until(() => harness.clock.now() > movedAt + 120_000);
  expect(harness.standin.requests.length).toBe(before);

  renameSync(`${file}.away`, file);
  await harness.until(() => harness.row() === null && !harness.busy());
  expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Kept');
});

test('a write that was not sent is tried again, even if the file is back before that is stored', async () => {
  const harness = await SyncHarness.start();
  let wasRefused = false;
  harness.blocked = () => {
    const isWrite = harness.sendStatus.of(harness.id).step === 'writing';
    if (!isWrite || wasRefused) return null;
    wasRefused = true;
    return { code: 'database.moved' };
  };
  harness.submit({ business_name: 'Kept' });
  await harness.until(() => harness.row() === null && !harness.busy());
  expect(wasRefused).toBe(true);
  expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Kept');
  expect(harness.traffic()).toBe('GET GET PUT GET');
});
