/**
 * Canceling a save of many. It affects only the fields of the save and leaves running writes alone. It
 * runs in slices, and is completed after a kill.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AFTER_CANCEL } from '../../../src/shared/saves';
import { textsOf } from '../../../src/shared/patch';
import type { Edits } from '../../../src/shared/profile';
import { failed } from '../../../src/shared/result';
import { valueOf } from '../results';
import { requestedIds, untilState } from '../sync/helpers';
import { eventLoopTurns } from '../event-loop';
import { SavesHarness, closeHarnesses, NEW_PHONE, profilePath } from './harness';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeHarnesses();
});

/** The texts of the draft of each organization. */
const drafts = ({ sync, ids }: SavesHarness): Edits[] =>
  sync.read((tables) => ids.map((id) => textsOf(tables.drafts.get(id)?.patch ?? {})));

/** All discarded texts in the history of each organization. */
const discarded = ({ sync, ids }: SavesHarness): Edits[] =>
  sync.read(({ revisions }) =>
    ids.map((id) => {
      const texts = revisions.of(id).flatMap((one) => (one.kind === 'discarded' ? one.texts : []));
      return Object.assign({}, ...texts) as Edits;
    }),
  );

test('records the true outcome of running writes, and withdraws changes not yet being written', async () => {
  const harness = await SavesHarness.start({ organizations: 6 });
  const { sync } = harness;
  const [first, ...others] = harness.ids as [string, ...string[]];
  const hold = sync.standin.hold({ method: 'PUT', path: `${first}/profile` }, 'after');
  const holds = others.map((id) => sync.standin.hold({ method: 'GET', path: `${id}/profile` }));
  const save = await harness.change(NEW_PHONE);
  await sync.until(() => requestedIds(sync, 'PUT').length === 1, { clock: false });
  await harness.cancel(save);
  expect(harness.save(save)).toMatchObject({ waiting: 1, canceled: 5, state: 'running' });
  // Sends that are only reading end immediately, whatever Cloudflare does.
  await sync.until(() => others.every((id) => sync.sendStatus.of(id).step === null), {
    clock: false,
  });
  for (const one of [hold, ...holds]) one.release();
  expect(await harness.ended(save)).toMatchObject({ done: 1, canceled: 5, failed: 0 });
  expect(harness.result(save, first)?.state).toBe('done');
  expect(requestedIds(sync, 'PUT')).toEqual([first]);
  for (const id of others) {
    expect(sync.row(id)).toBeNull();
    expect(harness.revisions(id).map(({ kind, texts }) => [kind, texts])).toEqual([
      ['discarded', NEW_PHONE],
    ]);
  }
});

test.each(AFTER_CANCEL)(
  'withdraws a change at the next launch if the app ended while it was written (%s)',
  async (then) => {
    const harness = await SavesHarness.start({ organizations: 1 });
    const { sync } = harness;
    const [id] = harness.ids as [string];
    const hold = sync.standin.hold({ method: 'PUT' });
    const save = await harness.change(NEW_PHONE);
    await hold.arrived;
    await harness.cancel(save, then);
    const stage = then === 'keep' ? 'canceled' : 'discarded';
    await sync.until(() => sync.read(({ saves }) => saves.get(save)?.stage === stage), {
      clock: false,
    });
    expect(sync.row(id)).not.toBeNull();
    await harness.restart();
    hold.release();
    expect(await harness.ended(save)).toMatchObject({ canceled: 1, state: 'ended' });
    expect(sync.row(id)).toBeNull();
    expect(drafts(harness)).toEqual([then === 'keep' ? NEW_PHONE : {}]);
  },
);

test('withdraws a change at the next launch, although the database refused that at first', async () => {
  const harness = await SavesHarness.start({ organizations: 1 });
  const { sync } = harness;
  const hold = sync.standin.hold({ method: 'PUT' });
  const save = await harness.change(NEW_PHONE);
  await hold.arrived;
  await harness.cancel(save, 'keep');
  harness.service.stop();
  await sync.restart();
  const full = vi.fn(() => failed('database.full'));
  const isFull = [
    vi.spyOn(sync.database, 'write').mockImplementation(full),
    vi.spyOn(sync.database, 'writeSlice').mockImplementation(full),
  ];
  harness.build();
  await eventLoopTurns();
  for (const one of isFull) one.mockRestore();
  hold.release();
  expect(full).toHaveBeenCalled();
  await sync.until(() => sync.row() === null && !sync.busy());
  expect(harness.save(save)).toMatchObject({ canceled: 1, state: 'ended' });
  expect(drafts(harness)).toEqual([NEW_PHONE]);
});

test('withdraws a change whose running write fails, instead of retrying it', async () => {
  const harness = await SavesHarness.start({ organizations: 1 });
  const { sync } = harness;
  const hold = sync.standin.hold({ method: 'PUT' });
  sync.standin.faults.add({ mode: 'reset', match: { method: 'PUT' }, times: 1 });
  const save = await harness.change(NEW_PHONE);
  await hold.arrived;
  await harness.pause(save);
  await harness.cancel(save);
  hold.release();
  expect(await harness.ended(save)).toMatchObject({ done: 0, canceled: 1 });
  expect(sync.row()).toBeNull();
  expect(sync.standin.profileOf(sync.id)).not.toMatchObject(NEW_PHONE);
});

test('still sends the person’s own field in the same change', async () => {
  const harness = await SavesHarness.start({ organizations: 1 });
  const { sync } = harness;
  const [id] = harness.ids as [string];
  const before = sync.saved(id)!.business_phone;
  await sync.standin.goOffline();
  sync.random = 0.999;
  sync.submit({ business_name: 'Mine' }, id);
  await untilState(sync, 'waiting', id);
  const save = await harness.change(NEW_PHONE, [id]);
  expect(Object.keys(sync.row(id)!.patch)).toEqual(['business_name', 'business_phone']);
  await harness.cancel(save);
  expect(sync.row(id)?.patch).toMatchObject({ business_name: { text: 'Mine' } });
  expect(Object.keys(sync.row(id)!.patch)).toEqual(['business_name']);
  expect(harness.save(save)).toMatchObject({ canceled: 1, state: 'ended' });
  await sync.standin.goOnline();
  await sync.until(() => sync.row(id) === null && !sync.busy());
  expect(sync.standin.profileOf(id)).toMatchObject({
    business_name: 'Mine',
    business_phone: before,
  });
  expect(harness.revisions(id).map(({ kind }) => kind)).toEqual(['discarded', 'saved']);
});

test('still sends the field of another save in the same change', async () => {
  const harness = await SavesHarness.start({ organizations: 2 });
  const { sync } = harness;
  await sync.standin.goOffline();
  const first = await harness.change({ business_name: 'First' });
  const second = await harness.change(NEW_PHONE);
  await harness.cancel(first);
  await sync.standin.goOnline();
  expect(await harness.ended(second)).toMatchObject({ done: 2 });
  expect(harness.save(first)).toMatchObject({ canceled: 2, state: 'ended' });
  for (const id of harness.ids) {
    expect(sync.standin.profileOf(id)?.business_phone).toBe(NEW_PHONE.business_phone);
    expect(sync.standin.profileOf(id)?.business_name).not.toBe('First');
  }
});

test('leaves a change that waits for a decision to that decision', async () => {
  const harness = await SavesHarness.start({ organizations: 2 });
  const { sync } = harness;
  const [id] = harness.ids as [string];
  sync.standin.setProfile(id, { business_phone: 'theirs' });
  const save = await harness.change(NEW_PHONE);
  await harness.ended(save);
  const before = sync.row(id);
  await harness.cancel(save);
  expect(sync.row(id)).toEqual(before);
  expect(harness.save(save)).toMatchObject({ done: 1, failed: 1 });
});

describe('a decision about a change of a canceled save is the person’s:', () => {
  test('*Keep mine* in a conflict sends the text', async () => {
    const harness = await SavesHarness.start({ organizations: 1 });
    const { sync } = harness;
    sync.standin.setProfile(sync.id, { business_phone: 'theirs' });
    const save = await harness.change(NEW_PHONE);
    expect(await harness.ended(save)).toMatchObject({ failed: 1 });
    await harness.cancel(save);
    valueOf(sync.resolve([]));
    await sync.until(() => sync.row() === null && !sync.busy());
    expect(harness.remote(sync.id)).toMatchObject(NEW_PHONE);
    expect(harness.revisions(sync.id).map(({ kind }) => kind)).not.toContain('discarded');
  });

  test('*Try again now* after Cloudflare refused it sends the text', async () => {
    const harness = await SavesHarness.start({ organizations: 1 });
    const { sync } = harness;
    sync.standin.faults.add({ mode: 'validation-error' });
    const save = await harness.change(NEW_PHONE);
    expect(await harness.ended(save)).toMatchObject({ failed: 1 });
    await harness.cancel(save);
    sync.standin.faults.clear();
    valueOf(sync.retry());
    await sync.until(() => sync.row() === null && !sync.busy());
    expect(harness.remote(sync.id)).toMatchObject(NEW_PHONE);
    expect(harness.revisions(sync.id).map(({ kind }) => kind)).not.toContain('discarded');
  });
});

test('withdraws a change whose running write fails, although the end of its send cannot be stored at first', async () => {
  const harness = await SavesHarness.start({ organizations: 1 });
  const { sync } = harness;
  const hold = sync.standin.hold({ method: 'PUT' });
  sync.standin.faults.add({ mode: 'reset', match: { method: 'PUT' }, times: 1 });
  const save = await harness.change(NEW_PHONE);
  await hold.arrived;
  await harness.cancel(save, 'keep');
  const { write } = sync.database;
  const isFull = vi
    .spyOn(sync.database, 'write')
    .mockImplementation((work, by) => (by === 'sync' ? failed('database.full') : write(work, by)));
  hold.release();
  await sync.until(() => !sync.busy(), { clock: false });
  isFull.mockRestore();
  await sync.until(() => sync.row() === null && !sync.busy());
  expect(harness.save(save)).toMatchObject({ canceled: 1, state: 'ended' });
  expect(drafts(harness)).toEqual([NEW_PHONE]);
});

test('ends a save that was paused after it was canceled, although a change of it needs the person', async () => {
  const harness = await SavesHarness.start({ organizations: 2 });
  const { sync } = harness;
  const [refused, written] = harness.ids as [string, string];
  sync.standin.faults.add({ mode: 'validation-error', match: profilePath(refused) });
  const hold = sync.standin.hold({ method: 'PUT', ...profilePath(written) });
  const save = await harness.change(NEW_PHONE);
  await hold.arrived;
  await sync.until(() => sync.row(refused)?.state === 'refused', { clock: false });
  await harness.cancel(save);
  await harness.pause(save);
  hold.release();
  expect(await harness.ended(save)).toMatchObject({ done: 1, failed: 1, state: 'ended' });
  valueOf(await harness.service.handlers.close({ saveId: save }));
});

test('withdraws a change whose running write fails before the save is canceled to the end', async () => {
  const harness = await SavesHarness.start({ organizations: 1 });
  const { sync } = harness;
  const hold = sync.standin.hold({ method: 'PUT' });
  sync.standin.faults.add({ mode: 'reset', match: { method: 'PUT' }, times: 1 });
  const save = await harness.change(NEW_PHONE);
  await hold.arrived;
  // The slice with this organization is over, which left the running write alone; others are still to come.
  sync.write(({ saves }) => saves.setStage(save, 'canceling'));
  hold.release();
  await sync.until(() => !sync.busy(), { clock: false });
  expect(sync.row()).toBeNull();
  expect(harness.save(save)).toMatchObject({ waiting: 0, canceled: 1 });
});

describe('keeps as unsent', () => {
  test('what was not sent, as a draft that can be saved', async () => {
    const harness = await SavesHarness.start({ organizations: 2 });
    const { sync } = harness;
    const [id] = harness.ids as [string];
    await sync.standin.goOffline();
    const save = await harness.change(NEW_PHONE);
    await harness.cancel(save, 'keep');
    expect(harness.save(save)).toMatchObject({ canceled: 2, state: 'ended', afterCancel: 'keep' });
    for (const one of harness.ids) {
      expect(sync.row(one)).toBeNull();
      expect(harness.revisions(one)).toEqual([]);
    }
    expect(drafts(harness)).toEqual([NEW_PHONE, NEW_PHONE]);
    await sync.standin.goOnline();
    sync.submit(NEW_PHONE, id);
    await sync.until(() => sync.row(id) === null && !sync.busy());
    expect(harness.remote(id)).toMatchObject(NEW_PHONE);
  });

  test('a newer draft, and puts the text of the save into the history', async () => {
    const harness = await SavesHarness.start({ organizations: 1 });
    const { sync } = harness;
    await sync.standin.goOffline();
    const save = await harness.change({ ...NEW_PHONE, business_name: 'Of the save' });
    sync.type({ business_name: 'Newer' });
    await harness.cancel(save, 'keep');
    expect(drafts(harness)).toEqual([{ ...NEW_PHONE, business_name: 'Newer' }]);
    expect(discarded(harness)).toEqual([{ business_name: 'Of the save' }]);
  });

  test('what was being written, once the write has failed', async () => {
    const harness = await SavesHarness.start({ organizations: 1 });
    const { sync } = harness;
    const hold = sync.standin.hold({ method: 'PUT' });
    sync.standin.faults.add({ mode: 'reset', match: { method: 'PUT' }, times: 1 });
    const save = await harness.change(NEW_PHONE);
    await hold.arrived;
    await harness.cancel(save, 'keep');
    expect(drafts(harness)).toEqual([{}]);
    // The first choice stands.
    await harness.cancel(save, 'discard');
    hold.release();
    await sync.until(() => sync.row() === null && !sync.busy(), { clock: false });
    expect(drafts(harness)).toEqual([NEW_PHONE]);
    expect(harness.save(save)).toMatchObject({ canceled: 1, afterCancel: 'keep' });
  });

  test('what another field’s decision held up', async () => {
    const harness = await SavesHarness.start({ organizations: 1 });
    const { sync } = harness;
    const save = await harness.change(NEW_PHONE);
    await harness.pause(save);
    await harness.canceled();
    sync.standin.setProfile(sync.id, { business_address: 'Theirs' });
    sync.submit({ business_address: 'Mine' });
    await untilState(sync, 'conflict');
    await harness.cancel(save, 'keep');
    expect(sync.row()?.patch).toHaveProperty('business_phone');
    valueOf(sync.resolve(['business_address']));
    await sync.until(() => sync.row() === null && !sync.busy(), { clock: false });
    expect(drafts(harness)).toEqual([NEW_PHONE]);
    expect(harness.remote(sync.id)).not.toMatchObject(NEW_PHONE);
  });
});

test('keeps checking a write that may have arrived until its outcome is known', async () => {
  const harness = await SavesHarness.start({ organizations: 1 });
  const { sync } = harness;
  const [id] = harness.ids as [string];
  sync.random = 0.999;
  sync.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  const save = await harness.change(NEW_PHONE);
  await untilState(sync, 'waiting', id);
  await harness.cancel(save);
  await sync.until(() => sync.read(({ abandoned }) => abandoned.ids()).length === 0);
  expect(harness.save(save)).toMatchObject({ canceled: 1 });
  expect(sync.saved(id)?.business_phone).toBe(NEW_PHONE.business_phone);
});

test('repeats a slice whose commit fails', async () => {
  const harness = await SavesHarness.start({ organizations: 120 });
  const { sync } = harness;
  sync.authorizationOf = () => new Promise(() => undefined);
  const save = await harness.change(NEW_PHONE);
  let time = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (time += 1));
  const { writeSlice } = sync.database;
  let slices = 0;
  vi.spyOn(sync.database, 'writeSlice').mockImplementation((work) => {
    slices += 1;
    if (slices !== 1) return writeSlice(work);
    return writeSlice((tables) => {
      work(tables);
      throw new Error('disk full');
    });
  });
  valueOf(await harness.service.handlers.cancel({ saveId: save, then: 'keep' }));
  await sync.until(() => sync.read(({ saves }) => saves.inStage('canceling')).length === 0);
  expect(slices).toBeGreaterThan(2);
  expect(sync.read(({ outbox }) => outbox.ofSave(save))).toEqual([]);
  expect(harness.save(save)).toMatchObject({ canceled: 120, state: 'ended' });
  expect(drafts(harness)).toEqual(harness.ids.map(() => NEW_PHONE));
});

test('repeats a slice by a write, which tells the window why it waits, until one succeeds', async () => {
  const harness = await SavesHarness.start({ organizations: 2 });
  const { sync } = harness;
  await sync.standin.goOffline();
  const save = await harness.change(NEW_PHONE);
  const slice = vi.spyOn(sync.database, 'writeSlice').mockReturnValue(failed('database.full'));
  const write = vi.spyOn(sync.database, 'write');
  valueOf(await harness.service.handlers.cancel({ saveId: save, then: 'keep' }));
  await eventLoopTurns();
  const before = write.mock.calls.length;
  write.mockReturnValueOnce(failed('database.full'));
  await sync.until(() => sync.read(({ saves }) => saves.inStage('canceling')).length === 0);
  expect(slice).toHaveBeenCalledTimes(1);
  expect(write.mock.calls.length).toBeGreaterThanOrEqual(before + 2);
  expect(harness.save(save)).toMatchObject({ canceled: 2, state: 'ended' });
});

test('reports a full disk, and cancels nothing then', async () => {
  const harness = await SavesHarness.start({ organizations: 2 });
  const { sync } = harness;
  await sync.standin.goOffline();
  const save = await harness.change(NEW_PHONE);
  vi.spyOn(sync.database, 'write').mockReturnValueOnce(failed('database.full'));
  expect(await harness.service.handlers.cancel({ saveId: save, then: 'keep' })).toEqual(
    failed('database.full'),
  );
  await eventLoopTurns();
  expect(harness.save(save)).toMatchObject({ waiting: 2, afterCancel: null });
});

describe('with hundreds of organizations', () => {
  /** A save of which nothing is sent yet, applied in slices of a few dozen items. */
  async function largeSave(): Promise<{ harness: SavesHarness; save: string }> {
    const harness = await SavesHarness.start({ organizations: 400 });
    await harness.sync.standin.goOffline();
    await harness.sync.stop();
    const save = await harness.change(NEW_PHONE);
    let time = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (time += 1));
    return { harness, save };
  }

  const pendingCount = ({ sync }: SavesHarness): number =>
    sync.read(({ outbox }) => outbox.count());

  test.each(AFTER_CANCEL)(
    'then %s is durable when the call returns, and continues after a kill',
    async (then) => {
      const { harness, save } = await largeSave();
      valueOf(await harness.service.handlers.cancel({ saveId: save, then }));
      await eventLoopTurns(2);
      const before = pendingCount(harness);
      expect(before).toBeGreaterThan(200);
      await harness.restart();
      await harness.canceled();
      expect(pendingCount(harness)).toBe(0);
      expect(harness.save(save)).toMatchObject({
        canceled: 400,
        state: 'ended',
        afterCancel: then,
      });
      const [none, all] = [{}, NEW_PHONE].map((texts) => harness.ids.map(() => texts));
      expect(drafts(harness)).toEqual(then === 'keep' ? all : none);
      expect(discarded(harness)).toEqual(then === 'keep' ? none : all);
      await eventLoopTurns();
      expect(harness.sync.standin.requests).toEqual([]);
    },
  );

  test.each(AFTER_CANCEL)('then %s takes no field of another save', async (then) => {
    const { harness, save } = await largeSave();
    const second = await harness.change({ business_name: 'Second' });
    await harness.cancel(second, then);
    expect(harness.save(second)).toMatchObject({ canceled: 400, state: 'ended' });
    const texts = then === 'keep' ? drafts(harness) : discarded(harness);
    expect(texts).toEqual(harness.ids.map(() => ({ business_name: 'Second' })));
    expect(harness.save(save)).toMatchObject({ waiting: 400 });
    for (const id of harness.ids.slice(0, 3)) {
      expect(Object.keys(harness.sync.row(id)!.patch)).toEqual(['business_phone']);
    }
  });

  test.each(AFTER_CANCEL)(
    'then %s does the rest after entries were removed between two slices',
    async (then) => {
      const { harness, save } = await largeSave();
      const { sync, ids } = harness;
      valueOf(await harness.service.handlers.cancel({ saveId: save, then }));
      await eventLoopTurns(2);
      const removed = [ids[0]!, ids.at(-1)!];
      expect(removed.map((id) => sync.row(id) === null)).toEqual([true, false]);
      sync.write(({ organizations }) => removed.forEach((id) => organizations.remove(id)));
      await harness.canceled();
      expect(pendingCount(harness)).toBe(0);
      expect(harness.save(save)).toMatchObject({ total: 398, canceled: 398, state: 'ended' });
      const texts = then === 'keep' ? drafts(harness) : discarded(harness);
      expect(texts).toEqual(ids.map((id) => (removed.includes(id) ? {} : NEW_PHONE)));
    },
  );

  test('sends nothing of the save while it is withdrawn', async () => {
    const { harness, save } = await largeSave();
    const { sync } = harness;
    await sync.standin.goOnline();
    await harness.restart();
    valueOf(await harness.service.handlers.cancel({ saveId: save, then: 'keep' }));
    sync.scheduler.wake();
    sync.scheduler.retryNow();
    const puts = requestedIds(sync, 'PUT').length;
    await harness.canceled();
    await sync.until(() => !sync.busy());
    expect(requestedIds(sync, 'PUT')).toHaveLength(puts);
    expect(pendingCount(harness)).toBe(0);
  });
});
