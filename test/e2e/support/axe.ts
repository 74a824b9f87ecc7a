/** Runs axe on the current page. */
import type { Page } from '@playwright/test';
import axe from 'axe-core';

/** What axe runs on; everything by default. */
export interface AxeScope {
  /** Only these rules. */
  rules?: readonly string[];
  /** Not this rule. */
  exceptRule?: string;
  /** Selectors of elements to leave out. */
  without?: readonly string[];
}

/** The rules whose result depends on the size of the window: a region that does not overflow needs no focus. */
export const SIZE_RULES = ['scrollable-region-focusable'] as const;

/** What the looks of texts leave in the page. */
interface Kept {
  textsByLook?: Map<string, Element>;
}

/** How a text looks. */
interface Look {
  /** What its contrast is computed from: its font, its color, and the backgrounds behind it. */
  colors: string;
  /** Everything that may have an influence: also the classes of all that the text is in. */
  whole: string;
}

/** Waits until no color is still changing, for example to the dark theme: it would have any contrast. */
function settleColors(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    const running = document.getAnimations().filter(({ effect }) => {
      return effect?.getComputedTiming().endTime !== Infinity;
    });
    await Promise.allSettled(running.map(({ finished }) => finished));
  });
}

/** Finds how the texts on the page look. Returns each look once, and remembers a text of each in the page. */
function findLooks(page: Page): Promise<Look[]> {
  return page.evaluate(() => {
    /** What an element has of its own, and what is around it. */
    interface Part {
      whole: string;
      /** The backgrounds up to the first that hides those below it; null where only the place says what is behind. */
      behind: string | null;
      /** Whether nothing around it lets through what lies behind the backgrounds as well. */
      isSolid: boolean;
    }
    const known = new Map<Element, Part>();
    const partOf = (element: Element | null): Part => {
      if (!element) return { whole: '', behind: '', isSolid: true };
      const found = known.get(element);
      if (found) return found;
      const { color, backgroundColor, backgroundImage, opacity, position } =
        getComputedStyle(element);
      const around = partOf(element.parentElement);
      const own = [element.localName, element.getAttribute('class'), color, backgroundColor];
      own.push(backgroundImage, opacity, element.matches(':disabled') ? 'disabled' : '');
      const isOpaque = backgroundColor.startsWith('rgb(') && backgroundImage === 'none';
      // What lies above other elements has them behind it, and not only what it is in.
      const isInFlow = ['static', 'relative'].includes(position);
      const layer = `${backgroundColor} ${backgroundImage}`;
      const below = isInFlow && around.behind !== null ? `${layer} ${around.behind}` : null;
      const part = {
        whole: `${own.join()} ${around.whole}`,
        behind: isOpaque ? layer : below,
        isSolid: around.isSolid && opacity === '1',
      };
      known.set(element, part);
      return part;
    };
    const looks = new Map<string, { look: Look; element: Element }>();
    for (const element of document.body.querySelectorAll('*')) {
      const hasText = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
      );
      if (!hasText && !element.matches('input, textarea, select')) continue;
      if (!element.checkVisibility()) continue;
      const { fontSize, fontWeight, color } = getComputedStyle(element);
      const { behind, isSolid, ...part } = partOf(element);
      const whole = `${fontSize} ${fontWeight} ${part.whole}`;
      if (looks.has(whole)) continue;
      const kind = `${element.localName} ${element.getAttribute('class')}`;
      const isKnown = behind !== null && isSolid;
      const colors = isKnown ? [fontSize, fontWeight, color, kind, behind].join() : whole;
      looks.set(whole, { look: { colors, whole }, element });
    }
    const all = [...looks.values()];
    (window as Kept).textsByLook = new Map(all.map(({ look, element }) => [look.whole, element]));
    return all.map(({ look }) => look);
  });
}

async function injectAxe(page: Page): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
}

/** Returns the accessibility violations axe finds, one readable line each. */
export async function violations(page: Page, scope: AxeScope = {}): Promise<string[]> {
  await injectAxe(page);
  await settleColors(page);
  return page.evaluate(async ({ rules, exceptRule, without = [] }) => {
    const { axe: injected } = window as unknown as { axe: typeof axe };
    const { violations: found } = await injected.run(
      { include: ['html'], exclude: [...without] },
      {
        // What passes is not reported, which saves a third of the time.
        resultTypes: ['violations'],
        ...(rules && { runOnly: [...rules] }),
        ...(exceptRule && { rules: { [exceptRule]: { enabled: false } } }),
      },
    );
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} — ${failureSummary}`),
    );
  }, scope);
}

/** The rule that `ContrastChecker` checks instead. */
export const CONTRAST = 'color-contrast';

/**
 * Checks the contrast of texts, which takes axe as long as all other rules together. It is the same wherever the same
 * colors are behind and in front of the same font, so each combination is checked once. A text that axe could not judge,
 * for example because it is disabled or something covers it, leaves its combination to the next one.
 */
export class ContrastChecker {
  readonly #judged = new Set<string>();
  readonly #tried = new Set<string>();

  /** Says what is wrong with the colors of the theme that is shown. */
  async check(page: Page): Promise<string[]> {
    await settleColors(page);
    const looks = (await findLooks(page)).filter(
      ({ colors, whole }) => !this.#judged.has(colors) && !this.#tried.has(whole),
    );
    if (looks.length === 0) return [];
    await injectAxe(page);
    const { issues, judged, tried } = await page.evaluate(
      async ({ rule, all }) => {
        const { axe: injected } = window as unknown as { axe: typeof axe };
        const texts = all.flatMap((look) => {
          const element = (window as Kept).textsByLook?.get(look);
          return element?.isConnected ? [{ look, element }] : [];
        });
        if (texts.length === 0) return { issues: [], judged: [], tried: [] };
        const { violations: found, passes } = await injected.run(
          { include: texts.map(({ element }) => element) },
          { resultTypes: ['violations', 'passes'], runOnly: [rule], elementRef: true },
        );
        const nodesOf = (results: typeof found) => results.flatMap(({ nodes }) => nodes);
        const decided = new Set([...nodesOf(found), ...nodesOf(passes)].map((one) => one.element));
        return {
          issues: nodesOf(found).map(
            ({ target, failureSummary }) => `${rule}: ${target.join(' ')} — ${failureSummary}`,
          ),
          judged: texts
            .filter(({ element }) => decided.has(element as HTMLElement))
            .map(({ look }) => look),
          tried: texts.map(({ look }) => look),
        };
      },
      { rule: CONTRAST, all: looks.map(({ whole }) => whole) },
    );
    for (const { colors, whole } of looks) {
      if (tried.includes(whole)) this.#tried.add(whole);
      if (judged.includes(whole)) this.#judged.add(colors);
    }
    return issues;
  }
}
