/** The shortcuts of the app: the menu has them, and the buttons that do the same say them. */

/**
 * Of each command that has one, as Electron writes it. An item of the menu can have only one: for the second
 * of the search, `quickSearch`, the window listens itself.
 */
export const SHORTCUTS = {
  add: 'CmdOrCtrl+N',
  save: 'CmdOrCtrl+S',
  discard: 'CmdOrCtrl+Shift+Backspace',
  import: 'CmdOrCtrl+I',
  export: 'CmdOrCtrl+E',
  settings: 'CmdOrCtrl+,',
  search: 'CmdOrCtrl+F',
  quickSearch: 'CmdOrCtrl+K',
  refresh: 'CmdOrCtrl+R',
} as const;

/** A command that has a shortcut. */
export type ShortcutName = keyof typeof SHORTCUTS;
