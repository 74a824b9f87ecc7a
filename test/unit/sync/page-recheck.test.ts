/** Reading the open page again when the network is back. */
import { expect, test } from 'vitest';
import { createPageRecheck, RECHECK_INTERVAL_MS } from '../../../src/main/sync/page-recheck';
import type { Failure } from '../../../src/shared/failure';

function harness() {
  const state = {
    openId: 'a' as string | null,
    failure: { code: 'network.unreachable' } as Failure | null,
    elapsed: 5_000,
  };
  const read: string[] = [];
  const recheck = createPageRecheck({
    openId: () => state.openId,
    refreshFailure: () => state.failure,
    refresh: (id) => read.push(id),
    elapsed: () => state.elapsed,
  });
  return { state, read, recheck };
}

test('reads the open page if its last read failed because of the network', () => {
  const { read, recheck } = harness();
  recheck();
  expect(read).toEqual(['a']);
});

test('reads nothing more until the interval is over, whichever page is open', () => {
  const { state, read, recheck } = harness();
  recheck();
  state.elapsed += RECHECK_INTERVAL_MS - 1;
  state.openId = 'b';
  recheck();
  expect(read).toEqual(['a']);
  state.elapsed += 1;
  recheck();
  expect(read).toEqual(['a', 'b']);
});

test.each([
  null,
  { code: 'store.full' },
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
