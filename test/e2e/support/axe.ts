/** Runs axe on the current page. */
import type { Page } from '@playwright/test';
import axe from 'axe-core';

/** What axe runs on; everything by default. */
export interface AxeScope {
  /** Only these rules. */
  rules?: readonly string[];
  /** Selectors of elements to leave out. */
  without?: readonly string[];
}

/** Returns the accessibility violations axe finds, one readable line each. */
export async function violations(page: Page, scope: AxeScope = {}): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async ({ rules, without = [] }) => {
    // A color that is still changing, for example to the dark theme, has any contrast.
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    const running = document.getAnimations().filter(({ effect }) => {
      return effect?.getComputedTiming().endTime !== Infinity;
    });
    await Promise.allSettled(running.map(({ finished }) => finished));
    const { axe: injected } = window as unknown as { axe: typeof axe };
    const { violations: found } = await injected.run(
      { include: ['html'], exclude: [...without] },
      // What passes is not reported, which saves a third of the time.
      { resultTypes: ['violations'], ...(rules && { runOnly: [...rules] }) },
    );
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} — ${failureSummary}`),
    );
  }, scope);
}
