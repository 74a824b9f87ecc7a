/** Handlers of the namespace `updates`, and the banner that appears when a version is ready or available. */
import type { Handlers } from '../../shared/contract/bridge';
import { success } from '../../shared/result';
import type { Banners } from '../recovery';
import type { ChangeFeed } from '../database';
import type { Updates } from './update-service';

/** Dependencies of the handlers. */
export interface UpdateHandlersOptions {
  updates: Pick<Updates, 'status' | 'check' | 'restart' | 'dismissed' | 'dismiss'>;
  changes: ChangeFeed;
  banners: Pick<Banners, 'show' | 'hide'>;
}

/** Builds the handlers, and shows the banner whenever the status calls for it. */
export function createUpdateHandlers({ updates, changes, banners }: UpdateHandlersOptions) {
  /** The version that the banner names, or null while it is hidden. */
  let shownVersion: string | null = null;

  function updateBanner(): void {
    const { step, version, reason } = updates.status();
    const isFound = step === 'ready' || step === 'available';
    const versionToShow = isFound && version !== updates.dismissed() ? version : null;
    if (versionToShow === shownVersion) return;
    shownVersion = versionToShow;
    if (versionToShow === null) banners.hide('update');
    else banners.show({ kind: 'update', version: versionToShow, reason });
  }

  changes.subscribe(({ topics }) => {
    if (topics.has('updates')) updateBanner();
  });

  const handlers: Handlers<'updates'> = {
    get: () => success(updates.status()),
    check: () => updates.check(),
    restart: () => updates.restart(),
  };

  return {
    handlers,
    /** Call when the person dismissed a banner of this kind: it does not appear again for the same version. */
    bannerDismissed(kind: string): void {
      if (kind !== 'update') return;
      shownVersion = null;
      updates.dismiss();
    },
  };
}
