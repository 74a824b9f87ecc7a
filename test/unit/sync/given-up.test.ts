/** A change given up while it is written: whatever became of it, the page ends with the truth, told. */
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { DATABASE_FILE } from '../../../src/main/store';
import { Database } from '../../../src/main/store/database';
import { observe } from '../../../src/main/sync/observing';
import {
  addOrganization,
  NOW,
  opened,
  profile,
  read,
  temporaryFolder,
  write,
} from '../store/temporary-store';
import { draft, kinds } from './moments';
import { closeWorlds, SyncWorld } from './world';

afterEach(closeWorlds);

const open = (world: SyncWorld) => world.read((tables) => tables.givenUp.ids());
const isOpen = (world: SyncWorld): boolean => open(world).length > 0;
const settled = (world: SyncWorld) =>
  world.until(() => !world.busy() && !isOpen(world) && !world.progress.of(world.id).refreshing);
const told = (world: SyncWorld) => world.progress.of(world.id).news?.fields ?? [];

async function looking(): Promise<SyncWorld> {
  const world = await SyncWorld.start();
  world.progress.opened(world.id);
  return world;
}

/** A write was given up, as an earlier run of the app left it. */
function remember(world: SyncWorld): void {
  const base = world.saved()!;
  const attempted = { ...base, business_name: 'Given up' };
  world.write((tables) => tables.givenUp.put({ organizationId: world.id, base, attempted }));
}

/** Sends until the given request is held, gives up there, and lets it go on. */
async function giveUpAt(
  world: SyncWorld,
  [method, nth, when]: readonly ['GET' | 'PUT', number, 'before' | 'after'],
): Promise<void> {
  const hold = world.standin.hold({ method, path: '/profile', nth }, when);
  world.submit({ business_name: 'Given up' });
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

test.each(steps)('given up at %s %i, %s its effect', async (method, nth, when, written) => {
  const world = await looking();
  const before = world.saved();
  await giveUpAt(world, [method, nth, when]);
  const there = world.standin.profileOf(world.id);
  expect(there?.business_name === 'Given up').toBe(written);
  expect(world.saved()).toEqual(there);
  expect(told(world)).toEqual(written ? ['business_name'] : []);
  expect(world.row()).toBeNull();
  expect(world.progress.of(world.id).confirmed).toBeNull();
  expect(kinds(world)).toEqual(written ? ['discarded', 'saved'] : ['discarded']);
  if (!written) expect(world.saved()).toEqual(before);
});

describe('given up while the answer to its write is lost', () => {
  const lost = [
    ['put-reply-lost', true],
    ['put-applied-502', true],
    ['reset', false],
    ['500-empty', false],
  ] as const;

  test.each(lost)('%s (applied: %s): read afterwards, and told', async (mode, applied) => {
    const world = await looking();
    world.standin.faults.add({ mode, match: { method: 'PUT' }, times: 1 });
    await giveUpAt(world, ['PUT', 1, 'before']);
    expect(world.traffic()).toBe('GET PUT GET');
    expect(world.saved()).toEqual(world.standin.profileOf(world.id));
    expect(world.saved()?.business_name === 'Given up').toBe(applied);
    expect(told(world)).toEqual(applied ? ['business_name'] : []);
    expect(kinds(world)).toEqual(applied ? ['discarded', 'observed'] : ['discarded']);
  });

  test.each(lost)('%s: also when it is given up only later, offline', async (mode, applied) => {
    const world = await looking();
    world.random = 0.999;
    world.standin.faults.add({ mode, match: { method: 'PUT' }, times: 1 });
    world.submit({ business_name: 'Given up' });
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
    expect(told(world)).toEqual(applied ? ['business_name'] : []);
  });
});

test('what was read before it was given up is told all the same', async () => {
  const world = await looking();
  world.random = 0.999;
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  world.submit({ business_name: 'Given up' });
  await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
  // Our own writing: no news while the change waits.
  await world.refresher.refresh(world.id, { looking: true });
  expect(told(world)).toEqual([]);
  world.discard();
  await settled(world);
  expect(told(world)).toEqual(['business_name']);
  expect(kinds(world)).toEqual(['discarded', 'observed']);
});

test('nobody looks: the row is marked', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  await giveUpAt(world, ['PUT', 1, 'before']);
  expect(world.read((tables) => tables.profiles.get(world.id)?.changedElsewhere)).toBe(true);
});

test('a draft typed on top keeps its text, and saving it is no conflict with oneself', async () => {
  for (const mode of ['put-reply-lost', 'success-messages'] as const) {
    const world = await looking();
    world.standin.faults.add({ mode, match: { method: 'PUT' }, times: 1 });
    const hold = world.standin.hold({ method: 'PUT' });
    world.submit({ business_name: 'Given up' });
    await hold.arrived;
    world.type({ business_name: 'Typed', business_phone: '1' });
    world.discard();
    expect(draft(world)?.fields).toMatchObject({ business_name: 'Typed', business_phone: '1' });
    hold.release();
    await settled(world);
    expect(draft(world)).toMatchObject({
      fields: { business_name: 'Typed', business_phone: '1' },
      base: { business_name: 'Given up' },
    });
    world.submit({});
    await world.until(() => world.row() === null && !world.busy());
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Typed');
  }
});

test('saved again before anybody read: still our own writing, also after a restart', async () => {
  const world = await looking();
  world.random = 0.999;
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  world.submit({ business_name: 'Given up' });
  await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
  await world.standin.goOffline();
  world.discard();
  await world.restart();
  world.submit({ business_name: 'Second' });
  await world.standin.goOnline();
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Second');
});

test('somebody else wrote over it meanwhile: theirs is what is told, and an edit of it asks', async () => {
  const world = await looking();
  world.random = 0.999;
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  world.submit({ business_name: 'Given up' });
  await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
  world.type({ business_name: 'Typed' });
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  world.discard();
  await settled(world);
  expect(world.saved()?.business_name).toBe('Theirs');
  expect(told(world)).toEqual(['business_name']);
  world.submit({});
  await world.until(() => world.row()?.state === 'conflict' && !world.busy());
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs');
});

test('a page that is read while the write is under way settles nothing', async () => {
  const world = await looking();
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  const hold = world.standin.hold({ method: 'PUT' });
  world.submit({ business_name: 'Given up' });
  await hold.arrived;
  world.discard();
  await world.refresher.refresh(world.id, { looking: true });
  expect(isOpen(world)).toBe(true);
  hold.release();
  await settled(world);
  expect(world.saved()?.business_name).toBe('Given up');
  expect(told(world)).toEqual(['business_name']);
});

test('nor does one that began while the write was under way and ended after it', async () => {
  const world = await looking();
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  const write = world.standin.hold({ method: 'PUT' });
  world.submit({ business_name: 'Given up' });
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
  expect(world.saved()?.business_name).toBe('Given up');
  expect(told(world)).toEqual(['business_name']);
});

test('stored differently and given up meanwhile: what is there is the saved copy, and told', async () => {
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
  expect(told(world)).toEqual(['business_phone']);
});

test('what cannot be read is read later, with growing waits, until it can', async () => {
  const world = await looking();
  world.random = 0.999;
  world.standin.faults.add({ mode: '500-empty', match: { method: 'GET' }, times: 5 });
  remember(world);
  const began = world.clock.now();
  world.givenUp.wake();
  await settled(world);
  expect(world.traffic()).toBe('GET GET GET GET GET GET');
  expect(world.clock.now() - began).toBeGreaterThan(25_000);
  expect(world.clock.size).toBe(0);
});

test('stopped: nothing is read any more', async () => {
  const world = await looking();
  world.givenUp.stop();
  remember(world);
  world.givenUp.wake();
  expect(world.progress.of(world.id).refreshing).toBe(false);
  expect(world.standin.requests).toEqual([]);
});

test('one that cannot be read for good is not asked for after every save elsewhere', async () => {
  const world = await SyncWorld.start();
  const [gone = '', other = ''] = world.ids;
  world.standin.setProfile(gone, null);
  remember(world);
  world.givenUp.wake();
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

test('a row that cannot be understood is over with the first look', () => {
  const folder = temporaryFolder();
  const { store } = opened(folder, { onUnreadable: vi.fn() });
  const id = write(store, (tables) => {
    const organizationId = addOrganization(tables, 1);
    const copy = profile('saved');
    tables.givenUp.put({ organizationId, base: copy, attempted: copy });
    return organizationId;
  });
  const database = new Database(join(folder, DATABASE_FILE), { busyTimeout: 0 });
  database.script("UPDATE given_up SET attempted = 'damaged'");
  database.close();
  const copy = { exists: true, fields: profile('saved'), extra: {}, messages: [], at: NOW };
  const look = (sending: boolean) =>
    write(store, (tables) => observe(tables, id, copy, { looking: true, sending }));
  const left = () => read(store, ({ givenUp }) => givenUp.ids());
  look(true);
  expect(left()).toEqual([id]);
  look(false);
  expect(left()).toEqual([]);
});
