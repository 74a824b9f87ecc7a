/** Recovery: takes over the edits of an entry from a database that was set aside. */
import {
  isEmpty,
  layOver,
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
  underDraft,
  type ChangeState,
  type PendingState,
  type Transition,
} from './state';

/**
 * Takes over the edits of another state. The present text wins, the other one goes to the history. Jobs
 * are not taken over, so their fields become a draft, which waits for the person.
 */
export function adopt(state: ChangeState, { state: other }: { state: ChangeState }): Transition {
  const saved = state.saved === 'unread' ? other.saved : state.saved;
  const theirs = other.pending;
  const ofJobs = theirs
    ? touchedFields(theirs.patch).filter((field) => theirs.patch[field]?.job !== undefined)
    : [];
  const sendable = omit(theirs?.patch ?? {}, ofJobs);
  const fits = state.pending === null && !isEmpty(sendable);
  const isFree = (field: FieldName): boolean =>
    state.draft[field] === undefined && state.pending?.patch[field] === undefined;
  const waiting: Patch = {
    ...(fits ? pick(theirs?.patch ?? {}, ofJobs) : theirs?.patch),
    ...other.draft,
  };
  const draft: Patch = { ...state.draft };
  for (const field of touchedFields(waiting).filter(isFree)) {
    const { base, text } = waiting[field] ?? { base: null, text: '' };
    draft[field] = { base, text };
  }
  const unclear: Edits = { ...other.abandoned, ...theirs?.attempted, ...state.abandoned };
  const version = fits ? Math.max(state.version, other.version) + 1 : state.version;
  const pending: PendingState | null =
    fits && theirs
      ? {
          version,
          patch: sendable,
          attempted: pick({ ...unclear, ...theirs.attempted }, touchedFields(sendable)),
          status: theirs.status,
          remote: theirs.remote,
        }
      : state.pending;
  const next: ChangeState = {
    saved,
    draft,
    pending,
    abandoned: omit(unclear, fits ? touchedFields(sendable) : []),
    version,
  };
  const present = layOver(underDraft(next), draft);
  const lost = (patch: Patch): Edits =>
    pick(
      textsOf(patch),
      touchedFields(patch).filter((field) => {
        const kept = [present[field], next.pending?.patch[field]?.text];
        return !kept.includes(patch[field]?.text);
      }),
    );
  const revisions = [
    ...revision('replaced', lost(theirs?.patch ?? {})),
    ...revision('replaced', lost(other.draft)),
  ];
  return moveTo(next, { revisions });
}
