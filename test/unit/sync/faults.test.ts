/**
 * Faults that come again and then heal: nobody has to do anything. Every fault at every request, and what
 * may follow, is in test/faults/matrix.
 */
import { afterEach, expect, test } from 'vitest';
import { closeHarnesses, SyncHarness } from './harness';

afterEach(closeHarnesses);

test('what heals by itself is confirmed without anybody doing anything', async () => {
  for (const mode of ['reset', '500-empty', '429-retry-300', 'truncated-json'] as const) {
    const harness = await SyncHarness.start();
    harness.standin.faults.add({ mode, times: 2 });
    const began = harness.clock.now();
    harness.submit({ business_name: 'Kept' });
    await harness.until(() => harness.row() === null && !harness.busy());
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Kept');
    if (mode === '429-retry-300') {
      // Obeyed twice, and not asked in between.
      expect(harness.clock.now() - began).toBeGreaterThanOrEqual(600_000);
      expect(harness.standin.requests).toHaveLength(5);
    }
  }
});
