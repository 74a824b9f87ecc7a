/** Room `checks`: asking for a check, and how often the window hears of one. */
import { expect, it, vi } from 'vitest';
import { createChecks } from '../../../src/main/checks/checks';
import { success } from '../../../src/shared/failure';
import type { CheckStatus } from '../../../src/shared/settings';

it('answers how the check stands, runs one, and tells each standing once', async () => {
  let status: CheckStatus = {
    running: false,
    done: 0,
    total: 0,
    endedAt: null,
    changed: 0,
    failure: null,
    nextAt: null,
  };
  const runNow = vi.fn();
  const emit = vi.fn();
  let tell: (() => void)[] = [];
  const later = (work: () => void): void => void tell.push(work);
  const room = createChecks({ check: { status: () => status, runNow }, emit, later });
  expect(await room.handlers.get(null)).toEqual(success(status));
  expect(await room.handlers.run(null)).toEqual(success(null));
  expect(runNow).toHaveBeenCalledTimes(1);

  for (let done = 1; done <= 50; done += 1) {
    status = { ...status, running: true, done, total: 50 };
    room.changed();
  }
  expect(tell).toHaveLength(1);
  tell.forEach((work) => work());
  expect(emit.mock.calls).toEqual([['checksChanged', status]]);

  tell = [];
  room.changed();
  tell.forEach((work) => work());
  expect(emit).toHaveBeenCalledTimes(1);
});
