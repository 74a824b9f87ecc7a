/** What the person must be told about the app's own data, above every page, until it is settled. */
import type { Banner } from '../../shared/banner';
import type { ChangeFeed } from '../database/change-feed';

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
