/** What the person must be told about the app's own data, above every page, until it is settled. */
import type { Banner } from '../../shared/banner';

/** Holds the banners, one per kind, in the order they came up. */
export interface Banners {
  all(): Banner[];
  show(banner: Banner): void;
  hide(kind: string): void;
}

/** Builds the holder; `onChanged` hears every change. */
export function createBanners(onChanged: (banners: Banner[]) => void): Banners {
  const shown = new Map<string, Banner>();
  const all = (): Banner[] => [...shown.values()];
  return {
    all,
    show(banner) {
      shown.set(banner.kind, banner);
      onChanged(all());
    },
    hide(kind) {
      if (shown.delete(kind)) onChanged(all());
    },
  };
}
