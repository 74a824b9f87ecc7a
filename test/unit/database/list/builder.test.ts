/** When the list is maintained in the background, and how often. */
import { expect, test } from 'vitest';
import { failed, success, type Outcome } from '../../../../src/shared/outcome';
import { createChangeFeed, type Change } from '../../../../src/main/database/change-feed';
import { createListBuilder } from '../../../../src/main/database';

/** Timers fired by the test, and a list with scripted results. */
function harness(isBuilt: boolean) {
  let timer: { callback: () => void; ms: number } | null = null;
  const results: Outcome<boolean>[] = [];
  const list = {
    isBuilt,
    runs: 0,
    work: (): Outcome<boolean> => ((list.runs += 1), results.shift() ?? success(false)),
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
    commit: () => changes.publishInMemory((marks) => marks.topic('jobs')),
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    /** Fires the running timer; returns its delay. */
    fire(): number | null {
      const due = timer;
      timer = null;
      due?.callback();
      return due?.ms ?? null;
    },
    waits: () => timer?.ms ?? null,
  };
}

test('builds an incomplete list at once, slice by slice, and reports each slice', async () => {
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

test('checks for work once after commits, and only when things are quiet', async () => {
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

test('rebuilds a list that was damaged meanwhile without waiting', async () => {
  const { builder, list, waits, commit, settle, fire } = harness(true);
  builder.start();
  list.isBuilt = false;
  commit();
  await settle();
  expect(waits()).toBe(0);
  fire();
  expect(list.runs).toBe(1);
});

test('retries after half a minute if it cannot continue, whatever is written meanwhile', async () => {
  const { builder, results, fire, waits, commit, settle } = harness(false);
  builder.start();
  results.push(failed('store.full'), success(true));
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
