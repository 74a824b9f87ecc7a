/** Takes over drafts and pending changes of a database that was set aside, through the change machine. */
import { isEmpty } from '../../shared/patch';
import type { AdoptEdits } from '../store';
import { applyEvent, loadState, noteVersion, pendingOf } from './repository';

/**
 * Gives the edits of one organization to the machine. Call inside `Store.write`.
 * @returns whether an edit is there now that was not there before
 */
export const adoptEdits: AdoptEdits = (tables, organizationId, { draft, change }) => {
  const before = loadState(tables, organizationId);
  const theirs = {
    saved: before.saved,
    draft: draft?.patch ?? {},
    pending: change && pendingOf(change),
    abandoned: {},
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
