/**
 * Combines every fault of the stand-in (a fake Cloudflare API server) with every request of a send (steps.ts) and
 * with what may happen next (afterwards.ts). A new entry in one of these lists is combined with all the others.
 */
import { afterEach, expect, test } from 'vitest';
import { textsOf } from '../../../src/shared/patch';
import { EMPTY_PROFILE, type Edits, type Profile } from '../../../src/shared/profile';
import { SIGN_IN_KINDS, type SignInKind } from '../../../src/shared/sign-in';
import { faultModes, neverEnding, putOnly, type FaultMode } from '../../standin/index';
import { closeHarnesses, type SyncHarness } from '../../unit/sync/harness';
import { afterwards, EDIT } from './afterwards';
import { APPLIED, endOf, stateOf } from './expected';
import { startOne, steps, type Step } from './steps';

afterEach(closeHarnesses);

/** Saves a change and waits until the send that met the fault is over. */
async function sendWithFault(
  mode: FaultMode,
  step: Step,
  kind: SignInKind,
): Promise<{ harness: SyncHarness; original: Profile }> {
  const harness = await startOne(kind);
  harness.random = 0.999;
  step.prepare(harness);
  const original = harness.standin.profileOf(harness.id) ?? EMPTY_PROFILE;
  harness.standin.faults.add({ mode, match: step.match(harness) });
  harness.submit(EDIT);
  if (neverEnding.has(mode)) await harness.timeOut(mode);
  const over = (): boolean => !harness.busy() && harness.row()?.state !== 'queued';
  // The clock stands still, so that the change is not sent again. Only read-backs need the pauses in between.
  await harness.until(over, { clock: mode === '200-result-null' && step.asked === 'write' });
  expect(harness.standin.requests.filter(({ fault }) => fault === mode).length).toBeGreaterThan(0);
  return { harness, original };
}

/** Checks the change in the database after the fault, and the reported sign-in issues. */
function expectEnd(harness: SyncHarness, mode: FaultMode, step: Step): void {
  const code = endOf(mode, step.asked, harness.kind);
  const row = harness.row();
  const state = code === 'fine' ? 'confirmed' : stateOf(code);
  expect([row?.state ?? 'confirmed', row?.failure?.code ?? 'fine']).toEqual([state, code]);
  expect(harness.signInIssues).toHaveLength(state === 'paused' ? 1 : 0);
  if (!row) return;
  // If Cloudflare stored different texts, only the fields that differ are still pending.
  if (state === 'differs') expect(EDIT).toMatchObject(textsOf(row.patch));
  else expect(textsOf(row.patch)).toEqual(EDIT);
  expect(row.nextTryAt !== null).toBe(state === 'waiting');
  if (row.nextTryAt !== null) {
    expect(row.nextTryAt).toBeGreaterThan(harness.clock.now());
    expect(row.nextTryAt).toBeGreaterThanOrEqual(row.failure?.retryAt ?? 0);
  }
  for (const secret of [harness.signIn.key, harness.token.value]) {
    expect(JSON.stringify(row)).not.toContain(secret);
  }
}

/** Waits until nothing is pending, and checks that Cloudflare and the app have the expected texts. */
async function expectSettled(harness: SyncHarness, expected: Edits): Promise<void> {
  await harness.until(() => harness.row() === null && !harness.busy());
  const there = harness.standin.profileOf(harness.id);
  // There may still be no profile: empty texts need no write.
  expect(there ?? EMPTY_PROFILE).toMatchObject(expected);
  expect(harness.saved()).toEqual(there);
  expect(harness.read((tables) => tables.drafts.get(harness.id))).toBeNull();
  expect(harness.standin.violations).toEqual([]);
  expect(harness.standin.strayRequests).toEqual([]);
}

/** What a fault at a step does to the change: its end, and whether the write took effect. */
const outcomeOf = (mode: FaultMode, { asked }: Step, kind: SignInKind): string =>
  `${endOf(mode, asked, kind)} ${APPLIED.has(mode)}`;

/** The same as far as it decides what happens next: why the change waits, or else only its state. */
function stateAfter(mode: FaultMode, step: Step, kind: SignInKind): string {
  const code = endOf(mode, step.asked, kind);
  const state = code === 'fine' ? 'confirmed' : stateOf(code);
  const reason = code.startsWith('network.') ? 'network' : code;
  return `${state === 'waiting' ? reason : state} ${APPLIED.has(mode)}`;
}

/** Whether this is the first fault in the list that leaves the change in its state, written or not. */
function isFirstOfItsState(
  mode: FaultMode,
  step: Step,
  kind: SignInKind,
  modes: readonly FaultMode[],
): boolean {
  const state = stateAfter(mode, step, kind);
  return modes.find((one) => stateAfter(one, step, kind) === state) === mode;
}

/**
 * Faults that are tested with a key and with a token even where they end alike: the limit counts both together, and
 * the answer to a write differs (204 without a body for an account).
 */
const BOTH_KINDS: ReadonlySet<FaultMode> = new Set<FaultMode>([
  '429-retry-300',
  '429-no-retry',
  ...putOnly,
  'success-messages',
]);

let alternate = 0;

/** The kinds of sign-ins that a case is tested with: both where they end differently, otherwise one in turn. */
function kindsFor(mode: FaultMode, step: Step): readonly SignInKind[] {
  const [key, token] = SIGN_IN_KINDS.map((kind) => outcomeOf(mode, step, kind));
  if (BOTH_KINDS.has(mode) || key !== token) return SIGN_IN_KINDS;
  alternate += 1;
  return [SIGN_IN_KINDS[alternate % 2]!];
}

// Recovery is tested for every fault at every request. The other continuations depend only on the state of the
// change, not on the fault that led there, so each is tested with one fault per state.
const cases = steps.flatMap((step) => {
  const modes = faultModes.filter((mode) => step.asked === 'write' || !putOnly.has(mode));
  return modes.flatMap((mode) =>
    afterwards.flatMap((then, index) =>
      kindsFor(mode, step)
        .filter((kind) => index === 0 || isFirstOfItsState(mode, step, kind, modes))
        .map((kind) => ({ mode, step, then, kind })),
    ),
  );
});

for (const { mode, step, then, kind } of cases) {
  // After a fault that does no harm there is nothing to recover.
  if (!then.anyway && endOf(mode, step.asked, kind) === 'fine') continue;
  test(`${mode} while ${step.name}, with a ${kind}, ${then.name}`, async () => {
    const { harness, original } = await sendWithFault(mode, step, kind);
    expectEnd(harness, mode, step);
    const end = await then.happen(harness, original);
    await expectSettled(harness, end ?? then.end(original));
    if (then.name !== 'then recovered') return;
    const puts = harness.traffic().split('PUT').length - 1;
    expect(puts).toBe(step.asked === 'write' && !APPLIED.has(mode) ? 2 : 1);
  });
}
