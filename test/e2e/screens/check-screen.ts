/** What is looked at on every screen: axe in light and dark, both languages, forced colours, reduced motion, zoom, live regions. */
import { expect, type Page } from '@playwright/test';
import type { LetterheadApi } from '../../../src/shared/contract/bridge';
import type { Language } from '../../../src/shared/language';
import { violations } from '../support/axe';
import type { RunningApp } from '../support/start';
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

/** What Tab stops at though there is nothing to do: no control, and all of it is in sight. */
function idleStops(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[tabindex="0"]')]
      .filter((element) => !element.matches('button, input, [role="listbox"], [role^="menu"]'))
      .filter((element) => element.checkVisibility())
      .filter((element) => element.scrollHeight <= element.clientHeight)
      .map((element) => element.outerHTML.slice(0, 80)),
  );
}

/** What can only be told apart by its colour where a person's own colours replace the app's. */
function alike(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const pairs = [
      ['[role="option"][aria-selected="true"]', '[role="option"][aria-selected="false"]'],
      ['[role="tab"][aria-selected="true"]', '[role="tab"][aria-selected="false"]'],
      ['button[aria-pressed="true"]', 'button[aria-pressed="false"]'],
      ['.filters label:has(:checked)', '.filters label:has(:not(:checked))'],
    ] as const;
    const looks = (element: Element): string => {
      const parts = [element, ...element.querySelectorAll('.box, .badge')];
      return parts
        .map((part) => {
          const { backgroundColor, borderColor, outline, color } = getComputedStyle(part);
          return [backgroundColor, borderColor, outline, color].join();
        })
        .join();
    };
    const troubles = pairs.flatMap(([on, off]) => {
      const chosen = document.querySelector(on);
      const others = [...document.querySelectorAll(off)].filter((one) => one !== chosen);
      const [other] = others.filter((one) => !one.matches(':focus, :focus-within, :hover'));
      return chosen && other && looks(chosen) === looks(other) ? [`${on} looks like ${off}`] : [];
    });
    const focused = document.activeElement;
    if (focused?.matches(':focus-visible') && !focused.hasAttribute('aria-activedescendant')) {
      const marked = [focused, focused.closest('label')].some((one) => {
        if (one === null) return false;
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one);
        const ground = getComputedStyle(document.body).backgroundColor;
        return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 && outlineColor !== ground;
      });
      if (!marked && focused !== document.body && !focused.matches('[role="menuitem"]'))
        troubles.push(`the focus on ${focused.outerHTML.slice(0, 80)} has no mark`);
    }
    return troubles;
  });
}

/** Chooses a language as Settings does; the screen that is shown stays, in other words. */
async function speak(page: Page, language: Language): Promise<void> {
  await page.evaluate(async (chosen) => {
    const { letterhead } = window as unknown as { letterhead: LetterheadApi };
    await letterhead.settings.put({ language: chosen });
  }, language);
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

/** Looks at the screen that is shown; throws nothing, so that one run tells everything that is wrong. */
export async function checkScreen({ app, page }: RunningApp, screen: string): Promise<string[]> {
  const wrong: string[] = [];
  const note = (what: string, found: readonly string[]): void => {
    wrong.push(...found.map((one) => `${screen}, ${what}: ${one}`));
  };

  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce', forcedColors: 'none' });
  note('light', await violations(page));
  note('stops', await idleStops(page));
  await page.emulateMedia({ forcedColors: 'active' });
  note('forced colours', await alike(page));
  await page.emulateMedia({ forcedColors: 'none' });

  const moving = () => page.evaluate(() => document.getAnimations().length);
  await expect.poll(moving, `what moves on ${screen}`).toBe(0);
  const regions = await page.getByRole('main').getByRole('status').count();
  if (regions > 1) note('live regions', [`${regions} with role status`]);

  const large = async (language: Language, size: Size): Promise<void> => {
    await resize(app, size);
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(size[0] / 2);
    // What floats is put into its place a moment after the window has its size.
    let found: string[] = [];
    const count = async (): Promise<number> => (found = await cutOff(page)).length;
    await expect
      .poll(count, { timeout: 2_000 })
      .toBe(0)
      .catch(() => undefined);
    note(`200 % at ${size.join('×')}, ${language}`, found);
  };
  await zoom(app, 2);
  for (const size of SIZES) await large('en', size);
  await speak(page, 'de');
  // German words are longer, so that the narrow window is worth another look; the usual one is not.
  await large('de', LOWEST);
  await zoom(app, 1);
  await resize(app, USUAL);
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(USUAL[0]);

  // Colours are the same in every language and names in every theme: two looks at four screens.
  await page.emulateMedia({ colorScheme: 'dark' });
  note('dark, German', await violations(page));
  await page.emulateMedia({ colorScheme: 'light' });
  await speak(page, 'en');
  return wrong;
}
