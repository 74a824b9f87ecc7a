/** What may be wrong with the focus, as a person sees it who has only a keyboard. */
import type { Page } from '@playwright/test';

/**
 * What is wrong with the focus right now, one line each; empty when it is on something that is in sight,
 * not covered, and marked.
 */
export function focusIssues(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body) return ['nowhere'];

    /** A list box keeps the focus itself and names the option it is on. */
    const active = focused.getAttribute('aria-activedescendant');
    const element = (active && document.getElementById(active)) || focused;
    const name = `${element.tagName.toLowerCase()} "${(
      element.getAttribute('aria-label') ??
      element.textContent ??
      ''
    )
      .trim()
      .slice(0, 40)}"`;
    const troubles: string[] = [];

    const box = element.getBoundingClientRect();
    const inside =
      box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
    if (box.width === 0 || box.height === 0) troubles.push(`${name} has no size`);
    else if (!inside) troubles.push(`${name} is out of sight`);
    else {
      // One of its points is enough: of something tall only a part may be in sight.
      const across = [0.5, 0.1, 0.9].map((part) => box.left + box.width * part);
      const down = [0.5, 0.1, 0.9].map((part) => box.top + box.height * part);
      const label = element.closest('label');
      const seen = across.some((x) =>
        down.some((y) => {
          const top = document.elementFromPoint(x, y);
          return top !== null && (element.contains(top) || label?.contains(top) === true);
        }),
      );
      if (!seen) troubles.push(`${name} is covered`);
    }

    const marked = [element, ...(element.closest('label') ? [element.closest('label')!] : [])].some(
      (one) => {
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one);
        const seen = !/^rgba\(.*, 0\)$|^transparent$/.test(outlineColor);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && seen;
      },
    );
    // The item of an open menu is filled instead.
    const filled = element.getAttribute('role') === 'menuitem';
    if (!marked && !filled) troubles.push(`${name} has the focus and no mark of it`);
    return troubles;
  });
}
