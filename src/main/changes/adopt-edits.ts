/** Takes over drafts and pending changes of a database that was set aside, through the change machine. */
import { isEmpty, touchedFields, type Patch } from '../../shared/patch';
import type { Adopt, AdoptEdits } from '../store';
import { applyEvent, loadState, noteVersion, pendingOf } from './repository';

/**
 * A draft that was typed on top of a change. A field of the change that is not queued will not be at
 * Cloudflare, so a draft of that field starts from where the change started.
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
 * Gives the edits of one organization to the machine. Call inside `Store.write`.
 * @returns whether an edit is there now that was not there before
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

/** What a take-over does with the edits and versions of the other database. */
export const adopt: Adopt = { adoptEdits, noteVersion };
