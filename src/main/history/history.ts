/** The calls of room `history`: the remembered states of a profile, and going back to one. */
import type { Handlers } from '../../shared/bridge';
import { failed, success } from '../../shared/failure';
import type { PageOf } from '../profiles/page';
import { restoreIn } from '../profiles/restore';
import type { Store } from '../store/tables';
import { pageOfHistory } from './pages';

/** What the calls need. */
export interface HistoryOptions {
  store: Store;
  now: () => number;
  pageOf: PageOf;
  /** Told when an organization's draft changed. */
  onChanged: (organizationId: string) => void;
}

/** Builds the calls of room `history`. */
export function createHistory({
  store,
  now,
  pageOf,
  onChanged,
}: HistoryOptions): Handlers<'history'> {
  return {
    list({ organizationId, before }) {
      const page = store.read((tables) =>
        tables.organizations.get(organizationId)
          ? pageOfHistory(tables, organizationId, before)
          : null,
      );
      if (!page.ok) return page;
      return page.value ? success(page.value) : failed('organization.not-saved-here');
    },
    restore(request) {
      const done = store.write((tables) => restoreIn(tables, request, now()));
      if (!done.ok) return done;
      if (done.value === 'restored') onChanged(request.organizationId);
      else if (done.value !== 'as-it-is') return failed(done.value);
      return pageOf(request.organizationId);
    },
  };
}
