/** Reading the open page again when the network is back. */
import { expect, test } from 'vitest';
import { createSendStatus } from '../../../src/main/changes/send-status';
import type { Cloudflare } from '../../../src/main/cloudflare';
import { RECHECK_INTERVAL_MS } from '../../../src/main/read-queue/queue';
import type { Failure } from '../../../src/shared/failure';
import { failed } from '../../../src/shared/result';
import { Clock } from '../cloudflare/clock';
import { freshDatabase } from '../database/temporary-database';
import { createTestReadQueue } from './create';

function harness() {
  const database = freshDatabase();
  const clock = new Clock();
  const state = {
    openId: 'a' as string | null,
    failure: { code: 'network.unreachable' } as Failure | null,
  };
  const read: string[] = [];
  const readQueue = createTestReadQueue({
    database,
    now: clock.now,
    elapsed: clock.elapsed,
    timers: clock.timers,
    random: () => 0.5,
    sendStatus: createSendStatus(database.changes),
    openPage: () => (state.openId === null ? null : { id: state.openId, failure: state.failure }),
    cloudflare: {} as Cloudflare,
    authorizationOf: async () => failed('keychain.locked'),
    onSignInIssue: () => undefined,
    limiter: { isReserved: () => false, timeFor: () => 0, waitsUntil: () => null },
    readProfile: async (id) => {
      read.push(id);
      return failed('network.unreachable');
    },
  });
  return { state, clock, read, recheck: readQueue.recheckPage };
}

test('reads the open page if its last read failed because of the network', () => {
  const { read, recheck } = harness();
  recheck();
  expect(read).toEqual(['a']);
});

test('reads nothing more until the interval is over, whichever page is open', () => {
  const { state, clock, read, recheck } = harness();
  recheck();
  clock.advance(RECHECK_INTERVAL_MS - 1);
  state.openId = 'b';
  recheck();
  expect(read).toEqual(['a']);
  clock.advance(1);
  recheck();
  expect(read).toEqual(['a', 'b']);
});

test.each([
  null,
  { code: 'database.full' },
  { code: 'cloudflare.rate-limited' },
] as (Failure | null)[])('reads nothing after %o, and the interval does not start', (failure) => {
  const { state, read, recheck } = harness();
  state.failure = failure;
  recheck();
  expect(read).toEqual([]);
  state.failure = { code: 'network.timed-out' };
  recheck();
  expect(read).toEqual(['a']);
});

test('reads nothing while no page is open', () => {
  const { state, read, recheck } = harness();
  state.openId = null;
  recheck();
  expect(read).toEqual([]);
});
