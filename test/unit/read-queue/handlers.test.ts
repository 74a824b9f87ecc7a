/** The calls about the background check: its status, and requesting one. */
import { expect, it, vi } from 'vitest';
import { createChecks } from '../../../src/main/read-queue/handlers';
import { success } from '../../../src/shared/outcome';
import type { CheckStatus } from '../../../src/shared/settings';

it('returns the status of the check, and runs one', async () => {
  const status: CheckStatus = {
    running: true,
    done: 7,
    total: 50,
    endedAt: null,
    checked: 0,
    unchecked: 0,
    changed: 0,
    failure: null,
    nextAt: null,
  };
  const runNow = vi.fn();
  const calls = createChecks({ status: () => status, runNow });
  expect(await calls.get(null)).toEqual(success(status));
  expect(await calls.run(null)).toEqual(success(null));
  expect(runNow).toHaveBeenCalledTimes(1);
});
