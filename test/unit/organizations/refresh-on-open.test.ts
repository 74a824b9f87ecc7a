/** Refreshing a page when it is opened: only if the person stays on it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { realTimers } from '../../../src/main/lib/timers';
import { createRefreshOnOpen, REFRESH_DELAY_MS } from '../../../src/main/organizations/handlers';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('refreshes the page that stays open, once, and no page that was left immediately', () => {
  const refresh = vi.fn(async () => {});
  const refreshOnOpen = createRefreshOnOpen(realTimers, refresh);
  refreshOnOpen('one');
  vi.advanceTimersByTime(REFRESH_DELAY_MS - 1);
  refreshOnOpen('two');
  vi.advanceTimersByTime(REFRESH_DELAY_MS - 1);
  expect(refresh).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(refresh.mock.calls).toEqual([['two']]);
  vi.advanceTimersByTime(10 * REFRESH_DELAY_MS);
  expect(refresh).toHaveBeenCalledTimes(1);
});
