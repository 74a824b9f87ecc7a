/** Recovers drafts and pending changes of a database that was set aside, through the change machine. */
import { isEmpty, touchedFields, type Patch } from '../../shared/patch';
import type { Adopt, AdoptEdits } from '../database';
import { applyEvent, loadState, noteVersion, pendingOf } from './repository';

/**
 * A draft that was typed on top of a change. A field of the change that is not queued again will not
 * reach Cloudflare, so a draft of that field gets the base of the change.
 */
function withoutChange(draft: Patch, change: Patch, isQueued: boolean): Patch {
  const patch = { ...draft };
  for (const field of touchedFields(patch)) {
    const [edit, under] = [patch[field], change[field]];
    if (!edit || !under || edit.base !== under.text) continue;
    if (!isQueued || under.job !== undefined) patch[field] = { ...edit, base: under.base };
  }
  return patch;
}

/**
 * Applies the recovered edits of one organization. Call inside `Store.write`.
 * @returns whether there is now a draft or a pending change where there was none
 */
export const adoptEdits: AdoptEdits = (tables, organizationId, edits) => {
  const { draft, change, abandoned = {} } = edits;
  const before = loadState(tables, organizationId);
  const theirs = {
    saved: before.saved,
    draft: withoutChange(draft?.patch ?? {}, change?.patch ?? {}, before.pending === null),
    pending: change && pendingOf(change),
    abandoned,
    version: change?.version ?? 0,
  };
  noteVersion(tables, theirs.version);
  const at = draft?.updatedAt ?? change?.submittedAt ?? 0;
  const adopted = applyEvent(
    tables,
    organizationId,
    { type: 'adopt', state: theirs },
    { at, failure: change?.failure ?? null },
  );
  if (!adopted) return false;
  const { state } = adopted;
  const isNewDraft = isEmpty(before.draft) && !isEmpty(state.draft);
  return isNewDraft || (before.pending === null && state.pending !== null);
};

/** What recovery does with the edits and versions of the other database. */
export const adopt: Adopt = { adoptEdits, noteVersion };
