/** The calls of the namespace `updates`, and the banner above the pages when a version is ready. */
import type { Handlers } from '../../shared/contract/bridge';
import { success } from '../../shared/failure';
import type { Banners } from '../recovery/banners';
import type { ChangeFeed } from '../database/change-feed';
import type { Updates } from './update-service';

/** What the room needs. */
export interface UpdateHandlersOptions {
  updates: Pick<Updates, 'status' | 'look' | 'restart' | 'dismissed' | 'dismiss'>;
  changes: ChangeFeed;
  banners: Pick<Banners, 'show' | 'hide'>;
}

/** The calls, and what becomes of the banner. */
export interface UpdateHandlers {
  handlers: Handlers<'updates'>;
  /** The person put a banner of this kind away: the same version does not bring it up again. */
  bannerDismissed(kind: string): void;
}

/** Builds the room. */
export function createUpdateHandlers({
  updates,
  changes,
  banners,
}: UpdateHandlersOptions): UpdateHandlers {
  /** The version the banner is about, or null while there is none. */
  let shown: string | null = null;

  function showBanner(): void {
    const { step, version, why } = updates.status();
    const done = step === 'ready' || step === 'available';
    const wanted = done && version !== updates.dismissed() ? version : null;
    if (wanted === shown) return;
    shown = wanted;
    if (wanted === null) banners.hide('update');
    else banners.show({ kind: 'update', version: wanted, why });
  }

  changes.subscribe(({ topics }) => {
    if (topics.has('updates')) showBanner();
  });

  return {
    handlers: {
      get: () => success(updates.status()),
      look: () => updates.look(),
      restart: () => updates.restart(),
    },
    bannerDismissed(kind) {
      if (kind !== 'update') return;
      shown = null;
      updates.dismiss();
    },
  };
}
