/** The calls of room `updates`, and what the window is told without asking: the event and the banner. */
import type { Handlers } from '../../shared/bridge';
import { success } from '../../shared/failure';
import type { Emit } from '../ipc';
import type { Banners } from '../recovery/banners';
import type { Updates } from './updates';

/** What the room needs. */
export interface UpdatesRoomOptions {
  updates: Pick<Updates, 'status' | 'look' | 'restart' | 'dismissed' | 'dismiss'>;
  emit: Emit;
  banners: Pick<Banners, 'show' | 'hide'>;
}

/** The room, and how others say that something about it changed. */
export interface UpdatesRoom {
  handlers: Handlers<'updates'>;
  changed(): void;
  /** The person put a banner of this kind away: the same version does not bring it up again. */
  bannerDismissed(kind: string): void;
}

/** Builds the room. */
export function createUpdatesRoom({ updates, emit, banners }: UpdatesRoomOptions): UpdatesRoom {
  /** The version the banner is about, or null while there is none. */
  let shown: string | null = null;

  function tellAbove(): void {
    const { step, version, why } = updates.status();
    const done = step === 'ready' || step === 'available';
    const wanted = done && version !== updates.dismissed() ? version : null;
    if (wanted === shown) return;
    shown = wanted;
    if (wanted === null) banners.hide('update');
    else banners.show({ kind: 'update', version: wanted, why });
  }

  return {
    handlers: {
      get: () => success(updates.status()),
      look: () => updates.look(),
      restart: () => updates.restart(),
    },
    changed() {
      emit('updatesChanged', updates.status());
      tellAbove();
    },
    bannerDismissed(kind) {
      if (kind !== 'update') return;
      shown = null;
      updates.dismiss();
    },
  };
}
