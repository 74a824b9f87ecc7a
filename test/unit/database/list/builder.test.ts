/**
 * When the list (the read model behind the window's list) is built and checked in the background.
 */
import { expect, test } from 'vitest';
import { failed, success, type Result } from '../../../../src/shared/result';
import { createChangeFeed, type Change } from '../../../../src/main/database/change-feed';
import { createListBuilder } from '../../../../src/main/database';

/** A builder with timers that the test fires, and a list whose results the test decides. */
function harness(isBuilt: boolean) {
  let timer: { callback: () => void; ms: number } | null = null;
  const results: Result<boolean>[] = [];
  const list = {
    isBuilt,
    isMergeDue: false,
    runs: 0,
    work: (): Result<boolean> => ((list.runs += 1), results.shift() ?? success(false)),
  };
  const changes = createChangeFeed((error) => {
    throw error;
  });
  const received: Change[] = [];
  changes.subscribe((change) => received.push(change));
  const builder = createListBuilder({
    list,
    changes,
    timers: {
      set: (callback, ms) => (timer = { callback, ms }),
      clear: (cleared) => {
        if (timer === cleared) timer = null;
      },
    },
  });
  return {
    list,
    builder,
    results,
    received,
    commit: () => changes.publishInMemory((marks) => marks.topic('saves')),
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    /** Fires the running timer. Returns its delay in ms; null: there is none. */
    fire(): number | null {
      const due = timer;
      timer = null;
      due?.callback();
      return due?.ms ?? null;
    },
    waits: () => timer?.ms ?? null,
  };
}

test('builds an incomplete list immediately, slice by slice, and reports each slice', async () => {
  const { builder, list, results, received, fire, waits, settle } = harness(false);
  builder.start();
  results.push(success(true), success(true), success(false));
  expect(fire()).toBe(0);
  expect(fire()).toBe(4);
  await settle();
  expect(received.map(({ topics }) => [...topics])).toEqual([['list'], ['list']]);
  list.isBuilt = true;
  expect(fire()).toBe(4);
  expect(waits()).toBeNull();
  expect(list.runs).toBe(3);
});

test('looks for work once after several commits, when there are no more commits', async () => {
  const { builder, list, results, fire, waits, commit, settle } = harness(true);
  builder.start();
  expect(fire()).toBe(1_000);
  expect(waits()).toBeNull();
  commit();
  commit();
  await settle();
  results.push(success(true), success(false));
  expect(fire()).toBe(1_000);
  expect(fire()).toBe(25);
  expect(waits()).toBeNull();
  expect(list.runs).toBe(3);
});

test('does not wait for the end of many commits when segments wait to be merged', async () => {
  const { builder, list, fire, waits, commit, settle } = harness(true);
  builder.start();
  expect(waits()).toBe(1_000);
  commit();
  await settle();
  expect(waits()).toBe(1_000);
  list.isMergeDue = true;
  commit();
  await settle();
  expect(fire()).toBe(25);
  expect(waits()).toBeNull();
});

test('rebuilds a list that was found damaged without waiting', async () => {
  const { builder, list, waits, commit, settle, fire } = harness(true);
  builder.start();
  list.isBuilt = false;
  commit();
  await settle();
  expect(waits()).toBe(0);
  fire();
  expect(list.runs).toBe(1);
});

test('retries after half a minute if it cannot continue, even if something is written before', async () => {
  const { builder, results, fire, waits, commit, settle } = harness(false);
  builder.start();
  results.push(failed('database.full'), success(true));
  fire();
  commit();
  await settle();
  expect(waits()).toBe(30_000);
  fire();
  expect(waits()).toBe(4);
});

test('does nothing more once stopped', async () => {
  const { builder, waits, commit, settle } = harness(false);
  builder.start();
  builder.stop();
  commit();
  await settle();
  expect(waits()).toBeNull();
});
