/** Checks the focus as a keyboard user sees it. */
import type { Page } from '@playwright/test';

/**
 * Returns what is wrong with the focus right now, one line each. Empty when the focused element is in
 * view, not covered, and has a visible focus mark.
 */
export function focusIssues(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body) return ['nowhere'];

    // A list box keeps the focus itself and points to its active option.
    const active = focused.getAttribute('aria-activedescendant');
    const element = (active && document.getElementById(active)) || focused;
    const name = `${element.tagName.toLowerCase()} "${(
      element.getAttribute('aria-label') ??
      element.textContent ??
      ''
    )
      .trim()
      .slice(0, 40)}"`;
    const issues: string[] = [];

    const box = element.getBoundingClientRect();
    const inside =
      box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
    if (box.width === 0 || box.height === 0) issues.push(`${name} has no size`);
    else if (!inside) issues.push(`${name} is out of sight`);
    else {
      // One visible point is enough: only part of a tall element may be in view.
      const across = [0.5, 0.1, 0.9].map((part) => box.left + box.width * part);
      const down = [0.5, 0.1, 0.9].map((part) => box.top + box.height * part);
      const label = element.closest('label');
      const isVisible = across.some((x) =>
        down.some((y) => {
          const top = document.elementFromPoint(x, y);
          return top !== null && (element.contains(top) || label?.contains(top) === true);
        }),
      );
      if (!isVisible) issues.push(`${name} is covered`);
    }

    const marked = [element, ...(element.closest('label') ? [element.closest('label')!] : [])].some(
      (candidate) => {
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(candidate);
        const isOpaque = !/^rgba\(.*, 0\)$|^transparent$/.test(outlineColor);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && isOpaque;
      },
    );
    // A menu item has a background instead of an outline.
    const filled = element.getAttribute('role') === 'menuitem';
    // A heading has the focus for screen readers only: it cannot be operated, and Tab does not reach it.
    const isHeading = element.matches(':is(h1, h2, h3)[tabindex="-1"]');
    if (!marked && !filled && !isHeading) issues.push(`${name} has the focus but no focus mark`);
    return issues;
  });
}
