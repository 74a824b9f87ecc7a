/**
 * Every fault of the stand-in at every request of a send, and every way things may continue from there. The
 * lists are the stand-in's own and those of steps.ts and afterwards.ts: what is new in one of them is
 * tried with the others.
 */
import { afterEach, expect, test } from 'vitest';
import { textsOf } from '../../../src/shared/patch';
import { EMPTY_PROFILE, type Edits, type Profile } from '../../../src/shared/profile';
import { faultModes, neverEnding, putOnly, type FaultMode } from '../../standin/index';
import { closeHarnesses, SyncHarness } from '../../unit/sync/harness';
import { afterwards, EDIT } from './afterwards';
import { APPLIED, endOf, stateOf } from './expected';
import { steps, type Step } from './steps';

afterEach(closeHarnesses);

/** A change saved, and the send that met the fault is over. */
async function strike(
  mode: FaultMode,
  step: Step,
): Promise<{ world: SyncHarness; original: Profile }> {
  const world = await SyncHarness.start({ organizations: 1 });
  world.random = 0.999;
  step.prepare(world);
  const original = world.standin.profileOf(world.id) ?? EMPTY_PROFILE;
  world.standin.faults.add({ mode, match: step.match(world) });
  world.submit(EDIT);
  if (neverEnding.has(mode)) await world.timeOut(mode);
  const over = (): boolean => !world.busy() && world.row()?.state !== 'queued';
  // The clock may not run on to the next try, but the pauses between read-backs must pass.
  await world.until(over, { clock: mode === '200-result-null' && step.asked === 'write' });
  expect(world.standin.requests.filter(({ fault }) => fault === mode).length).toBeGreaterThan(0);
  return { world, original };
}

/** How the change stands after the fault, on disk and in what was told. */
function expectEnd(world: SyncHarness, mode: FaultMode, step: Step): void {
  const code = endOf(mode, step.asked);
  const row = world.row();
  const state = code === 'fine' ? 'confirmed' : stateOf(code);
  expect([row?.state ?? 'confirmed', row?.failure?.code ?? 'fine']).toEqual([state, code]);
  expect(world.troubles).toHaveLength(state === 'paused' ? 1 : 0);
  if (!row) return;
  // Of a write that was stored differently only what is not at Cloudflare still waits.
  if (state === 'differs') expect(EDIT).toMatchObject(textsOf(row.patch));
  else expect(textsOf(row.patch)).toEqual(EDIT);
  expect(row.nextAttemptAt !== null).toBe(state === 'waiting');
  if (row.nextAttemptAt !== null) {
    expect(row.nextAttemptAt).toBeGreaterThan(world.clock.now());
    expect(row.nextAttemptAt).toBeGreaterThanOrEqual(row.failure?.retryAt ?? 0);
  }
  expect(JSON.stringify(row)).not.toContain(world.credential.key);
}

/** Nothing waits, and all agree on what the person saved last. */
async function expectPeace(world: SyncHarness, expected: Edits): Promise<void> {
  await world.until(() => world.row() === null && !world.busy());
  const there = world.standin.profileOf(world.id);
  // Nothing written where there was no profile leaves none.
  expect(there ?? EMPTY_PROFILE).toMatchObject(expected);
  expect(world.saved()).toEqual(there);
  expect(world.read((tables) => tables.drafts.get(world.id))).toBeNull();
  expect(world.standin.violations).toEqual([]);
  expect(world.standin.strayRequests).toEqual([]);
}

/** Whether no fault before it in the list leaves a change that stands alike, written or not. */
function isFirstOfItsEnd(mode: FaultMode, step: Step, modes: readonly FaultMode[]): boolean {
  const endOfOne = (one: FaultMode): string => `${endOf(one, step.asked)} ${APPLIED.has(one)}`;
  return modes.find((one) => endOfOne(one) === endOfOne(mode)) === mode;
}

// Every fault is healed at every request. How things continue otherwise depends on how the change stands,
// not on the fault that led there, and is tried once for each end.
const tried = steps.flatMap((step) => {
  const modes = faultModes.filter((mode) => step.asked === 'write' || !putOnly.has(mode));
  return modes.flatMap((mode) => {
    const all = isFirstOfItsEnd(mode, step, modes) ? afterwards : afterwards.slice(0, 1);
    return all.map((then) => ({ mode, step, then }));
  });
});

for (const { mode, step, then } of tried) {
  // Where a fault does no harm nothing waits afterwards.
  if (!then.anyway && endOf(mode, step.asked) === 'fine') continue;
  test(`${mode} while ${step.name}, ${then.name}`, async () => {
    const { world, original } = await strike(mode, step);
    expectEnd(world, mode, step);
    await then.happen(world, original);
    await expectPeace(world, then.end(original));
    if (then.name !== 'then healed') return;
    const puts = world.traffic().split('PUT').length - 1;
    expect(puts).toBe(step.asked === 'write' && !APPLIED.has(mode) ? 2 : 1);
  });
}
