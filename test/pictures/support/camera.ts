/** Takes screenshots of the window in several sizes, light and dark, and those of the guide. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Locator } from '@playwright/test';
import { MINIMUM_SIZE, resize, USUAL_SIZE, type Size } from '../../e2e/support/window';
import type { RunningApp } from '../../e2e/support/start';
import type { Language } from './localized-messages';

/** Content sizes of the window: minimum, usual, and a very large screen. */
export const SIZES = {
  small: MINIMUM_SIZE,
  usual: USUAL_SIZE,
  huge: [3840, 2160],
} as const satisfies Record<string, Size>;

/** Content size for the guide: small, but wide enough for the preview beside the fields. */
const GUIDE_SIZE: Size = [1160, 740];

const THEMES = ['light', 'dark'] as const;

export interface PictureOptions {
  /** Small and usual by default. */
  sizes?: readonly (keyof typeof SIZES)[];
  /** Name of the guide's picture, if the guide shows this state. Taken in English and light only. */
  guide?: string | undefined;
  /** What the guide's picture shows; the whole window by default. */
  part?: Locator;
}

/** Where pictures are saved: in a subfolder per language. */
export interface Output {
  folder: string;
  language: Language;
}

async function resizeWindow({ app, page }: RunningApp, size: Size): Promise<void> {
  await resize(app, size);
  await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([...size]);
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
}

/** Takes all pictures of the current state. Leaves the window in its usual size and light. */
export async function takePictures(
  running: RunningApp,
  { folder, language }: Output,
  name: string,
  { sizes = ['small', 'usual'], guide, part }: PictureOptions = {},
): Promise<void> {
  const { page } = running;
  await mkdir(join(folder, language), { recursive: true });
  // Moves the pointer away, so that nothing is hovered.
  await page.mouse.move(1, 1);
  for (const size of sizes) {
    await resizeWindow(running, SIZES[size]);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      const file = `${name}-${size}-${colorScheme}.png`;
      await page.screenshot({ path: join(folder, language, file), animations: 'disabled' });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (guide && language === 'en') {
    await resizeWindow(running, GUIDE_SIZE);
    const path = join('docs', 'images', `${guide}.png`);
    await (part ?? page).screenshot({ path, animations: 'disabled' });
  }
  await resizeWindow(running, SIZES.usual);
}
