/** Takes a picture of the window as it is, in each size and in light and dark, and those of the guide. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Locator } from '@playwright/test';
import { resize, type Size } from '../../e2e/support/window';
import type { RunningApp } from '../../e2e/support/start';
import type { Language } from './words';

/** The sizes of the window: the smallest there is, the usual one, and that of a very large screen. */
export const SIZES = {
  small: [860, 560],
  usual: [1280, 800],
  huge: [3840, 2160],
} as const satisfies Record<string, Size>;

/** As large as the guide needs it: small, and with the letterhead beside the fields. */
const GUIDE_SIZE: Size = [1160, 740];

const THEMES = ['light', 'dark'] as const;

/** What is special about a picture. */
export interface PictureOptions {
  /** Which sizes; small and usual unless told. */
  sizes?: readonly (keyof typeof SIZES)[];
  /** The name of the guide's picture of this, if it has one; English and light. */
  guide?: string | undefined;
  /** What the guide's picture shows; the whole window unless told. */
  part?: Locator;
}

/** Where pictures go. */
export interface Album {
  folder: string;
  language: Language;
}

async function makeWindow({ app, page }: RunningApp, size: Size): Promise<void> {
  await resize(app, size);
  await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([...size]);
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
}

/** Takes the pictures of one state; the window is as large as before afterwards, and light. */
export async function takePicture(
  running: RunningApp,
  { folder, language }: Album,
  name: string,
  { sizes = ['small', 'usual'], guide, part }: PictureOptions = {},
): Promise<void> {
  const { page } = running;
  await mkdir(join(folder, language), { recursive: true });
  // Nothing is pointed at.
  await page.mouse.move(1, 1);
  for (const size of sizes) {
    await makeWindow(running, SIZES[size]);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      const file = `${name}-${size}-${colorScheme}.png`;
      await page.screenshot({ path: join(folder, language, file), animations: 'disabled' });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (guide && language === 'en') {
    await makeWindow(running, GUIDE_SIZE);
    const path = join('docs', 'images', `${guide}.png`);
    await (part ?? page).screenshot({ path, animations: 'disabled' });
  }
  await makeWindow(running, SIZES.usual);
}
