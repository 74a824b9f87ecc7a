/**
 * Temporary faults, from which the app recovers without any action of a person. test/faults/matrix
 * tests every fault at every request, and what may follow.
 */
import { afterEach, expect, test } from 'vitest';
import { closeHarnesses, SyncHarness } from './harness';

afterEach(closeHarnesses);

test('confirms a change after temporary faults without any action of a person', async () => {
  for (const mode of ['reset', '500-empty', '429-retry-300', 'truncated-json'] as const) {
    const harness = await SyncHarness.start();
    harness.standin.faults.add({ mode, times: 2 });
    const startedAt = harness.clock.now();
    harness.submit({ business_name: 'Kept' });
    await harness.until(() => harness.row() === null && !harness.busy());
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Kept');
    if (mode === '429-retry-300') {
      // The app waited for both 429s without a request in between.
      expect(harness.clock.now() - startedAt).toBeGreaterThanOrEqual(600_000);
      expect(harness.standin.requests).toHaveLength(5);
    }
  }
});
