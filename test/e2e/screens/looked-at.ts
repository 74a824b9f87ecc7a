/** What is looked at on every screen: axe in light and dark, forced colours, reduced motion, zoom, live regions. */
import { expect, type Page } from '@playwright/test';
import { violations } from '../support/axe';
import type { Running } from '../support/start';
import { resize, zoom, type Size } from '../support/window';

/** As low and narrow as the window can be made, and a usual size, which it has in between. */
const LOWEST: Size = [860, 560];
const USUAL: Size = [1280, 800];
const SIZES = [LOWEST, USUAL];

/** What is to be pressed, typed in or read as a heading, and is cut off, covered, or not to be scrolled to. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth} px wide`);
    const open = document.querySelector('dialog[open], [role="menu"]') ?? document.body;
    for (const element of open.querySelectorAll<HTMLElement>(
      'button, input, select, textarea, [role="menuitem"], h1, h2',
    )) {
      if (!element.checkVisibility() || element.closest('.visually-hidden, [aria-hidden="true"]'))
        continue;
      const name = `${element.tagName.toLowerCase()} "${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}"`;
      const { left, right, width } = element.getBoundingClientRect();
      if (width === 0) found.push(`${name} has no width`);
      if (left < -0.5 || right > innerWidth + 0.5)
        found.push(`${name} is from ${left} to ${right} px of ${innerWidth}`);
      // Down, whatever does not fit must be in something that scrolls; what is taller never fits.
      element.scrollIntoView({ block: 'nearest' });
      const { top, bottom, height } = element.getBoundingClientRect();
      if (bottom > innerHeight + 2 && top > 0 && height < innerHeight / 2)
        found.push(`${name} ends at ${bottom} px of ${innerHeight}`);
      const label = element.closest('label');
      const x = Math.max(1, left + 3);
      const y = (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2;
      const there = document.elementFromPoint(x + Math.min(width, 30) / 2, y);
      if (there && !element.contains(there) && !label?.contains(there) && !there.contains(element))
        found.push(`${name} is covered by ${there.tagName.toLowerCase()}.${there.className}`);
    }
    return found;
  });
}

/** Looks at the screen that is shown; throws nothing, so that one run tells everything that is wrong. */
export async function lookAt({ app, page }: Running, screen: string): Promise<string[]> {
  const wrong: string[] = [];
  const note = (what: string, found: readonly string[]): void => {
    wrong.push(...found.map((one) => `${screen}, ${what}: ${one}`));
  };

  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce', forcedColors: 'none' });
  note('light', await violations(page));
  await page.emulateMedia({ colorScheme: 'dark' });
  // What is not about colours was found already.
  note('dark', await violations(page, ['color-contrast']));
  await page.emulateMedia({ colorScheme: 'light' });

  const moving = () => page.evaluate(() => document.getAnimations().length);
  await expect.poll(moving, `what moves on ${screen}`).toBe(0);
  const regions = await page.getByRole('status').count();
  if (regions > 1) note('live regions', [`${regions} with role status`]);

  await zoom(app, 2);
  for (const size of SIZES) {
    await resize(app, size);
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(size[0] / 2);
    note(`200 % at ${size.join('×')}`, await cutOff(page));
  }
  await zoom(app, 1);
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(USUAL[0]);
  return wrong;
}
