/** Recovers drafts and pending changes from a database that was set aside, through the change machine. */
import { isEmpty, touchedFields, type Patch } from '../../shared/patch';
import type { EditAdopter, AdoptEdits } from '../database';
import { applyEvent, loadState, raiseLastVersion, pendingOf } from './repository';

/**
 * Rebases a draft that was typed on top of a pending change. If a field of the change is not queued again, its
 * text never reaches Cloudflare, so a draft of that field gets the base of the change.
 */
function rebaseDraft(draft: Patch, change: Patch, isRequeued: boolean): Patch {
  const patch = { ...draft };
  for (const field of touchedFields(patch)) {
    const [edit, pendingEdit] = [patch[field], change[field]];
    if (!edit || !pendingEdit || edit.base !== pendingEdit.text) continue;
    if (!isRequeued || pendingEdit.job !== undefined) {
      patch[field] = { ...edit, base: pendingEdit.base };
    }
  }
  return patch;
}

/**
 * Applies the recovered edits of one organization. Call inside `Store.write`.
 * @returns whether this created a draft or a pending change
 */
export const adoptEdits: AdoptEdits = (tables, organizationId, edits) => {
  const { draft, change } = edits;
  const before = loadState(tables, organizationId);
  const recovered = {
    saved: before.saved,
    draft: rebaseDraft(draft?.patch ?? {}, change?.patch ?? {}, before.pending === null),
    pending: change && pendingOf(change),
    abandoned: {},
    version: change?.version ?? 0,
  };
  raiseLastVersion(tables, recovered.version);
  const at = draft?.updatedAt ?? change?.submittedAt ?? 0;
  const adopted = applyEvent(
    tables,
    organizationId,
    { type: 'adopt', state: recovered },
    { at, failure: change?.failure ?? null },
  );
  if (!adopted) return false;
  const { state } = adopted;
  const isNewDraft = isEmpty(before.draft) && !isEmpty(state.draft);
  return isNewDraft || (before.pending === null && state.pending !== null);
};

/** What database/damage/recover.ts calls to recover edits. */
export const adopt: EditAdopter = { adoptEdits, raiseLastVersion };
