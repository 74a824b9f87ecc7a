/**
 * Faults that come again and then heal: nobody has to do anything. Every fault at every request, and what
 * may follow, is in test/faults/matrix.
 */
import { afterEach, expect, test } from 'vitest';
import { closeWorlds, SyncWorld } from './harness';

afterEach(closeWorlds);

test('what heals by itself is confirmed without anybody doing anything', async () => {
  for (const mode of ['reset', '500-empty', '429-retry-300', 'truncated-json'] as const) {
    const world = await SyncWorld.start();
    world.standin.faults.add({ mode, times: 2 });
    const began = world.clock.now();
    world.submit({ business_name: 'Kept' });
    await world.until(() => world.row() === null && !world.busy());
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Kept');
    if (mode === '429-retry-300') {
      // Obeyed twice, and not asked in between.
      expect(world.clock.now() - began).toBeGreaterThanOrEqual(600_000);
      expect(world.standin.requests).toHaveLength(5);
    }
  }
});
