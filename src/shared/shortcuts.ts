/** The shortcuts of the app: the menu has them, and the buttons that do the same say them. */

/** Of each command of the menu that has one, as Electron writes it. */
export const SHORTCUTS = {
  add: 'CmdOrCtrl+N',
  save: 'CmdOrCtrl+S',
  discard: 'CmdOrCtrl+Shift+Backspace',
  import: 'CmdOrCtrl+I',
  export: 'CmdOrCtrl+E',
  settings: 'CmdOrCtrl+,',
  search: 'CmdOrCtrl+F',
  refresh: 'CmdOrCtrl+R',
} as const;

/** A command that has a shortcut. */
export type ShortcutName = keyof typeof SHORTCUTS;
