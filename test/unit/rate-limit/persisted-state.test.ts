/**
 * What the rate limiter remembers over a restart of the app. Most tests use storage in memory, the
 * last one a real database.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { createLimitStorage, parseState } from '../../../src/main/rate-limit/persisted-state';
import { createRateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import { openDatabase } from '../../../src/main/database';
import { failureIn, valueOf } from '../results';
import { ask, flush, headers, run, TextStorage } from './helpers';
import { Clock } from '../cloudflare/clock';

/** The number of requests of this user that the app would count if it was launched now. */
function storedCount(storage: TextStorage, clock: Clock, userId = 'u'): number {
  const row = storage.load().find((one) => one.userId === userId);
  if (!row) return 0;
  const moment = { monotonic: clock.elapsed(), wall: clock.now() };
  const { ended, open } = parseState(row.state, moment);
  return ended.reduce((sum, { count }) => sum + count, open);
}

test('forgets no request after a kill, and counts at most ten too many', async () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(pauses, fc.integer({ min: 0, max: 3 }), async (all, slow) => {
      const clock = new Clock();
      const storage = new TextStorage();
      const limiter = createRateLimiter({ ...clock, storage });
      const unanswered: (() => void)[] = [];
      let sent = 0;
      for (const pause of all) {
        const reservation = valueOf(await limiter.reserve('u', 1, 'person'));
        reservation.take();
        sent += 1;
        unanswered.push(() => limiter.answered('u', null));
        if (unanswered.length > slow) unanswered.shift()?.();
        clock.advance(pause);
        // After a kill at this moment, exactly this would be stored.
        expect(storedCount(storage, clock)).toBeGreaterThanOrEqual(sent);
        expect(storedCount(storage, clock)).toBeLessThanOrEqual(sent + 10);
      }
      limiter.stop();
      expect(storedCount(storage, clock)).toBe(sent);
      expect(storage.writes).toBe(Math.ceil(sent / 10) + 1);
    }),
    { numRuns: 30 },
  );
});

test('continues to count where the previous run ended', async () => {
  const clock = new Clock();
  const storage = new TextStorage();
  const first = createRateLimiter({ ...clock, storage });
  const granted = ask(first, clock, 'u', 1_190, 'person');
  await run(clock, () => granted.length === 1_190);
  first.stop();
  const start = clock.now();
  const second = createRateLimiter({ ...clock, storage });
  const more = ask(second, clock, 'u', 50, 'person');
  await run(clock, () => clock.now() - start > 200_000);
  expect(more).toHaveLength(10);
  await run(clock, () => more.length === 50);
  expect((more.at(-1) ?? 0) - start).toBeLessThan(302_000);
});

test("keeps a block and Cloudflare's numbers after a kill", async () => {
  const clock = new Clock();
  const storage = new TextStorage();
  const first = createRateLimiter({ ...clock, storage });
  first.block('blocked', clock.now() + 300_000);
  const reservation = valueOf(await first.reserve('spent', 1, 'person'));
  reservation.take();
  first.answered('spent', headers('"default";r=31;t=200'));
  // The next ten requests are stored together with it.
  for (let turn = 0; turn < 10; turn += 1) {
    valueOf(await first.reserve('spent', 1, 'person')).take();
    first.answered('spent', headers(`"default";r=${30 - turn};t=200`));
  }
  clock.advance(100_000);
  const second = createRateLimiter({ ...clock, storage });
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

test('after a reboot of the computer, trusts its clock, except that at least the time since the boot has passed', async () => {
  const clock = new Clock();
  const storage = new TextStorage();
  createRateLimiter({ ...clock, storage }).block('u', clock.now() + 300_000);
  const blockAfterStart = (elapsed: number, wall: number) =>
    createRateLimiter({
      ...clock,
      now: () => wall,
      elapsed: () => elapsed,
      storage,
    }).blockedUntil();
  const wall = clock.now();
  expect(blockAfterStart(30_000, wall + 120_000)).toBe(wall + 300_000);
  expect(blockAfterStart(30_000, wall + 86_400_000)).toBeNull();
  // The clock was set back meanwhile. At least the 30 seconds since the boot have passed.
  expect(blockAfterStart(30_000, wall - 86_400_000)).toBe(wall - 86_400_000 + 270_000);
});

test('writes nothing at launch; the next write drops users without a sign-in', async () => {
  const clock = new Clock();
  const storage = new TextStorage();
  const first = createRateLimiter({ ...clock, storage });
  for (const id of ['old', 'killed', 'u']) {
    valueOf(await first.reserve(id, 1, 'person')).take();
    first.answered(id, null);
  }
  clock.advance(86_400_001);
  storage.writes = 0;
  const second = createRateLimiter({ ...clock, storage });
  expect([[...storage.rows.keys()], storage.writes]).toEqual([['old', 'killed', 'u'], 0]);
  valueOf(await second.reserve('u', 1, 'person')).take();
  expect([...storage.rows.keys()]).toEqual(['u']);
});

test('continues to count and work when storage fails', async () => {
  const clock = new Clock();
  const storage = new TextStorage();
  storage.failing = true;
  const limiter = createRateLimiter({ ...clock, storage });
  const granted = ask(limiter, clock, 'u', 1_300, 'person');
  const start = clock.now();
  await run(clock, () => clock.now() - start > 200_000);
  expect(granted).toHaveLength(1_200);
  expect(storage.rows.size).toBe(0);
  storage.failing = false;
  await run(clock, () => granted.length === 1_300);
  expect(storedCount(storage, clock)).toBeGreaterThan(0);
});

/** Values that resemble a stored state. Each part is valid, unusual or missing. */
const nearlyState = fc.record(
  {
    version: fc.constantFrom(1, 1, 1, 2, '1', null),
    monotonic: fc.oneof(fc.double(), fc.nat(), fc.constant(1e300)),
    wall: fc.oneof(fc.double(), fc.nat(), fc.constant(Date.UTC(2990, 0))),
    ended: fc.oneof(
      fc.array(fc.tuple(fc.nat(400_000), fc.nat(3_000))),
      fc.array(fc.tuple(fc.double(), fc.integer()), { maxLength: 300 }),
      fc.jsonValue(),
    ),
    open: fc.oneof(fc.nat(3_000), fc.double(), fc.constant(-1)),
    blockedMs: fc.oneof(fc.nat(2_000_000), fc.double()),
    reported: fc.oneof(
      fc.constant(null),
      fc.record({ remaining: fc.integer(), quota: fc.integer(), resetMs: fc.nat(2_000_000) }),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: [] },
);

test('invalid stored values neither stop requests forever nor cause a burst', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(nearlyState, fc.jsonValue()), async (state) => {
      const clock = new Clock();
      const storage = new TextStorage();
      storage.save('u', state);
      const limiter = createRateLimiter({ ...clock, storage });
      const until = limiter.blockedUntil();
      if (until !== null) expect(until - clock.now()).toBeLessThanOrEqual(900_000);
      clock.advance(until === null ? 0 : until - clock.now());
      const start = clock.now();
      const granted = ask(limiter, clock, 'u', 3, 'background');
      await run(clock, () => granted.length === 3);
      expect(clock.now() - start).toBeLessThanOrEqual(901_000);
    }),
    { numRuns: 300 },
  );
});

test('treats an invalid state as if saves had used up their share of the limit', async () => {
  const clock = new Clock();
  const storage = new TextStorage();
  storage.save('u', { version: 2, blocked: true });
  const limiter = createRateLimiter({ ...clock, storage });
  const person = ask(limiter, clock, 'u', 400, 'person');
  const start = clock.now();
  await run(clock, () => clock.now() - start > 200_000);
  expect(person).toHaveLength(120);
});

test('real database: the state is stored when the call returns, and read by the next run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-limits-'));
  const clock = new Clock();
  const open = () => valueOf(openDatabase(folder, { now: clock.now })).database;
  const database = open();
  const limiter = createRateLimiter({ ...clock, storage: createLimitStorage(database) });
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });
  valueOf(await limiter.reserve('u', 1, 'person')).take();
  limiter.block('u', clock.now() + 60_000);
  limiter.block('old', clock.now() + 60_000);
  // A second connection reads what the app would read when launched after a kill.
  const other = open();
  onTestFinished(() => other.close());
  const next = createRateLimiter({ ...clock, storage: createLimitStorage(other) });
  expect(next.blockedUntil()).toBe(clock.now() + 60_000);
  clock.advance(86_400_001);
  const later = createRateLimiter({ ...clock, storage: createLimitStorage(other) });
  valueOf(await later.reserve('v', 1, 'person')).take();
  const rows = valueOf(database.read((tables) => tables.rateLimits.all()));
  expect(rows.map(({ userId }) => userId)).toEqual(['v']);
  database.close();
  // The database is closed while the app stops. Counting continues, and nothing throws.
  limiter.stop();
});
