/**
 * The drafts that were there when the app started. The window names them once, because the person may have forgotten
 * them; drafts of this session are on screen already.
 */
import type { Handlers } from '../../shared/contract/bridge';
import { success } from '../../shared/outcome';
import type { Database } from '../database';

/**
 * Reads which drafts there are now, and returns the handler of `app.draftsAtStart`: how many of them still exist, and
 * the first of these. Fails with `database.*`.
 */
export function createDraftsAtStart(database: Database): Handlers<'app'>['draftsAtStart'] {
  const atStart = database.read(({ drafts }) => new Set(drafts.ids()));
  return () => {
    if (!atStart.ok) return atStart;
    // Usually there are none, and the window asks after every change of the list as long as it names them.
    if (atStart.value.size === 0) return success({ count: 0, first: null });
    return database.read((tables) => {
      const ids = tables.drafts.ids().filter((id) => atStart.value.has(id));
      const organization = ids[0] === undefined ? null : tables.organizations.get(ids[0]);
      const first = organization && { id: organization.id, name: organization.name };
      return { count: first ? ids.length : 0, first };
    });
  };
}
