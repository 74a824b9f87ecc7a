/**
 * Submitting a save of many. The save is stored first, then applied in slices. Nothing of it is sent
 * before the last slice.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { applyEvent } from '../../../src/main/changes/repository';
import { failed } from '../../../src/shared/outcome';
import { eventLoopTurns } from '../event-loop';
import { draft } from '../sync/helpers';
import { SavesHarness, closeHarnesses, NEW_PHONE } from './harness';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeHarnesses();
});

/** The number of items that a slice looks up together. */
const GROUP = 16;

/** Advances the clock by 1 ms each time it is read, so that a slice ends after a few groups. */
function slowClock(): void {
  let time = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (time += 1));
}

const stageOf = ({ sync }: SavesHarness, save: string) =>
  sync.read(({ saves }) => saves.all().find(({ id }) => id === save)?.stage ?? null);

/** Counts what each transaction does, by the calls of `saves`. */
function watchSlices(harness: SavesHarness) {
  const sizes: Record<'added' | 'applied' | 'removed', number[]> = {
    added: [],
    applied: [],
    removed: [],
  };
  const { database } = harness.sync;
  const { writeSlice } = database;
  database.writeSlice = (work) => {
    const count = { added: 0, applied: 0, removed: 0 };
    const done = writeSlice((tables) => {
      const { saves, outbox } = tables;
      return work({
        ...tables,
        saves: {
          ...saves,
          addItems: (id, items) => {
            count.added += items.length;
            saves.addItems(id, items);
          },
          applied: (...parameters) => {
            count.applied += 1;
            saves.applied(...parameters);
          },
        },
        outbox: {
          ...outbox,
          remove: (id) => {
            count.removed += 1;
            outbox.remove(id);
          },
        },
      });
    });
    for (const kind of ['added', 'applied', 'removed'] as const) {
      if (count[kind] > 0) sizes[kind].push(count[kind]);
    }
    return done;
  };
  return sizes;
}

/** Stores a save with its items, as if the app had ended in this stage. */
function addSave(
  { sync }: SavesHarness,
  id: string,
  stage: 'planning' | 'applying',
  ids: readonly string[],
): void {
  const plans = ids.map((entryId) => {
    const seen = sync.saved(entryId)?.business_phone ?? '';
    return { entryId, plan: { business_phone: { text: NEW_PHONE.business_phone, seen } } };
  });
  sync.write(({ saves }) => {
    const fields = ['business_phone' as const];
    saves.add({ id, kind: 'change', at: 1, fields, stage, paused: false });
    saves.addItems(id, plans);
  });
}

const sum = (counts: readonly number[]): number => counts.reduce((one, other) => one + other, 0);

test('ends a slice after six milliseconds, and yields before the next', async () => {
  const harness = await SavesHarness.start({ organizations: 300 });
  await harness.sync.stop();
  const plan = await harness.plan(NEW_PHONE);
  const sizes = watchSlices(harness);
  slowClock();
  const save = await harness.submitOnly(plan);
  await harness.applied();
  await harness.cancel(save);
  for (const slices of Object.values(sizes)) {
    expect(sum(slices)).toBe(300);
    // The clock is read six times, once per group.
    expect(Math.max(...slices)).toBeLessThanOrEqual(7 * GROUP);
    expect(slices.length).toBeGreaterThanOrEqual(3);
  }
  expect(harness.save(save)).toMatchObject({ canceled: 300, state: 'ended' });
});

test('is durable when the call resolves, and applied at the next launch', async () => {
  const harness = await SavesHarness.start({ organizations: 200 });
  const { sync } = harness;
  await sync.stop();
  slowClock();
  const save = await harness.submitOnly(await harness.plan(NEW_PHONE));
  expect(stageOf(harness, save)).toBe('applying');
  expect(sync.read(({ outbox }) => outbox.count())).toBeLessThan(200);
  expect(harness.save(save)).toMatchObject({ total: 200, waiting: 200, state: 'running' });
  // The app ends here, before any further slice.
  await harness.restart();
  const applied = sync.read(({ outbox }) => outbox.count());
  expect(applied).toBeLessThan(200);
  await harness.applied();
  expect(sync.read(({ outbox }) => outbox.count())).toBe(200);
  expect(await harness.ended(save)).toMatchObject({ done: 200 });
  for (const id of harness.ids) {
    expect(sync.standin.profileOf(id)?.business_phone).toBe(NEW_PHONE.business_phone);
  }
});

test('sends nothing before the last slice, whatever triggers the scheduler', async () => {
  const harness = await SavesHarness.start({ organizations: 200 });
  const { sync } = harness;
  slowClock();
  const stages: unknown[] = [];
  let save = '';
  sync.standin.beforeAnswer({}, () => void stages.push(stageOf(harness, save)));
  save = await harness.submitOnly(await harness.plan(NEW_PHONE));
  for (let turn = 0; turn < 4; turn += 1) {
    sync.scheduler.wake();
    sync.scheduler.retryNow();
    sync.scheduler.retrySave(save);
    await eventLoopTurns(1);
    if (stageOf(harness, save) === 'applying') expect(sync.standin.requests).toEqual([]);
  }
  expect(await harness.ended(save)).toMatchObject({ done: 200 });
  expect(new Set(stages)).toEqual(new Set(['sending']));
});

test('sends a save on a page of the save while the save is applied, without the field of the save', async () => {
  const harness = await SavesHarness.start({ organizations: 3 });
  const { sync } = harness;
  const [id] = harness.ids as [string];
  const seen = sync.saved(id)!.business_phone;
  addSave(harness, 'save', 'applying', [id]);
  sync.write((tables) => {
    const edits = { business_phone: { text: NEW_PHONE.business_phone, seen } };
    applyEvent(tables, id, { type: 'submitPlan', save: 'save', edits }, { at: 1 });
    tables.saves.applied('save', id, null);
  });
  sync.submit({ business_name: 'Mine' }, id);
  await sync.until(() => sync.standin.profileOf(id)?.business_name === 'Mine' && !sync.busy());
  await eventLoopTurns();
  expect(sync.standin.profileOf(id)?.business_phone).toBe(seen);
  expect(sync.row(id)).toMatchObject({
    saveId: 'save',
    patch: { business_phone: { save: 'save' } },
  });
  expect(sync.traffic()).toBe('GET PUT GET');
  await harness.restart();
  expect(await harness.ended('save')).toMatchObject({ done: 1 });
});

describe('a save in planning was never confirmed:', () => {
  test('is not listed, and removed at the next launch', async () => {
    const harness = await SavesHarness.start({ organizations: 3 });
    const { sync } = harness;
    addSave(harness, 'x', 'planning', harness.ids);
    expect(harness.saves()).toEqual([]);
    for (const call of ['pause', 'resume', 'cancel', 'retryFailed', 'close'] as const) {
      expect(await harness.service.handlers[call]({ saveId: 'x', then: 'keep' })).toEqual(
        failed('save.not-found'),
      );
    }
    await harness.restart();
    await eventLoopTurns();
    expect(sync.read(({ saves }) => [saves.inStage('planning'), saves.unapplied('x', 9)])).toEqual([
      [],
      [],
    ]);
    expect(sync.row(harness.ids[0])).toBeNull();
    expect(sync.standin.requests).toEqual([]);
  });

  test.each([1, 2, 3])('a disk that is full at write %i submits nothing', async (nth) => {
    const harness = await SavesHarness.start({ organizations: 3 });
    const { sync } = harness;
    const plan = await harness.plan(NEW_PHONE);
    const { write, writeSlice } = sync.database;
    let writes = 0;
    const isFull = (): boolean => (writes += 1) === nth;
    const full = failed('database.full');
    sync.database.write = (work) => (isFull() ? full : write(work));
    sync.database.writeSlice = (work) => (isFull() ? full : writeSlice(work));
    const request = { planId: plan.planId, entryIds: harness.ids };
    expect(await harness.service.handlers.submit(request)).toEqual(failed('database.full'));
    Object.assign(sync.database, { write, writeSlice });
    expect(harness.saves()).toEqual([]);
    // If only the last step failed, the next launch removes the save.
    if (nth < 3) expect(sync.read(({ saves }) => saves.inStage('planning'))).toEqual([]);
    await harness.restart();
    expect(harness.saves()).toEqual([]);
    expect(sync.read(({ outbox }) => outbox.count())).toBe(0);
    expect(sync.read(({ saves }) => saves.inStage('planning'))).toEqual([]);
  });

  test('the plan can be submitted again after a failure', async () => {
    const harness = await SavesHarness.start({ organizations: 3 });
    const { sync } = harness;
    const plan = await harness.plan(NEW_PHONE);
    const { write } = sync.database;
    sync.database.write = () => failed('database.full');
    const request = { planId: plan.planId, entryIds: harness.ids };
    expect(await harness.service.handlers.submit(request)).toEqual(failed('database.full'));
    sync.database.write = write;
    expect(await harness.ended(await harness.submitOnly(plan))).toMatchObject({ done: 3 });
  });
});

test('retries a slice that cannot be stored', async () => {
  const harness = await SavesHarness.start({ organizations: 3 });
  const { sync } = harness;
  const plan = await harness.plan(NEW_PHONE);
  const { writeSlice } = sync.database;
  let failures = 0;
  sync.database.writeSlice = (work) => {
    const isApplying = sync.read(({ saves }) => saves.inStage('applying').length > 0);
    if (!isApplying || failures === 2) return writeSlice(work);
    failures += 1;
    return failed('database.busy');
  };
  const save = await harness.submitOnly(plan);
  expect(await harness.ended(save)).toMatchObject({ done: 3 });
  expect(failures).toBe(2);
});

test('applies two saves submitted together one after the other', async () => {
  const harness = await SavesHarness.start({ organizations: 100 });
  const { sync } = harness;
  await sync.stop();
  slowClock();
  const first = await harness.submitOnly(await harness.plan(NEW_PHONE));
  // The preview shows the first save for some organizations, and the state before for the rest.
  const plan = await harness.plan({ business_phone: 'second' });
  const second = await harness.submitOnly(plan);
  await harness.applied();
  const isSecond = (id: string): boolean => sync.row(id)?.patch.business_phone?.save === second;
  const shown = new Map(plan.rows.map(({ entryId, before }) => [entryId, before]));
  for (const id of harness.ids) {
    const sawFirst = shown.get(id)?.business_phone === NEW_PHONE.business_phone;
    expect(isSecond(id)).toBe(sawFirst);
    expect(harness.result(second, id)?.failure?.code).toBe(
      sawFirst ? undefined : 'change.outdated',
    );
    expect(harness.result(first, id)?.failure?.code).toBe(sawFirst ? 'change.replaced' : undefined);
  }
  expect(draft(sync)).toBeNull();
});
