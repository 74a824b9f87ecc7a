/** Takes screenshots of the window in several sizes, light and dark, and those of the guide. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Language } from '../../src/shared/language';
import type { RunningApp } from '../e2e/support/start';
import { capture, resize, zoom } from '../e2e/support/window';
import type { Screen } from '../screens/define';
import { SIZES, type Look } from '../screens/scene';

/** Content size for the guide. */
const GUIDE: Look = { size: [1160, 740], zoom: 1 };

const THEMES = ['light', 'dark'] as const;

async function resizeWindow({ app, page }: RunningApp, look: Look): Promise<void> {
  await zoom(app, look.zoom);
  await resize(app, look.size);
  await page.waitForFunction(
    ({ size: [width, height], zoom: factor }) =>
      innerWidth === width / factor && innerHeight === height / factor,
    look,
  );
  // Away from everything, so that nothing is hovered.
  await page.mouse.move(1, 1);
  await page.evaluate(() => {
    document.activeElement?.scrollIntoView({ block: 'nearest' });
    return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  });
}

/**
 * Takes all pictures of a screen, into a subfolder per language; the guide's only in English and light.
 * Leaves the window in its usual size and light.
 */
export async function takePictures(
  { running, name, sizes = ['small', 'usual'], guide, start, part }: Screen,
  language: Language,
): Promise<void> {
  const { page } = running;
  const folder = join('pictures', language);
  await mkdir(folder, { recursive: true });
  for (const size of sizes) {
    await resizeWindow(running, SIZES[size]);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      const path = join(folder, `${name}-${size}-${colorScheme}.png`);
      if (SIZES[size].zoom === 1) await page.screenshot({ path, animations: 'disabled' });
      else await writeFile(path, await capture(running.app));
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (guide && language === 'en') {
    await resizeWindow(running, GUIDE);
    await start?.evaluate((element) => element.scrollIntoView({ block: 'start' }));
    const picture = await (part ?? page).screenshot({ animations: 'disabled' });
    // Takes a third of the space of the PNG. Every package contains these pictures.
    await sharp(picture)
      .webp({ lossless: true, effort: 6 })
      .toFile(join('docs', 'images', `${guide}.webp`));
  }
  await resizeWindow(running, SIZES.usual);
}
