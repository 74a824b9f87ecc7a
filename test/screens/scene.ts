/** What a scene of the catalogue is: a walk through the app that stops at every screen and state. */
import type { Locator } from '@playwright/test';
import type { Keyring, KeyringState } from '../../build/keyring.mjs';
import type { RunningApp } from '../e2e/support/start';
import type { UpdateServer } from '../e2e/support/update-server';
import { HUGE_SIZE, LARGE_SIZE, MINIMUM_SIZE, USUAL_SIZE, type Size } from '../e2e/support/window';
import type { Standin, StandinOptions } from '../standin';

/** Content size of the window in px, and zoom factor of the page. */
export interface Look {
  size: Size;
  zoom: number;
}

/** Windows for pictures: minimum, the same at 200 %, usual, a large and a very large screen. */
export const SIZES = {
  small: { size: MINIMUM_SIZE, zoom: 1 },
  zoomed: { size: MINIMUM_SIZE, zoom: 2 },
  usual: { size: USUAL_SIZE, zoom: 1 },
  large: { size: LARGE_SIZE, zoom: 1 },
  huge: { size: HUGE_SIZE, zoom: 1 },
} as const satisfies Record<string, Look>;

/** How a screen is shown. */
export interface ScreenOptions {
  /** Sizes of its pictures; small and usual by default. */
  sizes?: readonly (keyof typeof SIZES)[];
  /** Name of the guide's picture in docs/images/, if the guide shows this screen. */
  guide?: string;
  /** Where the guide's picture begins: what scrolls is scrolled there. */
  start?: Locator;
  /** What the guide's picture shows; the whole window by default. */
  part?: Locator;
  /** Whether settings cannot be stored here, so that the language cannot be switched. */
  isReadOnly?: boolean;
}

/** What a walk works with. */
export interface Stage {
  /** Launches the app. Call it again for a relaunch. */
  launch(): Promise<RunningApp>;
  /** Stops at a screen of the app launched last. The name is unique, and that of its pictures. */
  show(name: string, options?: ScreenOptions): Promise<void>;
  standin: Standin;
  keyring: Keyring;
  userData: string;
  /** The update server; only in scenes that set `updates`. */
  updates?: UpdateServer;
}

/** A walk through the app, in one language. It finds everything by the app's messages. */
export interface Scene {
  name: string;
  /** Sample data; five organizations by default. */
  standin?: StandinOptions;
  /** Unlocked by default. */
  keyring?: KeyringState;
  /** Whether updates are installed or only reported; without it, none are looked for. */
  updates?: 'installed' | 'reported';
  walk(stage: Stage): Promise<void>;
}
