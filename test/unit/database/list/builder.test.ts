/** What works for the list when nothing else is to be done: when, and how often. */
import { expect, test } from 'vitest';
import { failed, success, type Outcome } from '../../../../src/shared/failure';
import { createChangeFeed, type Change } from '../../../../src/main/database/change-feed';
import { createListBuilder } from '../../../../src/main/database';

/** Timers that fire when the test says so, and a list that answers what it says. */
function harness(isBuilt: boolean) {
  let timer: { callback: () => void; ms: number } | null = null;
  const answers: Outcome<boolean>[] = [];
  const list = {
    isBuilt,
    worked: 0,
    work: (): Outcome<boolean> => ((list.worked += 1), answers.shift() ?? success(false)),
  };
  const changes = createChangeFeed((error) => {
    throw error;
  });
  const heard: Change[] = [];
  changes.subscribe((change) => heard.push(change));
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
    answers,
    heard,
    commit: () => changes.memory((marks) => marks.topic('jobs')),
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    /** Lets the timer that runs fire; says after how long. */
    fire(): number | null {
      const due = timer;
      timer = null;
      due?.callback();
      return due?.ms ?? null;
    },
    waits: () => timer?.ms ?? null,
  };
}

test('a list that is not whole is built at once, slice by slice, and told each time', async () => {
  const { builder, list, answers, heard, fire, waits, settle } = harness(false);
  builder.start();
  answers.push(success(true), success(true), success(false));
  expect(fire()).toBe(0);
  expect(fire()).toBe(4);
  await settle();
  expect(heard.map(({ topics }) => [...topics])).toEqual([['list'], ['list']]);
  list.isBuilt = true;
  expect(fire()).toBe(4);
  expect(waits()).toBeNull();
  expect(list.worked).toBe(3);
});

test('after a commit it is looked at what there is to do, once, and not before it is quiet', async () => {
  const { builder, list, answers, fire, waits, commit, settle } = harness(true);
  builder.start();
  expect(fire()).toBe(1_000);
  expect(waits()).toBeNull();
  commit();
  commit();
  await settle();
  answers.push(success(true), success(false));
  expect(fire()).toBe(1_000);
  expect(fire()).toBe(25);
  expect(waits()).toBeNull();
  expect(list.worked).toBe(3);
});

test('a list that was damaged meanwhile is built without waiting', async () => {
  const { builder, list, waits, commit, settle, fire } = harness(true);
  builder.start();
  list.isBuilt = false;
  commit();
  await settle();
  expect(waits()).toBe(0);
  fire();
  expect(list.worked).toBe(1);
});

test('what cannot go on is tried again after half a minute, whatever is written meanwhile', async () => {
  const { builder, answers, fire, waits, commit, settle } = harness(false);
  builder.start();
  answers.push(failed('store.full'), success(true));
  fire();
  commit();
  await settle();
  expect(waits()).toBe(30_000);
  fire();
  expect(waits()).toBe(4);
});

test('stopped it does nothing more', async () => {
  const { builder, waits, commit, settle } = harness(false);
  builder.start();
  builder.stop();
  commit();
  await settle();
  expect(waits()).toBeNull();
});
