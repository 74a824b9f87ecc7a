/**
 * Abandoned writes: the person discards a change while it is being written. However the write ends,
 * the app finds out what Cloudflare has, shows that, and reports it.
 */
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { applyEvent } from '../../../src/main/changes/repository';
import { DATABASE_FILE } from '../../../src/main/database';
import { SqliteFile } from '../../../src/main/database/sqlite-file';
import {
  addOrganization,
  opened,
  profile,
  read,
  temporaryFolder,
  write,
} from '../database/temporary-database';
import { revisionKinds } from '../sync/helpers';
import { closeHarnesses, SyncHarness } from '../sync/harness';

afterEach(closeHarnesses);

const abandonedIds = (harness: SyncHarness) => harness.read((tables) => tables.abandoned.ids());
const hasAbandonedWrite = (harness: SyncHarness): boolean => abandonedIds(harness).length > 0;
const settled = (harness: SyncHarness) =>
  harness.until(
    () =>
      !harness.busy() &&
      !hasAbandonedWrite(harness) &&
      !harness.sendStatus.of(harness.id).refreshing,
  );
const reportedFields = (harness: SyncHarness) =>
  harness.sendStatus.of(harness.id).changedElsewhere?.fields ?? [];

/** Starts a harness in which a person views the organization's page. */
async function startViewing(): Promise<SyncHarness> {
  const harness = await SyncHarness.start();
  harness.sendStatus.opened(harness.id);
  return harness;
}

/** Stores an abandoned write, as if it was left by an earlier run of the app. */
function storeAbandonedWrite(harness: SyncHarness): void {
  harness.write(({ abandoned }) => abandoned.put(harness.id, { business_name: 'Abandoned' }));
}

/**
 * Sends a change, discards it while the given request is held, and lets the request continue.
 */
async function discardAt(
  harness: SyncHarness,
  [method, nth, when]: readonly ['GET' | 'PUT', number, 'before' | 'after'],
): Promise<void> {
  const hold = harness.standin.hold({ method, path: '/profile', nth }, when);
  harness.submit({ business_name: 'Abandoned' });
  await hold.arrived;
  harness.discard();
  hold.release();
  await settled(harness);
}

const steps = [
  ['GET', 1, 'before', false],
  ['GET', 1, 'after', false],
  ['PUT', 1, 'before', true],
  ['PUT', 1, 'after', true],
  ['GET', 2, 'before', true],
  ['GET', 2, 'after', true],
] as const;

test.each(steps)('discarded at %s %i, %s its effect', async (method, nth, when, written) => {
  const harness = await startViewing();
  const before = harness.saved();
  await discardAt(harness, [method, nth, when]);
  const there = harness.standin.profileOf(harness.id);
  expect(there?.business_name === 'Abandoned').toBe(written);
  expect(harness.saved()).toEqual(there);
  expect(reportedFields(harness)).toEqual(written ? ['business_name'] : []);
  expect(harness.row()).toBeNull();
  expect(harness.sendStatus.of(harness.id).confirmed).toBeNull();
  expect(revisionKinds(harness)).toEqual(written ? ['discarded', 'saved'] : ['discarded']);
  if (!written) expect(harness.saved()).toEqual(before);
});

describe('discarded while the response to its write is lost', () => {
  const lost = [
    ['put-reply-lost', true],
    ['put-applied-502', true],
    ['reset', false],
    ['500-empty', false],
  ] as const;

  test.each(lost)(
    '%s (applied: %s): the outcome is read afterwards and reported',
    async (mode, applied) => {
      const harness = await startViewing();
      harness.standin.faults.add({ mode, match: { method: 'PUT' }, times: 1 });
      await discardAt(harness, ['PUT', 1, 'before']);
      expect(harness.traffic()).toBe('GET PUT GET');
      expect(harness.saved()).toEqual(harness.standin.profileOf(harness.id));
      expect(harness.saved()?.business_name === 'Abandoned').toBe(applied);
      expect(reportedFields(harness)).toEqual(applied ? ['business_name'] : []);
      expect(revisionKinds(harness)).toEqual(applied ? ['discarded', 'observed'] : ['discarded']);
    },
  );

  test.each(lost)(
    '%s (applied: %s): also if the change is discarded later, while offline',
    async (mode, applied) => {
      const harness = await startViewing();
      harness.random = 0.999;
      harness.standin.faults.add({ mode, match: { method: 'PUT' }, times: 1 });
      harness.submit({ business_name: 'Abandoned' });
      await harness.until(() => harness.row()?.state === 'waiting' && !harness.busy(), {
        clock: false,
      });
      await harness.standin.goOffline();
      harness.discard();
      await harness.until(() => !harness.sendStatus.of(harness.id).refreshing, { clock: false });
      expect(hasAbandonedWrite(harness)).toBe(true);
      await harness.restart();
      await harness.until(() => !harness.sendStatus.of(harness.id).refreshing, { clock: false });
      harness.sendStatus.opened(harness.id);
      await harness.standin.goOnline();
      await harness.connectivity.probeNow();
      await settled(harness);
      expect(harness.saved()).toEqual(harness.standin.profileOf(harness.id));
      expect(reportedFields(harness)).toEqual(applied ? ['business_name'] : []);
    },
  );
});

test('marks the row as changed elsewhere if no one views the page', async () => {
  const harness = await SyncHarness.start();
  harness.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  await discardAt(harness, ['PUT', 1, 'before']);
  expect(harness.read((tables) => tables.profiles.get(harness.id)?.changedElsewhere)).toBe(true);
});

test('a refresh during the write reports nothing', async () => {
  const harness = await startViewing();
  harness.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  const hold = harness.standin.hold({ method: 'PUT' });
  harness.submit({ business_name: 'Abandoned' });
  await hold.arrived;
  harness.discard();
  await harness.profileReader.read(harness.id, { isPageOpen: true });
  expect(hasAbandonedWrite(harness)).toBe(true);
  hold.release();
  await settled(harness);
  expect(harness.saved()?.business_name).toBe('Abandoned');
  expect(reportedFields(harness)).toEqual(['business_name']);
});

test('a refresh that started during the write and ended after it reports nothing', async () => {
  const harness = await startViewing();
  harness.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  const write = harness.standin.hold({ method: 'PUT' });
  harness.submit({ business_name: 'Abandoned' });
  await write.arrived;
  harness.discard();
  // The response has the texts from before the write.
  const page = harness.standin.hold({ method: 'GET', path: '/profile' }, 'after');
  const refreshed = harness.profileReader.read(harness.id, { isPageOpen: true });
  await page.arrived;
  write.release();
  await harness.until(() => !harness.busy(), { clock: false });
  page.release();
  await refreshed;
  expect(hasAbandonedWrite(harness)).toBe(true);
  await settled(harness);
  expect(harness.saved()?.business_name).toBe('Abandoned');
  expect(reportedFields(harness)).toEqual(['business_name']);
});

test('what Cloudflare stored differently becomes the saved copy and is reported', async () => {
  const harness = await startViewing();
  harness.standin.faults.add({ mode: 'stores-differently' });
  const hold = harness.standin.hold({ method: 'PUT' }, 'after');
  harness.submit({ business_phone: '+49 30 1234567' });
  await hold.arrived;
  harness.discard();
  hold.release();
  await settled(harness);
  expect(harness.row()).toBeNull();
  expect(harness.saved()).toEqual(harness.standin.profileOf(harness.id));
  expect(reportedFields(harness)).toEqual(['business_phone']);
});

test('repeats a failed read at growing intervals', async () => {
  const harness = await startViewing();
  harness.random = 0.999;
  harness.standin.faults.add({ mode: '500-empty', match: { method: 'GET' }, times: 5 });
  storeAbandonedWrite(harness);
  const startedAt = harness.clock.now();
  harness.readQueue.retry('asked');
  await settled(harness);
  expect(harness.traffic()).toBe('GET GET GET GET GET GET');
  expect(harness.clock.now() - startedAt).toBeGreaterThan(25_000);
  expect(harness.clock.size).toBe(0);
});

test('reads nothing once stopped', async () => {
  const harness = await startViewing();
  harness.readQueue.stop();
  storeAbandonedWrite(harness);
  harness.readQueue.retry('asked');
  expect(harness.sendStatus.of(harness.id).refreshing).toBe(false);
  expect(harness.standin.requests).toEqual([]);
});

test('does not repeat a permanently failing read after every save of another organization', async () => {
  const harness = await SyncHarness.start();
  const [missing = '', other = ''] = harness.ids;
  harness.standin.setProfile(missing, null);
  storeAbandonedWrite(harness);
  harness.readQueue.retry('asked');
  await harness.until(() => !harness.sendStatus.of(missing).refreshing);
  const requestCount = () =>
    harness.standin.requests.filter(({ path }) => path.includes(missing)).length;
  const before = requestCount();
  expect(before).toBeGreaterThan(0);
  for (const business_name of ['One', 'Two', 'Three']) {
    harness.submit({ business_name }, other);
    await harness.until(() => harness.row(other) === null && !harness.busy());
    await harness.until(() => !harness.sendStatus.of(missing).refreshing);
  }
  expect(requestCount()).toBe(before);
});

test('drops an unreadable abandoned write when the next copy arrives', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder, { onUnreadable: vi.fn() });
  const copy = profile('saved');
  const id = write(database, (tables) => {
    const entryId = addOrganization(tables, 1);
    tables.abandoned.put(entryId, copy);
    return entryId;
  });
  const file = new SqliteFile(join(folder, DATABASE_FILE), { busyTimeout: 0 });
  file.script("UPDATE abandoned SET texts = 'damaged'");
  file.close();
  database.macs.use(database.macs.own);
  expect(read(database, ({ abandoned }) => abandoned.ids())).toEqual([id]);
  write(database, (tables) => applyEvent(tables, id, { type: 'observe', copy }, { at: 1 }));
  expect(read(database, ({ abandoned }) => abandoned.ids())).toEqual([]);
});
