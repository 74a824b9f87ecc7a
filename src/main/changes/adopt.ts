/** Recovery: takes in the edits of an entry from a database that was set aside. */
import { pick, textsOf, touchedFields, type Patch } from '../../shared/patch';
import { FIELD_NAMES, type FieldName } from '../../shared/profile';
import { moveTo, revision, type ChangeState, type RevisionText, type Transition } from './state';

/**
 * Turns the edits of a recovered state into drafts. A text that cannot stand as one goes to the history: where there is
 * a newer draft or pending change of the field now, and where it says what lies under it.
 */
export function adopt(
  state: ChangeState,
  { state: recovered }: { state: ChangeState },
): Transition {
  const submitted = recovered.pending?.patch ?? {};
  const typed = recovered.draft;
  const draft: Patch = { ...state.draft };
  for (const field of FIELD_NAMES) {
    const [below, edit] = [submitted[field], typed[field] ?? submitted[field]];
    const isTaken = state.draft[field] ?? state.pending?.patch[field];
    if (!edit || isTaken) continue;
    // What was typed over the submitted text has nothing of ours under it any more.
    const base = below && edit.base === below.text ? below.base : edit.base;
    draft[field] = { base, text: edit.text };
  }
  const moved = moveTo({
    saved: state.saved === 'unread' ? recovered.saved : state.saved,
    draft,
    pending: state.pending,
    abandoned: { ...recovered.abandoned, ...recovered.pending?.attempted, ...state.abandoned },
    version: Math.max(state.version, recovered.version),
  });
  const isKept = (field: FieldName, patch: Patch): boolean =>
    [moved.state.draft[field], state.pending?.patch[field]].some(
      (edit) => edit?.text === patch[field]?.text,
    );
  const discarded = (patch: Patch): RevisionText[] => {
    const lost = touchedFields(patch).filter((field) => !isKept(field, patch));
    return revision('discarded', pick(textsOf(patch), lost));
  };
  return { ...moved, revisions: [...discarded(submitted), ...discarded(typed)] };
}
