/** Measures whether a page fits its window: nothing cut off or covered, and nothing stretched in a large one. */
import type { ElectronApplication, Page } from '@playwright/test';
import type { Size } from './window';

/** The widest text field, in CSS px. */
const MAX_FIELD = 900;
/** The longest line of text, in CSS px: about 130 characters. */
const MAX_LINE = 900;
/** The widest column that the controls and headings of a page or dialog may spread over, in CSS px. */
const MAX_COLUMN = 1_300;
/** How long what floats may take to reach its place after a resize, in ms. */
const PATIENCE_MS = 20_000;

/** Shows the page in a window of this content size, at this zoom factor, and says what does not fit. */
export async function misfitsAt(
  { app, page }: { app: ElectronApplication; page: Page },
  size: Size,
  factor = 1,
): Promise<string[]> {
  await app.evaluate(
    ({ BrowserWindow }, [[width, height], zoomFactor]) => {
      const window = BrowserWindow.getAllWindows()[0]!;
      window.webContents.setZoomFactor(zoomFactor);
      window.setContentSize(width, height);
    },
    [size, factor] as const,
  );
  return misfitsOf(page, size[0] / factor);
}

/**
 * Parts of the page that scroll inside another part that scrolls: a person would see two scrollbars for one region. What is
 * above the page is a region of its own.
 */
export function nestedScrollers(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element): boolean =>
      ['auto', 'scroll'].includes(getComputedStyle(element).overflowY) &&
      element.scrollHeight > element.clientHeight + 1 &&
      element.checkVisibility();
    const isAbove = (element: Element): boolean =>
      element.matches('dialog[open], :popover-open, [role="menu"]');
    const around = (element: Element): Element[] => {
      const parent = isAbove(element) ? null : element.parentElement;
      return parent ? [...(scrolls(parent) ? [parent] : []), ...around(parent)] : [];
    };
    return [...document.querySelectorAll('body *')]
      .filter((element) => scrolls(element) && !element.matches('textarea, .visually-hidden'))
      .filter((element) => around(element).length > 0)
      .map(({ tagName, className }) => `${tagName.toLowerCase()} ${String(className)}`);
  });
}

/** Parts of the page that scroll sideways, other than the cells of a table: they would have two scrollbars. */
export function sidewaysScrollers(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter(
        (element) =>
          ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) &&
          element.scrollWidth > element.clientWidth &&
          element.checkVisibility() &&
          !element.matches('textarea, [role$="grid"]'),
      )
      .map(({ tagName, className }) => `${tagName.toLowerCase()} ${String(className)}`),
  );
}

/** Lines of text that can be read beside or below buttons that stay in view in front of them. */
export function halfCoveredLines(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrollerOf = (element: Element): Element => {
      const parent = element.parentElement ?? document.documentElement;
      const scrolls = ['auto', 'scroll'].includes(getComputedStyle(parent).overflowY);
      return scrolls || parent === document.documentElement ? parent : scrollerOf(parent);
    };
    const linesBefore = (bar: Element): { text: string; line: DOMRect }[] => {
      const walker = document.createTreeWalker(bar.parentElement!, NodeFilter.SHOW_TEXT);
      const found: { text: string; line: DOMRect }[] = [];
      while (walker.nextNode()) {
        const node = walker.currentNode;
        const { parentElement } = node;
        if (bar.contains(node)) break;
        if (parentElement?.closest('.visually-hidden')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const text = (node.textContent ?? '').trim().slice(0, 40);
        found.push(...[...range.getClientRects()].map((line) => ({ text, line })));
      }
      return found;
    };
    return [...document.querySelectorAll('main *')]
      .filter((bar) => {
        const { position, bottom } = getComputedStyle(bar);
        return position === 'sticky' && bottom !== 'auto' && bar.checkVisibility();
      })
      .flatMap((bar) => {
        const box = bar.getBoundingClientRect();
        const end = scrollerOf(bar).getBoundingClientRect().bottom;
        return linesBefore(bar)
          .filter(({ line }) => {
            const isBehind = line.top < box.bottom - 1 && line.bottom > box.top + 1;
            const isBeside = line.left < box.left - 1 && line.right > box.left + 1;
            const isBelow = line.top < end - 1 && Math.min(line.bottom, end) > box.bottom + 1;
            return (isBehind && isBeside) || isBelow;
          })
          .map(({ text }) => `"${text}"`);
      });
  });
}

/** How many parts of a frame there are, and how many of them are in view as a whole once it is scrolled to its top. */
function inView(page: Page, frame: string, parts: string): Promise<{ all: number; seen: number }> {
  return page.evaluate(
    async ([outer, inner]) => {
      const find = () =>
        [...document.querySelectorAll(`${outer} :is(${inner})`)].filter((part) =>
          part.checkVisibility(),
        );
      const around = (part: Element | null | undefined): Element[] =>
        part ? [part, ...around(part.parentElement)] : [];
      for (const part of around(find()[0])) part.scrollTop = 0;
      for (let count = 0; count < 2; count += 1) await new Promise(requestAnimationFrame);
      const all = find();
      const box = document.querySelector(outer!)?.getBoundingClientRect();
      const seen = all.filter((part) => {
        const { top, bottom, height } = part.getBoundingClientRect();
        return box && height > 0 && top >= box.top - 0.5 && bottom <= box.bottom + 0.5;
      });
      // Rows out of view are not rendered.
      const total = Number(all.find(({ ariaSetSize }) => ariaSetSize)?.ariaSetSize ?? all.length);
      return { all: total, seen: seen.length };
    },
    [frame, parts],
  );
}

/** A text of a form with more characters than this may take most of a small window. */
const MAX_SHORT_TEXT = 300;

/**
 * Says what the smallest window must show and does not: six rows of the list, and three fields of the form; one below a
 * message or with a long text, and none below something to decide or behind a dialog.
 *
 * @param isFull whether a page has that many rows and fields, and nothing to take their place: fewer are a fault then
 */
export async function tooFewInView(page: Page, isFull = false): Promise<string[]> {
  if (await page.evaluate(() => document.querySelector('dialog[open]') !== null)) return [];
  const parts = '[data-profile] :is(input, textarea)[name]';
  const rows = await inView(page, '[role="listbox"]', '[role="option"], .heading');
  const fields = await inView(page, '[role="tabpanel"]:not(:has(h2))', parts);
  const isCrowded = await page.evaluate(
    ([selector, longest]) =>
      (document.querySelector('.messages')?.clientHeight ?? 0) > 0 ||
      [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(selector)].some(
        ({ value }) => value.length > longest,
      ),
    [parts, MAX_SHORT_TEXT] as const,
  );
  const least = isFull
    ? { rows: 6, fields: 3 }
    : { rows: Math.min(6, rows.all), fields: Math.min(isCrowded ? 1 : 3, fields.all) };
  return [
    ...(rows.seen < least.rows ? [`${rows.seen} of ${rows.all} rows are in view`] : []),
    ...(fields.seen < least.fields ? [`${fields.seen} of ${fields.all} fields are in view`] : []),
  ];
}

/** How many rows of the table the smallest window shows at least; fewer below options that were opened, or a message. */
const MIN_ROWS = { usual: 6, crowded: 4 };

/** Says if the table, scrolled to its top, shows too few rows in the smallest window; nothing behind a dialog. */
export async function tooFewTableRowsInView(page: Page): Promise<string[]> {
  if (await page.evaluate(() => document.querySelector('dialog[open]') !== null)) return [];
  const rows = await inView(page, '[role$="grid"]', '[role="row"]');
  const isCrowded = await page.evaluate(
    () =>
      (document.querySelector('.messages')?.clientHeight ?? 0) > 0 ||
      document.querySelector('aside section [aria-expanded="true"]') !== null,
  );
  // The row of the headings is one of them.
  const least = Math.min((isCrowded ? MIN_ROWS.crowded : MIN_ROWS.usual) + 1, rows.all);
  return rows.seen < least
    ? [`${rows.seen - 1} of ${rows.all - 1} rows of the table are in view`]
    : [];
}

/** What the filters show where many organizations are saved. */
const LARGE_COUNTS = ['2300', '145', '326'];

/** Says if the filters take more than one line with large counts. */
export function wrappedFilters(page: Page): Promise<string[]> {
  return page.evaluate((counts) => {
    const filters = document.querySelector('.filters[role="radiogroup"]');
    if (!filters?.checkVisibility()) return [];
    // In a copy: the app must still be able to change the counts.
    const copy = filters.cloneNode(true) as Element;
    for (const [index, count] of copy.querySelectorAll('.count').entries())
      count.textContent = counts[index] ?? '';
    const focused = document.activeElement;
    filters.replaceWith(copy);
    const tops = [...copy.querySelectorAll('label')].map((one) => one.getBoundingClientRect().top);
    const isCut = copy.scrollWidth > copy.clientWidth + 1;
    copy.replaceWith(filters);
    if (focused instanceof HTMLElement) focused.focus();
    const lines = new Set(tops).size;
    return lines > 1 || isCut ? [`the filters take ${lines} lines`] : [];
  }, LARGE_COUNTS);
}

/**
 * Tabs of a page that are not in view while the page is at its top, unless a message or what a person unfolded is above
 * them; or that scroll away, which only those of an organization and of *Changes* may do where the page scrolls as a whole.
 */
export function tabsOutOfView(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const tabs = document.querySelector('main [role="tablist"]');
    if (!tabs?.checkVisibility() || document.querySelector('dialog[open]')) return [];
    const scrollTo = async (end: number): Promise<DOMRect> => {
      const main = document.querySelector('main')!;
      for (const part of [main, ...main.querySelectorAll('*')]) part.scrollTop = end;
      for (let count = 0; count < 2; count += 1) await new Promise(requestAnimationFrame);
      return tabs.getBoundingClientRect();
    };
    const isOut = ({ top, bottom }: DOMRect) => top < -0.5 || bottom > innerHeight + 0.5;
    const end = await scrollTo(Number.MAX_SAFE_INTEGER);
    const start = await scrollTo(0);
    const messages = document.querySelector('.messages')?.getBoundingClientRect();
    const isBelow =
      (messages && messages.height > 0 && messages.top < start.top) ||
      document.querySelector('.fold [aria-expanded="true"]') !== null;
    const mayScroll = innerHeight <= 440 && !tabs.closest('.settings');
    return [
      ...(!isBelow && isOut(start) ? [`the tabs end at ${start.bottom} px of ${innerHeight}`] : []),
      ...(!mayScroll && isOut(end) ? [`the tabs scroll away to ${end.top} px`] : []),
    ];
  });
}

/** How much of a column is in view beside the names, in CSS px, unless it is narrower: what the widest usual one needs. */
const MIN_COLUMN = 220;

/** Says if the table, scrolled to its top, shows less than two rows with name and one column; nothing behind a dialog. */
export function tooFewCellsInView(page: Page): Promise<string[]> {
  return page.evaluate(async (minColumn) => {
    const grid = document.querySelector('[role$="grid"]');
    // In a narrow window the page takes its place.
    if (!grid?.checkVisibility() || document.querySelector('dialog[open]')) return [];
    grid.scrollIntoView({ block: 'nearest' });
    grid.scrollTop = 0;
    for (let count = 0; count < 2; count += 1) await new Promise(requestAnimationFrame);
    const rows = [
      ...grid.querySelectorAll('[role="row"]:has(> [role="rowheader"] ~ [role="gridcell"])'),
    ];
    if (rows.length === 0) return [];
    const outer = grid.getBoundingClientRect();
    const right = Math.min(innerWidth, outer.left + grid.clientWidth);
    const bottom = Math.min(innerHeight, outer.top + grid.clientHeight);
    const head = grid.querySelector('[role="columnheader"]')!.getBoundingClientRect();
    const isInView = (row: Element): boolean => {
      const name = row.querySelector('[role="rowheader"]')!.getBoundingClientRect();
      const isBeside = (cell: Element): boolean => {
        const box = cell.getBoundingClientRect();
        const shown = Math.min(box.right, right) - box.left;
        return box.left >= name.right - 0.5 && shown >= Math.min(box.width, minColumn) - 0.5;
      };
      return (
        name.left >= Math.max(0, outer.left) - 0.5 &&
        name.top >= head.bottom - 1.5 &&
        name.bottom <= bottom + 0.5 &&
        [...row.querySelectorAll('[role="gridcell"]')].some(isBeside)
      );
    };
    if (rows.filter(isInView).length >= Math.min(2, rows.length)) return [];
    const name = rows[0]?.querySelector('[role="rowheader"]')?.getBoundingClientRect();
    const found = `names up to ${name?.right}, rows from ${name?.top}, in ${right}×${bottom}`;
    return [`fewer than two rows show their name and one column: ${found}`];
  }, MIN_COLUMN);
}

/** Main buttons of what is above a table that have to be scrolled to. */
export function actionsOutOfView(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const around = (part: Element | null): Element[] =>
      part ? [part, ...around(part.parentElement)] : [];
    const found: string[] = [];
    for (const button of document.querySelectorAll('aside section .primary')) {
      const parents = around(button.parentElement);
      for (const part of parents) part.scrollTop = 0;
      for (let count = 0; count < 2; count += 1) await new Promise(requestAnimationFrame);
      const { top, bottom } = button.getBoundingClientRect();
      const isOut = parents
        .filter((part) => getComputedStyle(part).overflowY !== 'visible')
        .map((part) => part.getBoundingClientRect())
        .some((box) => top < box.top - 0.5 || bottom > box.bottom + 0.5);
      if (isOut) found.push(`“${button.textContent?.trim()}” ends at ${bottom} px`);
    }
    return found;
  });
}

/** What a person came for: a choice of a conflict, what can be done with the first change, the button that reviews. */
const ESSENTIALS = [
  '[data-conflict] input',
  '.change-row .actions button',
  '.changes [aria-posinset="1"] input',
  '.dock:not(:has(.notice, .panel:not(.nothing))) .actions .primary',
];

/**
 * Says what of that has to be scrolled to; nothing below messages or saves that were opened, which come first, and nothing
 * behind a dialog.
 */
export function essentialsOutOfView(page: Page): Promise<string[]> {
  return page.evaluate(async (selectors) => {
    const isCrowded =
      (document.querySelector('.messages')?.clientHeight ?? 0) > 0 ||
      document.querySelector('dialog[open], .fold [aria-expanded="true"]') !== null;
    if (isCrowded) return [];
    const around = (part: Element | null): Element[] =>
      part ? [part, ...around(part.parentElement)] : [];
    const found: string[] = [];
    for (const selector of selectors) {
      const part = [...document.querySelectorAll(`main ${selector}`)].find((one) =>
        one.checkVisibility(),
      );
      if (!part) continue;
      for (const outer of around(part.parentElement)) outer.scrollTop = 0;
      for (let count = 0; count < 2; count += 1) await new Promise(requestAnimationFrame);
      const { top, bottom } = part.getBoundingClientRect();
      if (top < -0.5 || bottom > innerHeight + 0.5)
        found.push(`the first ${selector} is from ${top} to ${bottom} px of ${innerHeight}`);
    }
    return found;
  }, ESSENTIALS);
}

/** Says what does not fit of a page, once it is this wide, in CSS px. */
export function misfitsOf(page: Page, width: number): Promise<string[]> {
  return page.evaluate(
    async ({ width, maxField, maxLine, maxColumn, patience }) => {
      /** Finds controls and headings that are cut off, covered, or cannot be scrolled into view. */
      const findCutOff = (): string[] => {
        const found: string[] = [];
        const root = document.documentElement;
        if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth} px wide`);
        const open =
          document.querySelector('dialog[open], [role="menu"], :popover-open') ?? document.body;
        for (const element of open.querySelectorAll<HTMLElement>(
          'button, input, select, textarea, [role="menuitem"], h1, h2',
        )) {
          if (
            !element.checkVisibility() ||
            element.closest('.visually-hidden, [aria-hidden="true"]')
          )
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
            found.push(
              `${name} is covered by ${topmost.tagName.toLowerCase()}.${topmost.className}`,
            );
        }
        return found;
      };

      /**
       * Finds what a large window stretches: fields and lines of text that are too wide, and controls that are far from
       * what they act on.
       */
      const findStretched = (): string[] => {
        const open = document.querySelector('dialog[open]') ?? document.querySelector('main');
        const visible = (selector: string): HTMLElement[] =>
          [...(open?.querySelectorAll<HTMLElement>(selector) ?? [])].filter(
            (element) =>
              element.checkVisibility() &&
              !element.closest('.visually-hidden, [aria-hidden="true"]'),
          );
        const nameOf = (element: HTMLElement): string =>
          `${element.tagName.toLowerCase()} "${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}"`;
        const found: string[] = [];
        for (const field of visible('input, select, textarea')) {
          const { width } = field.getBoundingClientRect();
          if (width > maxField) found.push(`${nameOf(field)} is ${width} px wide`);
        }
        for (const text of visible('p, li, dd')) {
          const range = document.createRange();
          range.selectNodeContents(text);
          const longest = Math.max(0, ...[...range.getClientRects()].map(({ width }) => width));
          if (text.querySelector('button, input, table') === null && longest > maxLine)
            found.push(`a line of ${nameOf(text)} is ${longest} px long`);
        }
        // The controls of one thing are close together. A list of changes and the settings take the width of the page, and
        // the line at the foot of the window, with Settings at its end, is about no page.
        const apart = open?.matches('dialog')
          ? 'main > .foot'
          : 'main > .foot, .changes, .activity, .settings';
        const parts = visible('h1, h2, button, input, select, textarea')
          .filter((element) => !element.closest(apart))
          .map((element) => element.getBoundingClientRect());
        // So are those of a bar of the table, where only what lists the columns of a file is as wide as it needs to be.
        const bars = [...document.querySelectorAll('aside :is(section, .batch)')].map((bar) =>
          [...bar.querySelectorAll<HTMLElement>('h2, p, button, input, select')]
            .filter(
              (element) => element.checkVisibility() && !element.closest('[role="list"], dialog'),
            )
            .map((element) => element.getBoundingClientRect()),
        );
        for (const boxes of [parts, ...bars]) {
          const left = Math.min(...boxes.map((box) => box.left));
          const right = Math.max(...boxes.map((box) => box.right));
          if (right - left > maxColumn) found.push(`the controls spread over ${right - left} px`);
        }
        return found;
      };

      const frame = () => new Promise(requestAnimationFrame);
      const started = performance.now();
      const isOver = () => performance.now() - started > patience;
      while (innerWidth !== width) {
        if (isOver()) return [`the page is ${innerWidth} px wide, not ${width}`];
        await frame();
      }
      for (;;) {
        await frame();
        const found = [...findCutOff(), ...findStretched()];
        if (found.length === 0 || isOver()) return found;
      }
    },
    {
      width,
      maxField: MAX_FIELD,
      maxLine: MAX_LINE,
      maxColumn: MAX_COLUMN,
      patience: PATIENCE_MS,
    },
  );
}
