/**
 * Light or dark, as chosen by the person or the system. Applied before the window is shown, together with the
 * color behind the page, so that nothing flashes before the first paint.
 */
import { BrowserWindow, nativeTheme } from 'electron';
import type { Appearance } from '../../shared/settings';

/** The page's background in both modes; the same as `--page` in the renderer's tokens.css. */
const BACKGROUND = { light: '#f6f5f3', dark: '#181b22' } as const;

/** The color behind the page. */
export function pageBackground(dark: boolean): string {
  return dark ? BACKGROUND.dark : BACKGROUND.light;
}

/** Applies a choice to all windows, menus and dialogs, including open ones. */
export function applyAppearance(appearance: Appearance): void {
  nativeTheme.themeSource = appearance;
}

/** Keeps the color behind every page up to date when the choice or the system changes. */
export function followAppearance(): void {
  nativeTheme.on('updated', () => {
    const background = pageBackground(nativeTheme.shouldUseDarkColors);
    for (const window of BrowserWindow.getAllWindows()) window.setBackgroundColor(background);
  });
}
