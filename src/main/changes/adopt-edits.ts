/** Recovers the unsent edits of a database that was set aside as drafts, through the change machine. */
import { isEmpty } from '../../shared/patch';
import type { AdoptEdits } from '../database';
import { applyEvent, loadState } from './repository';

/** Applies the recovered edits of one organization. Call inside `Database.write`. Returns whether this created a draft. */
export const adoptEdits: AdoptEdits = (tables, id, { draft, change, version, at }) => {
  const before = loadState(tables, id);
  const pending = {
    version,
    patch: change,
    attempted: {},
    status: 'queued',
    remote: null,
  } as const;
  const recovered = {
    saved: before.saved,
    draft,
    pending: isEmpty(change) ? null : pending,
    abandoned: {},
    version,
  };
  const adopted = applyEvent(tables, id, { type: 'adopt', state: recovered }, { at });
  return adopted !== null && isEmpty(before.draft) && !isEmpty(adopted.state.draft);
};
