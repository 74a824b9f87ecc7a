/** What the rate budget remembers over a restart: on texts as a database keeps them, and on a real one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { createBudgetMemory } from '../../../src/main/budget-memory';
import { createBudget } from '../../../src/main/cloudflare/budget';
import { fromState } from '../../../src/main/cloudflare/budget-state';
import { openStore } from '../../../src/main/store';
import { ask, flush, headers, run, TextMemory } from './budget-parts';
import { Clock } from './clock';
import { failureIn, valueOf } from './world';

/** How many requests of this user a start at this moment would count. */
function remembered(memory: TextMemory, clock: Clock, userId = 'u'): number {
  const row = memory.load().find((one) => one.userId === userId);
  if (!row) return 0;
  const moment = { steady: clock.elapsed(), wall: clock.now() };
  const { ended, open } = fromState(row.state, moment);
  return ended.reduce((sum, { count }) => sum + count, open);
}

test('after a kill nothing that was made is forgotten, and at most ten are counted too much', async () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(pauses, fc.integer({ min: 0, max: 3 }), async (all, slow) => {
      const clock = new Clock();
      const memory = new TextMemory();
      const budget = createBudget({ ...clock, memory });
      const unanswered: (() => void)[] = [];
      let made = 0;
      for (const pause of all) {
        const reservation = valueOf(await budget.reserve('u', 1, 'person'));
        reservation.take();
        made += 1;
        unanswered.push(() => budget.answered('u', null));
        if (unanswered.length > slow) unanswered.shift()?.();
        clock.advance(pause);
        // A kill here would leave just this behind.
        expect(remembered(memory, clock)).toBeGreaterThanOrEqual(made);
        expect(remembered(memory, clock)).toBeLessThanOrEqual(made + 10);
      }
      budget.stop();
      expect(remembered(memory, clock)).toBe(made);
      expect(memory.writes).toBe(Math.ceil(made / 10) + 1);
    }),
    { numRuns: 30 },
  );
});

test('a restart goes on counting where the run before ended', async () => {
  const clock = new Clock();
  const memory = new TextMemory();
  const first = createBudget({ ...clock, memory });
  const granted = ask(first, clock, 'u', 1_190, 'person');
  await run(clock, () => granted.length === 1_190);
  first.stop();
  const start = clock.now();
  const second = createBudget({ ...clock, memory });
  const more = ask(second, clock, 'u', 50, 'person');
  await run(clock, () => clock.now() - start > 200_000);
  expect(more).toHaveLength(10);
  await run(clock, () => more.length === 50);
  expect((more.at(-1) ?? 0) - start).toBeLessThan(302_000);
});

test('a block and what Cloudflare said survive a kill', async () => {
  const clock = new Clock();
  const memory = new TextMemory();
  const first = createBudget({ ...clock, memory });
  first.block('blocked', clock.now() + 300_000);
  const reservation = valueOf(await first.reserve('spent', 1, 'person'));
  reservation.take();
  first.answered('spent', headers('"default";r=31;t=200'));
  // The next ten are written down with it.
  for (let turn = 0; turn < 10; turn += 1) {
    valueOf(await first.reserve('spent', 1, 'person')).take();
    first.answered('spent', headers(`"default";r=${30 - turn};t=200`));
  }
  clock.advance(100_000);
  const second = createBudget({ ...clock, memory });
  expect(second.blockedUntil()).toBe(clock.now() + 200_000);
  expect(failureIn(await second.reserve('blocked', 1, 'person')).retryAt).toBe(
    clock.now() + 200_000,
  );
  const granted = ask(second, clock, 'spent', 1, 'person');
  await flush();
  expect(granted).toEqual([]);
  clock.advance(102_000);
  await flush();
  expect(granted).toHaveLength(1);
});

test('the computer was started meanwhile: its own clock says how long ago everything was', async () => {
  const clock = new Clock();
  const memory = new TextMemory();
  createBudget({ ...clock, memory }).block('u', clock.now() + 300_000);
  const started = (elapsed: number, wall: number) =>
    createBudget({ ...clock, now: () => wall, elapsed: () => elapsed, memory }).blockedUntil();
  const wall = clock.now();
  expect(started(30_000, wall + 120_000)).toBe(wall + 300_000);
  expect(started(30_000, wall + 86_400_000)).toBeNull();
  // Set back meanwhile: at least the 30 seconds since the start have passed.
  expect(started(30_000, wall - 86_400_000)).toBe(wall - 86_400_000 + 270_000);
});

test('what is of nobody any more goes with the next write; a start writes nothing', async () => {
  const clock = new Clock();
  const memory = new TextMemory();
  const first = createBudget({ ...clock, memory });
  for (const id of ['old', 'killed', 'u']) {
    valueOf(await first.reserve(id, 1, 'person')).take();
    first.answered(id, null);
  }
  clock.advance(86_400_001);
  memory.writes = 0;
  const second = createBudget({ ...clock, memory });
  expect([[...memory.rows.keys()], memory.writes]).toEqual([['old', 'killed', 'u'], 0]);
  valueOf(await second.reserve('u', 1, 'person')).take();
  expect([...memory.rows.keys()]).toEqual(['u']);
});

test('a memory that fails does not stop the counting, nor the work', async () => {
  const clock = new Clock();
  const memory = new TextMemory();
  memory.failing = true;
  const budget = createBudget({ ...clock, memory });
  const granted = ask(budget, clock, 'u', 1_300, 'person');
  const start = clock.now();
  await run(clock, () => clock.now() - start > 200_000);
  expect(granted).toHaveLength(1_200);
  expect(memory.rows.size).toBe(0);
  memory.failing = false;
  await run(clock, () => granted.length === 1_300);
  expect(remembered(memory, clock)).toBeGreaterThan(0);
});

/** Values that are nearly a state: each part sensible, odd or missing. */
const nearly = fc.record(
  {
    version: fc.constantFrom(1, 1, 1, 2, '1', null),
    steady: fc.oneof(fc.double(), fc.nat(), fc.constant(1e300)),
    wall: fc.oneof(fc.double(), fc.nat(), fc.constant(Date.UTC(2990, 0))),
    ended: fc.oneof(
      fc.array(fc.tuple(fc.nat(400_000), fc.nat(3_000))),
      fc.array(fc.tuple(fc.double(), fc.integer()), { maxLength: 300 }),
      fc.jsonValue(),
    ),
    open: fc.oneof(fc.nat(3_000), fc.double(), fc.constant(-1)),
    blockedMs: fc.oneof(fc.nat(2_000_000), fc.double()),
    told: fc.oneof(
      fc.constant(null),
      fc.record({ remaining: fc.integer(), quota: fc.integer(), resetMs: fc.nat(2_000_000) }),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: [] },
);

test('nonsense in the memory neither stops the work for ever nor lets it burst', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(nearly, fc.jsonValue()), async (state) => {
      const clock = new Clock();
      const memory = new TextMemory();
      memory.save('u', state);
      const budget = createBudget({ ...clock, memory });
      const until = budget.blockedUntil();
      if (until !== null) expect(until - clock.now()).toBeLessThanOrEqual(900_000);
      clock.advance(until === null ? 0 : until - clock.now());
      const start = clock.now();
      const granted = ask(budget, clock, 'u', 3, 'background');
      await run(clock, () => granted.length === 3);
      expect(clock.now() - start).toBeLessThanOrEqual(901_000);
    }),
    { numRuns: 300 },
  );
});

test('a state nobody understands counts as if the background had used its share', async () => {
  const clock = new Clock();
  const memory = new TextMemory();
  memory.save('u', { version: 2, blocked: true });
  const budget = createBudget({ ...clock, memory });
  const person = ask(budget, clock, 'u', 400, 'person');
  const start = clock.now();
  await run(clock, () => clock.now() - start > 200_000);
  expect(person).toHaveLength(300);
});

test('on a real database: kept when the call returns, and read by the next run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-budget-'));
  const clock = new Clock();
  const open = () => valueOf(openStore(folder, { now: clock.now })).store;
  const store = open();
  const budget = createBudget({ ...clock, memory: createBudgetMemory(store) });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  valueOf(await budget.reserve('u', 1, 'person')).take();
  budget.block('u', clock.now() + 60_000);
  budget.block('old', clock.now() + 60_000);
  // A second connection sees what a start after a kill would see.
  const other = open();
  onTestFinished(() => other.close());
  const next = createBudget({ ...clock, memory: createBudgetMemory(other) });
  expect(next.blockedUntil()).toBe(clock.now() + 60_000);
  clock.advance(86_400_001);
  const later = createBudget({ ...clock, memory: createBudgetMemory(other) });
  valueOf(await later.reserve('v', 1, 'person')).take();
  const rows = valueOf(store.read((tables) => tables.budget.all()));
  expect(rows.map(({ userId }) => userId)).toEqual(['v']);
  store.close();
  // A closed database is the app stopping: counting goes on, nothing throws.
  budget.stop();
});
