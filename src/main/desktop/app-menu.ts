/** The application menu while the app runs: in the current language, with only those items enabled that can do something. */
import type { EnabledItems } from '../../shared/contract/menus';
import type { Emit } from '../ipc';
import { enableItems, setMenu, type MenuOptions } from './menu';

/** Dependencies of the application menu. */
export type AppMenuOptions = Pick<MenuOptions, 'showAbout' | 'showLogs' | 'showHelp' | 'packaged'>;

/** The application menu. */
export interface AppMenu {
  /** Builds the menu in the current language; call again when the language changes. */
  translate(emit: Emit): void;
  /**
   * Enables these items of the menu, and disables the others that the page carries out.
   * @param zoomLevel that of the window; 0 is 100 %
   */
  enable(items: EnabledItems, zoomLevel: number): void;
  /** Whether the page said that it can carry out an item of the menu now. */
  isEnabled(item: EnabledItems[number]): boolean;
}

/** Creates the menu; `translate` sets it. */
export function createAppMenu(options: AppMenuOptions): AppMenu {
  const { platform } = process;
  /** The items of the menu that can do something now. None until the page has reported them. */
  let enabled: EnabledItems = [];
  let zoomLevel = 0;
  const enableShown = (): void => enableItems(enabled, { platform, zoomLevel });
  return {
    translate(emit) {
      setMenu({ ...options, send: (command) => emit('menuCommand', { command }), platform });
      enableShown();
    },
    enable(items, level) {
      enabled = items;
      zoomLevel = level;
      enableShown();
    },
    isEnabled: (item) => enabled.includes(item),
  };
}
