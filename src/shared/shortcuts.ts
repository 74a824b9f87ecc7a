/** Keyboard shortcuts of the menu, also shown on the buttons that do the same. */

/**
 * By command, as Electron accelerators. A menu item can have only one, so the window itself listens for the
 * second shortcut of the search, `quickSearch`, and of refreshing, `quickRefresh`; and for the keys that lead from
 * place to place, from `next` to `previousRegion`, which no menu has.
 */
export const SHORTCUTS = {
  add: 'CmdOrCtrl+N',
  save: 'CmdOrCtrl+S',
  discard: 'CmdOrCtrl+Shift+Backspace',
  import: 'CmdOrCtrl+I',
  export: 'CmdOrCtrl+E',
  settings: 'CmdOrCtrl+,',
  search: 'CmdOrCtrl+F',
  replace: 'CmdOrCtrl+H',
  quickSearch: 'CmdOrCtrl+K',
  refresh: 'CmdOrCtrl+R',
  quickRefresh: 'F5',
  undo: 'CmdOrCtrl+Z',
  redo: 'CmdOrCtrl+Shift+Z',
  'copy-letterhead': 'CmdOrCtrl+Shift+C',
  'view-list': 'CmdOrCtrl+1',
  'view-table': 'CmdOrCtrl+2',
  next: 'Alt+ArrowDown',
  previous: 'Alt+ArrowUp',
  back: 'Alt+ArrowLeft',
  forward: 'Alt+ArrowRight',
  nextRegion: 'F6',
  previousRegion: 'Shift+F6',
  guide: 'F1',
} as const;

/** On a Mac, where the system has another use for the key. */
const ON_MAC: Partial<Record<keyof typeof SHORTCUTS, string>> = {
  replace: 'CmdOrCtrl+Alt+F',
  next: 'CmdOrCtrl+Alt+ArrowDown',
  previous: 'CmdOrCtrl+Alt+ArrowUp',
  back: 'CmdOrCtrl+[',
  forward: 'CmdOrCtrl+]',
};

/** A command that has a shortcut. */
export type ShortcutName = keyof typeof SHORTCUTS;

/** The shortcut of a command on this kind of computer. */
export const shortcutOf = (name: ShortcutName, isMac: boolean): string =>
  (isMac ? ON_MAC[name] : undefined) ?? SHORTCUTS[name];
