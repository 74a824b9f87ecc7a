/** Checks one screen: axe in both themes and languages, forced colors, reduced motion, zoom, live regions. */
import { expect, type Page } from '@playwright/test';
import type { LetterheadApi } from '../../../src/shared/contract/bridge';
import type { Language } from '../../../src/shared/language';
import { violations } from '../support/axe';
import type { RunningApp } from '../support/start';
import { MINIMUM_SIZE, resize, USUAL_SIZE, zoom, type Size } from '../support/window';

/** Called at every screen of a walk through the app, with the screen's name. */
export type OnScreen = (screen: string) => Promise<void>;

/** Finds controls and headings that are cut off, covered, or cannot be scrolled into view. */
function findCutOff(page: Page): Promise<string[]> {
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
      // Vertically an element must be scrollable into view, unless it is taller than the window.
      element.scrollIntoView({ block: 'nearest' });
      const { top, bottom, height } = element.getBoundingClientRect();
      if (bottom > innerHeight + 2 && top > 0 && height < innerHeight / 2)
        found.push(`${name} ends at ${bottom} px of ${innerHeight}`);
      const label = element.closest('label');
      const x = Math.max(1, left + 3);
      const y = (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2;
      const topmost = document.elementFromPoint(x + Math.min(width, 30) / 2, y);
      if (
        topmost &&
        !element.contains(topmost) &&
        !label?.contains(topmost) &&
        !topmost.contains(element)
      )
        found.push(`${name} is covered by ${topmost.tagName.toLowerCase()}.${topmost.className}`);
    }
    return found;
  });
}

/** Finds useless tab stops: elements that are neither a control nor scrollable. */
function findUselessTabStops(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[tabindex="0"]')]
      .filter((element) => !element.matches('button, input, [role="listbox"], [role^="menu"]'))
      .filter((element) => element.checkVisibility())
      .filter((element) => element.scrollHeight <= element.clientHeight)
      .map((element) => element.outerHTML.slice(0, 80)),
  );
}

/** Finds states that look the same when forced colors replace the app's colors. */
function findIndistinguishable(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const pairs = [
      ['[role="option"][aria-selected="true"]', '[role="option"][aria-selected="false"]'],
      ['[role="tab"][aria-selected="true"]', '[role="tab"][aria-selected="false"]'],
      ['button[aria-pressed="true"]', 'button[aria-pressed="false"]'],
      ['.filters label:has(:checked)', '.filters label:has(:not(:checked))'],
    ] as const;
    const styleOf = (element: Element): string => {
      const parts = [element, ...element.querySelectorAll('.box, .badge')];
      return parts
        .map((part) => {
          const { backgroundColor, borderColor, outline, color } = getComputedStyle(part);
          return [backgroundColor, borderColor, outline, color].join();
        })
        .join();
    };
    const issues = pairs.flatMap(([on, off]) => {
      const selected = document.querySelector(on);
      const unselected = [...document.querySelectorAll(off)].find(
        (element) => element !== selected && !element.matches(':focus, :focus-within, :hover'),
      );
      const isSame = selected && unselected && styleOf(selected) === styleOf(unselected);
      return isSame ? [`${on} looks like ${off}`] : [];
    });
    const focused = document.activeElement;
    if (focused?.matches(':focus-visible') && !focused.hasAttribute('aria-activedescendant')) {
      const marked = [focused, focused.closest('label')].some((candidate) => {
        if (candidate === null) return false;
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(candidate);
        const background = getComputedStyle(document.body).backgroundColor;
        return (
          outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 && outlineColor !== background
        );
      });
      if (!marked && focused !== document.body && !focused.matches('[role="menuitem"]'))
        issues.push(`the focus on ${focused.outerHTML.slice(0, 80)} has no mark`);
    }
    return issues;
  });
}

/** Switches the language without leaving the screen. */
async function switchLanguage(page: Page, language: Language): Promise<void> {
  await page.evaluate(async (chosen) => {
    const { letterhead } = window as unknown as { letterhead: LetterheadApi };
    await letterhead.settings.put({ language: chosen });
  }, language);
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

/** Checks the current screen. Returns what is wrong instead of throwing, so one run reports everything. */
export async function checkScreen({ app, page }: RunningApp, screen: string): Promise<string[]> {
  const issues: string[] = [];
  const add = (check: string, found: readonly string[]): void => {
    issues.push(...found.map((issue) => `${screen}, ${check}: ${issue}`));
  };

  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce', forcedColors: 'none' });
  add('light', await violations(page));
  add('tab stops', await findUselessTabStops(page));
  await page.emulateMedia({ forcedColors: 'active' });
  add('forced colors', await findIndistinguishable(page));
  await page.emulateMedia({ forcedColors: 'none' });

  const animations = () => page.evaluate(() => document.getAnimations().length);
  await expect.poll(animations, `animations on ${screen}`).toBe(0);
  const regions = await page.getByRole('main').getByRole('status').count();
  if (regions > 1) add('live regions', [`${regions} with role status`]);

  const checkZoomed = async (language: Language, size: Size): Promise<void> => {
    await resize(app, size);
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(size[0] / 2);
    // Polls, because floating elements are repositioned shortly after a resize.
    let found: string[] = [];
    const count = async (): Promise<number> => (found = await findCutOff(page)).length;
    await expect
      .poll(count, { timeout: 2_000 })
      .toBe(0)
      .catch(() => undefined);
    add(`200 % at ${size.join('×')}, ${language}`, found);
  };
  await zoom(app, 2);
  for (const size of [MINIMUM_SIZE, USUAL_SIZE]) await checkZoomed('en', size);
  await switchLanguage(page, 'de');
  // German words are longer, which matters only in the narrow window.
  await checkZoomed('de', MINIMUM_SIZE);
  await zoom(app, 1);
  await resize(app, USUAL_SIZE);
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(USUAL_SIZE[0]);

  // Colors do not depend on the language, nor names on the theme, so two of four combinations suffice.
  await page.emulateMedia({ colorScheme: 'dark' });
  add('dark, German', await violations(page));
  await page.emulateMedia({ colorScheme: 'light' });
  await switchLanguage(page, 'en');
  return issues;
}
