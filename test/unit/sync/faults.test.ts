/**
 * Every fault of the stand-in at every step of a send: it ends as it must, the edit is kept, and once
 * the fault is gone the change is confirmed.
 */
import { afterEach, expect, test } from 'vitest';
import { faultModes, neverEnding, putOnly, type FaultMode } from '../../standin/index';
import { closeWorlds, SyncWorld } from './world';

afterEach(closeWorlds);

const steps = [
  { step: 'reading', match: { method: 'GET', path: '/profile', nth: 1 } },
  { step: 'writing', match: { method: 'PUT', path: '/profile', nth: 1 } },
  { step: 'confirming', match: { method: 'GET', path: '/profile', nth: 2 } },
] as const;

type Ending = 'confirmed' | 'waiting' | 'paused' | 'refused';

/** How a send under this fault must end. */
function ending(mode: FaultMode, writing: boolean): Ending {
  switch (mode) {
    case 'success-messages':
      return 'confirmed';
    case '403-9103':
    case '400-6003':
    case '400-9106':
      return 'paused';
    // GET /user still works: this organization is out of reach.
    case '403-10000':
    case '403-9109':
    case 'validation-error':
    case 'stores-differently':
      return 'refused';
    // A PUT refused with errors nobody can read; a PUT that says it worked and did not.
    case 'odd-errors-object':
    case 'odd-errors-entries':
    case '200-result-null':
      return writing ? 'refused' : 'waiting';
    default:
      return 'waiting';
  }
}

const cases = steps.flatMap(({ step, match }) =>
  faultModes
    .filter((mode) => step === 'writing' || !putOnly.has(mode))
    .map((mode) => ({ step, match, mode, expected: ending(mode, step === 'writing') })),
);

test.each(cases)('$mode while $step: $expected', async ({ match, mode, expected }) => {
  const world = await SyncWorld.start();
  world.random = 0.999;
  world.standin.faults.add({ mode, match });
  const edit = { business_phone: '+49 30 1234567', business_address: 'Line 1\r\nLine 2' };
  const { version } = world.submit(edit);
  if (neverEnding.has(mode)) await world.timeOut(mode);
  const over = (): boolean =>
    !world.busy() && (world.row() === null || world.row()?.state !== 'queued');
  // The clock may not run on to the next try, but the pauses between read-backs must pass.
  const readBacks = expected === 'refused' && mode === '200-result-null';
  await world.until(over, { clock: readBacks });

  const row = world.row();
  expect(row?.state ?? 'confirmed').toBe(expected);
  if (row) {
    expect(row).toMatchObject({ version, desired: edit });
    expect(row.failure).not.toBeNull();
    expect(row.nextAttemptAt !== null).toBe(expected === 'waiting');
    // The failure is something a restart can read.
    await world.restart();
    expect(world.row()?.desired).toMatchObject(edit);
  }
  expect(world.troubles).toHaveLength(expected === 'paused' ? 1 : 0);

  world.standin.faults.clear();
  world.scheduler.retryNow();
  if (expected === 'refused') world.scheduler.retryNow(world.id);
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.profileOf(world.id)).toMatchObject(edit);
  expect(world.saved()).toEqual(world.standin.profileOf(world.id));
  expect(world.standin.violations).toEqual([]);
  expect(world.standin.strayRequests).toEqual([]);
});

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
