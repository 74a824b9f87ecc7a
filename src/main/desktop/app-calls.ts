/** The calls of room `app`: about, banners, links, and the window's own milestones. */
import type { Banner } from '../../shared/banner';
import type { Handlers } from '../../shared/bridge';
import { success } from '../../shared/failure';
import { locale } from '../../shared/messages/locale';
import { openLink } from './links';

/** What the room needs. */
export interface AppCallsOptions {
  about: { version: string; electron: string; chromium: string; logs: string; packaged: boolean };
  banners: { all(): Banner[]; hide(kind: string): void };
  /** The person put a banner of this kind away. */
  onDismissed: (kind: string) => void;
  openExternal: (address: string) => Promise<void>;
  /** The window may close; the newest texts of these organizations could not be kept. */
  onFlushed: (unkept: readonly string[]) => void;
  /** The list is on screen: slow work may begin. Called once. */
  onPainted: () => void;
}

/** Builds the room. */
export function createAppCalls(options: AppCallsOptions): Handlers<'app'> {
  const { about, banners, onDismissed, openExternal, onFlushed, onPainted } = options;
  let painted = false;
  return {
    about: () => success(about),
    locale: () => success(locale()),
    banners: () => success(banners.all()),
    dismissBanner({ kind }) {
      banners.hide(kind);
      onDismissed(kind);
      return success(null);
    },
    openLink: ({ url }) => openLink(url, openExternal),
    flushed({ unkept }) {
      onFlushed(unkept);
      return success(null);
    },
    painted() {
      if (!painted) {
        painted = true;
        onPainted();
      }
      return success(null);
    },
  };
}
