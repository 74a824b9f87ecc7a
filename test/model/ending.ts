/** Invariant 7: left alone, every change ends. Checked on each event with a copy. */
import {
  fieldsKeptInsteadOfEmptied,
  isOnlyKeptInsteadOfEmptied,
  type ChangeEvent,
  type ChangeState,
  type Transition,
} from '../../src/main/changes/machine';
import { isEmpty, touchedFields } from '../../src/shared/patch';
import { EMPTY_PROFILE, type FieldName } from '../../src/shared/profile';
import type { EnvironmentCodes } from './environment';
import { sendable, type Step } from './invariants';

/** What Cloudflare kept instead of emptying it waits for the person, and is named as such. */
function keptViolation({ state: { pending }, stop }: Transition, kept: readonly FieldName[]) {
  if (!pending || stop !== 'differs') return 'what was kept instead of emptied does not wait';
  const found = fieldsKeptInsteadOfEmptied(pending);
  if (kept.some((field) => !found.includes(field))) return 'a kept field is not named';
  const differing = touchedFields(pending.patch).filter(
    (field) =>
      pending.attempted[field] !== undefined &&
      pending.remote?.[field] !== pending.patch[field]?.text,
  );
  const isOnly = differing.every((field) => found.includes(field));
  return isOnly === isOnlyKeptInsteadOfEmptied(pending) ? null : 'a wrong reason is given';
}

/**
 * Why a change does not end with this copy if no one else interferes, or null.
 * @param run applies an event of the machine
 */
export function endingViolation(
  { before, event, result }: Step,
  { storedAsDocumented }: EnvironmentCodes,
  run: (state: ChangeState, event: ChangeEvent) => Transition,
): string | null {
  const { state, put, sent } = result;
  if (!isEmpty(state.abandoned) && result.stop !== 'gone') return 'an abandoned write stays';
  if (event.type !== 'read') return null;
  const held = event.held ?? [];
  if (!put || !sent) {
    return sendable(state, held).length > 0 ? 'the change stays without a reason' : null;
  }
  if (!before.pending) return 'nothing was pending';
  const copy = storedAsDocumented(event.copy === 'none' ? EMPTY_PROFILE : event.copy, put);
  const ended = run(state, { type: 'readBack', sent, copy });
  const kept = touchedFields(sent.patch).filter((field) => copy[field] !== put[field]);
  if (kept.length > 0) return keptViolation(ended, kept);
  if (ended.stop !== 'confirmed') return 'what was stored as sent is not confirmed';
  const { pending } = ended.state;
  const waits = pending !== null && pending.status !== 'queued';
  const isOver = !waits && sendable(ended.state, held).length === 0;
  return isOver ? null : 'the change is not over after its write';
}
