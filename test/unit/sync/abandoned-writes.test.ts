/** A change discarded while it is written: however the write ended, the page shows the truth and reports it. */
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { applyEvent } from '../../../src/main/changes/repository';
import { DATABASE_FILE } from '../../../src/main/database';
import { Database } from '../../../src/main/database/database';
import {
  addOrganization,
  opened,
  profile,
  read,
  temporaryFolder,
  write,
} from '../database/temporary-store';
import { conflict, draft, gone, kinds, lostAnswer } from './helpers';
import { closeWorlds, SyncWorld } from './harness';

afterEach(closeWorlds);

const ids = (world: SyncWorld) => world.read((tables) => tables.abandoned.ids());
const isOpen = (world: SyncWorld): boolean => ids(world).length > 0;
const settled = (world: SyncWorld) =>
  world.until(() => !world.busy() && !isOpen(world) && !world.progress.of(world.id).refreshing);
const reported = (world: SyncWorld) => world.progress.of(world.id).news?.fields ?? [];

/** A person who looks at the organization's page. */
async function looking(): Promise<SyncWorld> {
  const world = await SyncWorld.start();
  world.progress.opened(world.id);
  return world;
}

/** A write was abandoned, as an earlier run of the app left it. */
function remember(world: SyncWorld): void {
  world.write(({ abandoned }) => abandoned.put(world.id, { business_name: 'Abandoned' }));
}

/** Sends until the given request is held, discards there, and lets it continue. */
async function discardAt(
  world: SyncWorld,
  [method, nth, when]: readonly ['GET' | 'PUT', number, 'before' | 'after'],
): Promise<void> {
  const hold = world.standin.hold({ method, path: '/profile', nth }, when);
  world.submit({ business_name: 'Abandoned' });
  await hold.arrived;
  world.discard();
  hold.release();
  await settled(world);
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
  const world = await looking();
  const before = world.saved();
  await discardAt(world, [method, nth, when]);
  const there = world.standin.profileOf(world.id);
  expect(there?.business_name === 'Abandoned').toBe(written);
  expect(world.saved()).toEqual(there);
  expect(reported(world)).toEqual(written ? ['business_name'] : []);
  expect(world.row()).toBeNull();
  expect(world.progress.of(world.id).confirmed).toBeNull();
  expect(kinds(world)).toEqual(written ? ['discarded', 'saved'] : ['discarded']);
  if (!written) expect(world.saved()).toEqual(before);
});

describe('discarded while the answer to its write is lost', () => {
  const lost = [
    ['put-reply-lost', true],
    ['put-applied-502', true],
    ['reset', false],
    ['500-empty', false],
  ] as const;

  test.each(lost)('%s (applied: %s): read afterwards and reported', async (mode, applied) => {
    const world = await looking();
    world.standin.faults.add({ mode, match: { method: 'PUT' }, times: 1 });
    await discardAt(world, ['PUT', 1, 'before']);
    expect(world.traffic()).toBe('GET PUT GET');
    expect(world.saved()).toEqual(world.standin.profileOf(world.id));
    expect(world.saved()?.business_name === 'Abandoned').toBe(applied);
    expect(reported(world)).toEqual(applied ? ['business_name'] : []);
    expect(kinds(world)).toEqual(applied ? ['discarded', 'observed'] : ['discarded']);
  });

  test.each(lost)(
    '%s (applied: %s): also when it is discarded later, offline',
    async (mode, applied) => {
      const world = await looking();
      world.random = 0.999;
      world.standin.faults.add({ mode, match: { method: 'PUT' }, times: 1 });
      world.submit({ business_name: 'Abandoned' });
      await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
      await world.standin.goOffline();
      world.discard();
      await world.until(() => !world.progress.of(world.id).refreshing, { clock: false });
      expect(isOpen(world)).toBe(true);
      await world.restart();
      await world.until(() => !world.progress.of(world.id).refreshing, { clock: false });
      world.progress.opened(world.id);
      await world.standin.goOnline();
      await world.connectivity.probeNow();
      await settled(world);
      expect(world.saved()).toEqual(world.standin.profileOf(world.id));
      expect(reported(world)).toEqual(applied ? ['business_name'] : []);
    },
  );
});

test('nobody looks: the row is marked', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  await discardAt(world, ['PUT', 1, 'before']);
  expect(world.read((tables) => tables.profiles.get(world.id)?.changedElsewhere)).toBe(true);
});

test.each(['put-reply-lost', 'success-messages'] as const)(
  'a draft on top starts from the write that arrived, so that saving it asks nothing (%s)',
  async (mode) => {
    const world = await looking();
    const before = world.saved();
    world.standin.faults.add({ mode, match: { method: 'PUT' }, times: 1 });
    const hold = world.standin.hold({ method: 'PUT' });
    world.submit({ business_name: 'Abandoned' });
    await hold.arrived;
    world.type({ business_name: 'Typed', business_phone: '1' });
    world.discard();
    hold.release();
    await settled(world);
    expect(draft(world)).toEqual({
      business_name: { base: 'Abandoned', text: 'Typed' },
      business_phone: { base: before?.business_phone, text: '1' },
    });
    world.submit({});
    await gone(world);
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Typed');
  },
);

test('saved again before anybody read: still our own write, also after a restart', async () => {
  const world = await looking();
  await lostAnswer(world, 'Abandoned');
  await world.standin.goOffline();
  world.discard();
  await world.restart();
  world.submit({ business_name: 'Second' });
  await world.standin.goOnline();
  await gone(world);
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Second');
});

test('somebody else wrote over it: theirs is reported, and an edit of it asks', async () => {
  const world = await looking();
  await lostAnswer(world, 'Abandoned');
  world.type({ business_name: 'Typed' });
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  world.discard();
  await settled(world);
  expect(world.saved()?.business_name).toBe('Theirs');
  expect(reported(world)).toEqual(['business_name']);
  world.submit({});
  await conflict(world);
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs');
});

test('a page that is read while the write is under way says nothing of it', async () => {
  const world = await looking();
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  const hold = world.standin.hold({ method: 'PUT' });
  world.submit({ business_name: 'Abandoned' });
  await hold.arrived;
  world.discard();
  await world.refresher.refresh(world.id, { looking: true });
  expect(isOpen(world)).toBe(true);
  hold.release();
  await settled(world);
  expect(world.saved()?.business_name).toBe('Abandoned');
  expect(reported(world)).toEqual(['business_name']);
});

test('nor does a read that began while the write was under way and ended after it', async () => {
  const world = await looking();
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  const write = world.standin.hold({ method: 'PUT' });
  world.submit({ business_name: 'Abandoned' });
  await write.arrived;
  world.discard();
  // Answered with what was there before the write.
  const page = world.standin.hold({ method: 'GET', path: '/profile' }, 'after');
  const looked = world.refresher.refresh(world.id, { looking: true });
  await page.arrived;
  write.release();
  await world.until(() => !world.busy(), { clock: false });
  page.release();
  await looked;
  expect(isOpen(world)).toBe(true);
  await settled(world);
  expect(world.saved()?.business_name).toBe('Abandoned');
  expect(reported(world)).toEqual(['business_name']);
});

test('stored differently and discarded meanwhile: what is there is the saved copy and reported', async () => {
  const world = await looking();
  world.standin.faults.add({ mode: 'stores-differently' });
  const hold = world.standin.hold({ method: 'PUT' }, 'after');
  world.submit({ business_phone: '+49 30 1234567' });
  await hold.arrived;
  world.discard();
  hold.release();
  await settled(world);
  expect(world.row()).toBeNull();
  expect(world.saved()).toEqual(world.standin.profileOf(world.id));
  expect(reported(world)).toEqual(['business_phone']);
});

test('what cannot be read is read later, with growing waits, until it can', async () => {
  const world = await looking();
  world.random = 0.999;
  world.standin.faults.add({ mode: '500-empty', match: { method: 'GET' }, times: 5 });
  remember(world);
  const began = world.clock.now();
  world.abandonedWrites.wake();
  await settled(world);
  expect(world.traffic()).toBe('GET GET GET GET GET GET');
  expect(world.clock.now() - began).toBeGreaterThan(25_000);
  expect(world.clock.size).toBe(0);
});

test('stopped: nothing is read any more', async () => {
  const world = await looking();
  world.abandonedWrites.stop();
  remember(world);
  world.abandonedWrites.wake();
  expect(world.progress.of(world.id).refreshing).toBe(false);
  expect(world.standin.requests).toEqual([]);
});

test('one that cannot be read for good is not asked for after every save elsewhere', async () => {
  const world = await SyncWorld.start();
  const [gone = '', other = ''] = world.ids;
  world.standin.setProfile(gone, null);
  remember(world);
  world.abandonedWrites.wake();
  await world.until(() => !world.progress.of(gone).refreshing);
  const asked = () => world.standin.requests.filter(({ path }) => path.includes(gone)).length;
  const before = asked();
  expect(before).toBeGreaterThan(0);
  for (const business_name of ['One', 'Two', 'Three']) {
    world.submit({ business_name }, other);
    await world.until(() => world.row(other) === null && !world.busy());
    await world.until(() => !world.progress.of(gone).refreshing);
  }
  expect(asked()).toBe(before);
});

test('a row that cannot be read is over with the first copy', () => {
  const folder = temporaryFolder();
  const { store } = opened(folder, { onUnreadable: vi.fn() });
  const copy = profile('saved');
  const id = write(store, (tables) => {
    const organizationId = addOrganization(tables, 1);
    tables.abandoned.put(organizationId, copy);
    return organizationId;
  });
  const database = new Database(join(folder, DATABASE_FILE), { busyTimeout: 0 });
  database.script("UPDATE abandoned SET texts = 'damaged'");
  database.close();
  expect(read(store, ({ abandoned }) => abandoned.ids())).toEqual([id]);
  write(store, (tables) => applyEvent(tables, id, { type: 'observe', copy }, { at: 1 }));
  expect(read(store, ({ abandoned }) => abandoned.ids())).toEqual([]);
});
