/** The application menu while the app runs: in the current language, with only those items enabled that can do something. */
import type { EnabledItems } from '../../shared/contract/menus';
import type { Emit } from '../ipc';
import { enableItems, setMenu, type MenuOptions } from './menu';

/** Dependencies of the application menu. */
export type AppMenuOptions = Pick<MenuOptions, 'showAbout' | 'showLogs' | 'showHelp' | 'packaged'>;

/** Creates the menu; `translate` sets it. */
export function createAppMenu(options: AppMenuOptions) {
  const { platform } = process;
  /** The items of the menu that can do something now. None until the page has reported them. */
  let enabled: EnabledItems = [];
  let zoomLevel = 0;
  const enableShown = (): void => enableItems(enabled, { platform, zoomLevel });
  return {
    /** Builds the menu in the current language; call again when the language changes. */
    translate(emit: Emit): void {
      setMenu({ ...options, send: (command) => emit('menuCommand', { command }), platform });
      enableShown();
    },
    /**
     * Enables these items of the menu, and disables the others that the page carries out.
     * @param level zoom level of the window; 0 is 100 %
     */
    enable(items: EnabledItems, level: number): void {
      enabled = items;
      zoomLevel = level;
      enableShown();
    },
    /** Whether the page said that it can carry out an item of the menu now. */
    isEnabled: (item: EnabledItems[number]): boolean => enabled.includes(item),
  };
}
