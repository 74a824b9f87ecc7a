/** Tells the person while the database cannot be used, wherever in main that was noticed. */
import type { Outcome } from '../../shared/failure';
import type { Writer } from '../database/change-feed';
import type { Store, Tables } from '../database/tables';
import type { Banners } from './banners';

/** A store that shows the banner `store-failing` from a failed write on until one works again. */
export function watchStore(store: Store, banners: Banners): Store {
  let failing = false;
  return {
    ...store,
    read: (work) => store.read(work),
    write<T>(work: (tables: Tables) => T, by?: Writer): Outcome<T> {
      const outcome = store.write(work, by);
      if (!outcome.ok && outcome.failure.code.startsWith('store.')) {
        failing = true;
        banners.show({ kind: 'store-failing', failure: outcome.failure });
      } else if (failing) {
        failing = false;
        banners.hide('store-failing');
      }
      return outcome;
    },
    close: () => store.close(),
  };
}
