/** Checks a screen: axe, what events move, colors, motion, both languages, all sizes, zoom, live regions. */
import { expect, type Page } from '@playwright/test';
import type { LetterheadApi } from '../../../src/shared/contract/bridge';
import type { Language } from '../../../src/shared/language';
import type { Screen } from '../../screens/define';
import { CONTRAST, ContrastChecker, SIZE_RULES, violations } from './axe';
import {
  actionsOutOfView,
  essentialsOutOfView,
  halfCoveredLines,
  misfitsOf,
  nestedScrollers,
  sidewaysScrollers,
  tabsOutOfView,
  tooFewCellsInView,
  tooFewInView,
  tooFewTableRowsInView,
  wrappedFilters,
} from './fit';
import { InPlaceChecker } from './in-place';
import { HUGE_SIZE, LARGE_SIZE, MINIMUM_SIZE, USUAL_SIZE, type Size } from './window';

/** A part of the page, and what a person and a screen reader get of it. */
interface Region {
  selector: string;
  content: string;
}

/**
 * Splits the page into regions; an open dialog is the only one. The content of two regions is the same if
 * they differ only in numbers, such as generated ids and times.
 */
function findRegions(page: Page): Promise<Region[]> {
  return page.evaluate(() => {
    const contentOf = (element: Element): string => {
      const controls = element.querySelectorAll<HTMLInputElement>('input, select, textarea');
      const values = [...controls].map(({ value, checked }) => `${value} ${checked}`);
      return [element.outerHTML, ...values].join('\n').replace(/\d+/g, '#');
    };
    const dialog = document.querySelector('dialog[open]');
    if (dialog) return [{ selector: 'dialog[open]', content: contentOf(dialog) }];
    return ['aside', '.messages', 'main > :not(.messages)'].flatMap((parent) =>
      [...document.querySelectorAll(`:is(${parent}) > *`)].map((element) => {
        const position = [...element.parentElement!.children].indexOf(element) + 1;
        const selector = `:is(${parent}) > :nth-child(${position})`;
        return { selector, content: contentOf(element) };
      }),
    );
  });
}

/** Finds useless tab stops: elements that are neither a control nor scrollable. */
function findUselessTabStops(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[tabindex="0"]')]
      .filter(
        (element) =>
          !element.matches(
            'button, input, [role="listbox"], [role$="grid"], [role="separator"], [role^="menu"]',
          ),
      )
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
      ['[role="gridcell"][aria-selected="true"]', '[role="gridcell"][aria-selected="false"]'],
      [
        ':is(.filters, .views) label:has(:checked)',
        ':is(.filters, .views) label:has(input:not(:checked))',
      ],
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
      // A menu item has a background instead, and a heading has the focus for screen readers only.
      const needsMark = !focused.matches('body, [role="menuitem"], :is(h1, h2, h3)[tabindex="-1"]');
      if (!marked && needsMark)
        issues.push(`the focus on ${focused.outerHTML.slice(0, 80)} has no mark`);
    }
    return issues;
  });
}

/** Switches the language without leaving the screen. */
async function switchLanguage(page: Page, language: Language): Promise<void> {
  await page.evaluate(async (chosen) => {
    const { letterhead } = window as unknown as { letterhead: LetterheadApi };
    await letterhead.settings.update({ language: chosen });
    while (document.documentElement.lang !== chosen) await new Promise(requestAnimationFrame);
  }, language);
}

/** Checks screens, and each region of them only once in each state. */
export class ScreenChecker {
  readonly #seen = new Set<string>();
  readonly #contrast = new ContrastChecker();
  readonly #inPlace = new InPlaceChecker();

  /** Checks a screen. Returns what is wrong instead of throwing, so one run reports everything. */
  async check({ running, name, isFirst, isReadOnly = false }: Screen): Promise<string[]> {
    const { page } = running;
    const issues: string[] = [];
    const add = (check: string, found: readonly string[]): void => {
      issues.push(...found.map((issue) => `${name}, ${check}: ${issue}`));
    };

    await page.emulateMedia({
      colorScheme: 'light',
      reducedMotion: 'reduce',
      forcedColors: 'none',
    });
    const animations = () => page.evaluate(() => document.getAnimations().length);
    await expect.poll(animations, `animations on ${name}`).toBe(0);
    const regions = await findRegions(page);
    const isSeen = ({ content }: Region): boolean => this.#seen.has(content);
    if (regions.every(isSeen)) return [];
    const without = regions.filter(isSeen).map(({ selector }) => selector);
    for (const { content } of regions) this.#seen.add(content);

    add('in place', await this.#inPlace.check(running));
    add('light', await violations(page, { without, exceptRule: CONTRAST }));
    add('light', await this.#contrast.check(page));
    add('tab stops', await findUselessTabStops(page));
    const statuses = await page.getByRole('main').getByRole('status').count();
    if (statuses > 1) add('live regions', [`${statuses} with role status`]);
    await page.emulateMedia({ colorScheme: 'dark' });
    add('dark', await this.#contrast.check(page));
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
    add('forced colors', await findIndistinguishable(page));
    await page.emulateMedia({ forcedColors: 'none' });

    // As if the window had these sizes, which takes half the time; test/e2e/layout.spec.ts resizes and zooms it.
    const session = await page.context().newCDPSession(page);
    const emulate = async (size: Size, factor: number): Promise<number> => {
      const [width, height] = size.map((one) => one / factor) as [number, number];
      const metrics = { width, height, deviceScaleFactor: factor, mobile: false };
      await session.send('Emulation.setDeviceMetricsOverride', metrics);
      // The layout follows in the next frame. One call, as every screen is shown in seven sizes.
      await page.evaluate(async (wide) => {
        const frame = () => new Promise(requestAnimationFrame);
        while (innerWidth !== wide) await frame();
        await frame();
        await frame();
      }, width);
      return width;
    };
    const checkFit = async (language: Language, size: Size, factor = 1): Promise<void> => {
      const found = await misfitsOf(page, await emulate(size, factor));
      add(`${factor * 100} % at ${size.join('×')}, ${language}`, found);
    };
    const checkScrollbars = async ([width, height]: Size): Promise<void> =>
      add(`scrollbars at ${width}×${height}`, await nestedScrollers(page));
    /**
     * Runs axe at the size that the page has now: all rules on the first screen of a scene, elsewhere only those whose result
     * depends on the size.
     */
    const checkSize = async (size: string): Promise<void> => {
      const scope = isFirst ? { exceptRule: CONTRAST } : { rules: SIZE_RULES };
      // A menu is scrolled with the keys that move through its items, of which none is a tab stop.
      add(
        `axe at ${size}`,
        await violations(page, { ...scope, without: [...without, '[role="menu"]'] }),
      );
    };
    // A window that is as high as a very large screen, too, has more room and takes longer to paint; layout.spec.ts has it.
    for (const [width] of [LARGE_SIZE, HUGE_SIZE]) {
      await checkFit('en', [width, LARGE_SIZE[1]]);
      add(`sideways at ${width}×${LARGE_SIZE[1]}`, await sidewaysScrollers(page));
    }
    if (isFirst) {
      await checkSize(`${HUGE_SIZE[0]}×${LARGE_SIZE[1]}`);
      await checkFit('en', USUAL_SIZE, 2);
    }
    // German words are longer, which matters most in the narrowest window.
    if (!isReadOnly) await switchLanguage(page, 'de');
    await checkFit(isReadOnly ? 'en' : 'de', MINIMUM_SIZE, 2);
    await checkSize(`200 % of ${MINIMUM_SIZE.join('×')}`);
    add(`in view at 200 % of ${MINIMUM_SIZE.join('×')}`, await tooFewCellsInView(page));
    add(`in view at 200 % of ${MINIMUM_SIZE.join('×')}`, await actionsOutOfView(page));
    add(`in view at 200 % of ${MINIMUM_SIZE.join('×')}`, await essentialsOutOfView(page));
    add(`tabs at 200 % of ${MINIMUM_SIZE.join('×')}`, await tabsOutOfView(page));
    await checkScrollbars(MINIMUM_SIZE);
    await emulate(USUAL_SIZE, 2);
    await checkScrollbars(USUAL_SIZE);
    await emulate(MINIMUM_SIZE, 1);
    add(`in view at ${MINIMUM_SIZE.join('×')}`, await tooFewInView(page));
    add(`in view at ${MINIMUM_SIZE.join('×')}`, await tooFewTableRowsInView(page));
    add(`filters at ${MINIMUM_SIZE.join('×')}`, await wrappedFilters(page));
    add(`tabs at ${MINIMUM_SIZE.join('×')}`, await tabsOutOfView(page));
    add(`sideways at ${MINIMUM_SIZE.join('×')}`, await sidewaysScrollers(page));
    add(`half covered at ${MINIMUM_SIZE.join('×')}`, await halfCoveredLines(page));
    if (!isReadOnly) await switchLanguage(page, 'en');
    await checkFit('en', USUAL_SIZE);
    await session.detach();
    return issues;
  }
}
