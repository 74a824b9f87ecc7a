/** The window itself: its size and its zoom, as a person sets them. */
import type { ElectronApplication } from '@playwright/test';

/** The width and height of what is inside the window, in px. */
export type Size = readonly [width: number, height: number];

/** Makes the window this large; answers how large it was. */
export function resize(app: ElectronApplication, size: Size): Promise<Size> {
  return app.evaluate(({ BrowserWindow }, [width, height]) => {
    const window = BrowserWindow.getAllWindows()[0]!;
    const before = window.getContentSize() as [number, number];
    window.setContentSize(width, height);
    return before;
  }, size);
}

/** Zooms the page, as Ctrl with + does. */
export function zoom(app: ElectronApplication, factor: number): Promise<void> {
  return app.evaluate(({ BrowserWindow }, by) => {
    BrowserWindow.getAllWindows()[0]!.webContents.setZoomFactor(by);
  }, factor);
}
