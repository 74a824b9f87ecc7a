/** What the person must be told about the app's own data, above every page, until it is settled. */
import type { Banner } from '../../shared/banner';
import type { Outcome } from '../../shared/failure';
import type { ChangeFeed, Writer } from '../database/change-feed';
import type { Store, Tables } from '../database/tables';

/** Holds the banners, one per kind, in the order they came up. */
export interface Banners {
  all(): Banner[];
  show(banner: Banner): void;
  hide(kind: string): void;
}

/** Builds the holder; it announces every change on the feed. */
export function createBanners(changes: ChangeFeed): Banners {
  const shown = new Map<string, Banner>();
  const all = (): Banner[] => [...shown.values()];
  return {
    all,
    show(banner) {
      shown.set(banner.kind, banner);
      changes.memory((marks) => marks.topic('banners'));
    },
    hide(kind) {
      if (shown.delete(kind)) changes.memory((marks) => marks.topic('banners'));
    },
  };
}

/** Keeps the banner up to date that names the sign-ins whose key is kept for this session only. */
export function followSessionOnly({
  changes,
  banners,
  labels,
}: {
  changes: ChangeFeed;
  banners: Banners;
  labels: () => string[];
}): void {
  changes.subscribe(({ signIns }) => {
    if (signIns.size === 0) return;
    const names = labels();
    if (names.length > 0) banners.show({ kind: 'session-only', labels: names });
    else banners.hide('session-only');
  });
}

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
