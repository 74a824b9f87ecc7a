/** Recovery: takes in the edits of an entry from a database that was set aside. */
import { pick, textsOf, touchedFields, type Patch } from '../../shared/patch';
import { FIELD_NAMES, type FieldName } from '../../shared/profile';
import {
  moveTo,
  revision,
  type ChangeState,
  type EventOf,
  type RevisionText,
  type Transition,
} from './state';

/**
 * Turns recovered edits into drafts: what was typed, and the change that waited to be sent. A text that cannot be a
 * draft goes to the history: one whose field has a newer draft or pending change now, and one that was submitted before
 * something else was typed over it.
 */
export function adopt(
  state: ChangeState,
  { draft: typed, change, version }: EventOf<'adopt'>,
): Transition {
  const draft: Patch = { ...state.draft };
  for (const field of FIELD_NAMES) {
    const [below, edit] = [change[field], typed[field] ?? change[field]];
    const isTaken = state.draft[field] ?? state.pending?.patch[field];
    if (!edit || isTaken) continue;
    // What was typed over the submitted text has nothing of ours under it any more.
    const base = below && edit.base === below.text ? below.base : edit.base;
    draft[field] = { base, text: edit.text };
  }
  const moved = moveTo({ ...state, draft, version: Math.max(state.version, version) });
  const isKept = (field: FieldName, patch: Patch): boolean =>
    [moved.state.draft[field], state.pending?.patch[field]].some(
      (edit) => edit?.text === patch[field]?.text,
    );
  const discarded = (patch: Patch): RevisionText[] => {
    const lost = touchedFields(patch).filter((field) => !isKept(field, patch));
    return revision('discarded', pick(textsOf(patch), lost));
  };
  return { ...moved, revisions: [...discarded(change), ...discarded(typed)] };
}
