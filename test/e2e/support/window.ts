/** Resizes and zooms the window. */
import { expect, type ElectronApplication, type Page } from '@playwright/test';

/** Content width and height, in px. */
export type Size = readonly [width: number, height: number];

/** The minimum size of the window. */
export const MINIMUM_SIZE: Size = [860, 560];
export const USUAL_SIZE: Size = [1280, 800];
export const LARGE_SIZE: Size = [1920, 1080];
export const HUGE_SIZE: Size = [3840, 2160];

/** Sets the content size and returns the previous one. */
export function resize(app: ElectronApplication, size: Size): Promise<Size> {
  return app.evaluate(({ BrowserWindow }, [width, height]) => {
    const window = BrowserWindow.getAllWindows()[0]!;
    const before = window.getContentSize() as [number, number];
    window.setContentSize(width, height);
    return before;
  }, size);
}

/** Sets the zoom factor of the page; 1 is 100 %. */
export function zoom(app: ElectronApplication, factor: number): Promise<void> {
  return app.evaluate(({ BrowserWindow }, zoomFactor) => {
    BrowserWindow.getAllWindows()[0]!.webContents.setZoomFactor(zoomFactor);
  }, factor);
}

/** Waits until the page is this wide, in its own pixels, and is laid out for that, which follows in the next frame. */
export async function untilWide(page: Page, width: number): Promise<void> {
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(width);
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
}

/** A PNG of the window without running transitions. Playwright's screenshot shows only a part of a zoomed page. */
export async function capture(app: ElectronApplication): Promise<Buffer> {
  const page = await app.firstWindow();
  await page.evaluate(async () => {
    const transitions = document.getAnimations().filter((one) => one instanceof CSSTransition);
    await Promise.all(transitions.map(({ finished }) => finished.catch(() => undefined)));
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  });
  const png = await app.evaluate(async ({ BrowserWindow }) => {
    const image = await BrowserWindow.getAllWindows()[0]!.webContents.capturePage();
    return image.toPNG().toString('base64');
  });
  return Buffer.from(png, 'base64');
}
