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
  /** Only a text of each of these looks; see `findTextLooks`. */
  looks?: readonly string[];
}

/** What `findTextLooks` leaves in the page. */
interface Kept {
  textsByLook?: Map<string, Element[]>;
}

/**
 * Finds the texts on the page, and what the contrast of each depends on: the classes and colors of the text and of all
 * that it is in, and its font. Returns each look once.
 */
export function findTextLooks(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const known = new Map<Element, string>();
    const surroundings = (element: Element | null): string => {
      if (!element) return '';
      let look = known.get(element);
      if (look === undefined) {
        const { color, backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
        const own = [element.localName, element.getAttribute('class'), color, backgroundColor];
        own.push(backgroundImage, opacity, element.matches(':disabled') ? 'disabled' : '');
        look = `${own.join()} ${surroundings(element.parentElement)}`;
        known.set(element, look);
      }
      return look;
    };
    const texts = new Map<string, Element[]>();
    for (const element of document.body.querySelectorAll('*')) {
      const hasText = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
      );
      if (!hasText && !element.matches('input, textarea, select')) continue;
      if (!element.checkVisibility()) continue;
      const { fontSize, fontWeight } = getComputedStyle(element);
      const look = `${fontSize} ${fontWeight} ${surroundings(element)}`;
      texts.set(look, [...(texts.get(look) ?? []), element]);
    }
    (window as Kept).textsByLook = texts;
    return [...texts.keys()];
  });
}

/** Returns the accessibility violations axe finds, one readable line each. */
export async function violations(page: Page, scope: AxeScope = {}): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async ({ rules, exceptRule, without = [], looks }) => {
    // A color that is still changing, for example to the dark theme, has any contrast.
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    const running = document.getAnimations().filter(({ effect }) => {
      return effect?.getComputedTiming().endTime !== Infinity;
    });
    await Promise.allSettled(running.map(({ finished }) => finished));
    const { axe: injected } = window as unknown as { axe: typeof axe };
    // One of the texts that look alike stands for all.
    const include = looks?.flatMap((look) => {
      const texts = (window as Kept).textsByLook?.get(look) ?? [];
      return texts.find(({ isConnected }) => isConnected) ?? [];
    }) ?? ['html'];
    if (include.length === 0) return [];
    const { violations: found } = await injected.run(
      { include, exclude: [...without] },
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
