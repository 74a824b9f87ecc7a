/** Electron's windows, menus, dialogs and paths, as other modules may use them. */
export type { About } from './about';
export type { MenuSubject } from './context-menu-items';
export { applyAppearance } from './appearance';
export type { Environment } from './environment';
export type { FileDialogs } from './file-dialogs';
export type { AppLanguage } from './language';
