/**
 * Light or dark: what the person chose, or what the system says. It is set before a window opens, and
 * the colour behind the page follows, so that nothing flashes while a page is painted.
 */
import { BrowserWindow, nativeTheme } from 'electron';
import type { Appearance } from '../../shared/settings';

/** The page's background in both, as `--page` in the window's tokens.css. */
const BACKGROUND = { light: '#f6f5f3', dark: '#181b22' } as const;

/** The colour behind the page. */
export function pageBackground(dark: boolean): string {
  return dark ? BACKGROUND.dark : BACKGROUND.light;
}

/** Applies a choice to windows, menus and dialogs, those that are open too. */
export function applyAppearance(appearance: Appearance): void {
  nativeTheme.themeSource = appearance;
}

/** Has the colour behind the page of every window follow choice and system from now on. */
export function followAppearance(): void {
  nativeTheme.on('updated', () => {
    const background = pageBackground(nativeTheme.shouldUseDarkColors);
    for (const window of BrowserWindow.getAllWindows()) window.setBackgroundColor(background);
  });
}
