/** Recovery: merges in the edits of an entry from a database that was set aside. */
import {
  isEmpty,
  applyPatches,
  omit,
  pick,
  textsOf,
  touchedFields,
  type Patch,
} from '../../shared/patch';
import type { Edits, FieldName } from '../../shared/profile';
import {
  moveTo,
  revision,
  textsUnderDraft,
  type ChangeState,
  type PendingState,
  type Transition,
} from './state';

/**
 * Merges the edits of a recovered state into the current one. Where both have a text, the current one wins, and
 * the recovered one goes to the history. Jobs are not recovered, so their fields become a draft for the person
 * to review.
 */
export function adopt(
  state: ChangeState,
  { state: recovered }: { state: ChangeState },
): Transition {
  const saved = state.saved === 'unread' ? recovered.saved : state.saved;
  const recoveredPending = recovered.pending;
  const recoveredPatch = recoveredPending?.patch ?? {};
  const jobFields = touchedFields(recoveredPatch).filter(
    (field) => recoveredPatch[field]?.job !== undefined,
  );
  const sendable = omit(recoveredPatch, jobFields);
  const canRequeue = state.pending === null && !isEmpty(sendable);
  const isFree = (field: FieldName): boolean =>
    state.draft[field] === undefined && state.pending?.patch[field] === undefined;
  const toDraft: Patch = {
    ...(canRequeue ? pick(recoveredPatch, jobFields) : recoveredPatch),
    ...recovered.draft,
  };
  const draft: Patch = { ...state.draft };
  for (const field of touchedFields(toDraft).filter(isFree)) {
    const { base, text } = toDraft[field] ?? { base: null, text: '' };
    draft[field] = { base, text };
  }
  const unconfirmed: Edits = {
    ...recovered.abandoned,
    ...recoveredPending?.attempted,
    ...state.abandoned,
  };
  const version = canRequeue ? Math.max(state.version, recovered.version) + 1 : state.version;
  const pending: PendingState | null =
    canRequeue && recoveredPending
      ? {
          version,
          patch: sendable,
          attempted: pick(
            { ...unconfirmed, ...recoveredPending.attempted },
            touchedFields(sendable),
          ),
          status: recoveredPending.status,
          remote: recoveredPending.remote,
        }
      : state.pending;
  const next: ChangeState = {
    saved,
    draft,
    pending,
    abandoned: omit(unconfirmed, canRequeue ? touchedFields(sendable) : []),
    version,
  };
  const current = applyPatches(textsUnderDraft(next), draft);
  /** The texts of a patch that neither the draft nor the pending change has. */
  const dropped = (patch: Patch): Edits =>
    pick(
      textsOf(patch),
      touchedFields(patch).filter((field) => {
        const kept = [current[field], next.pending?.patch[field]?.text];
        return !kept.includes(patch[field]?.text);
      }),
    );
  const revisions = [
    ...revision('replaced', dropped(recoveredPatch)),
    ...revision('replaced', dropped(recovered.draft)),
  ];
  return moveTo(next, { revisions });
}
