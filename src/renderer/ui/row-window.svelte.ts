/**
 * Decides which rows of a long list are rendered: the visible ones and a few around them. All rows have the
 * same height, and so have the headings above some of them. So the position of a row can be computed, however long
 * the list is, and the first rows can be rendered before anything is measured.
 */

/** Rows to render before and after the visible ones, once the person has scrolled. */
const OVERSCAN = 5;

/** Options of `RowWindow`. */
export interface RowWindowOptions {
  /** Height of a row, in px. */
  rowHeight: number;
  /** Space above the first and below the last row, in px. */
  padding: number;
  /** The number of rows; read as a signal. */
  count: () => number;
  /** The indexes of the rows that have a heading above them, ascending; read as a signal. Default: none. */
  headings?: () => readonly number[];
  /** Height of a heading, in px. */
  headingHeight?: number;
  /** Height of the scrolling element in px until it is measured; default: the height of the window. */
  height?: number;
}

/** The rows to render in one scrolling element. */
export class RowWindow {
  #scroller: HTMLElement | null = null;
  #scrollTop = $state(0);
  /** How many rows are visible at once. */
  #visible = $state(0);
  #overscan = $state(0);
  readonly #options: Required<RowWindowOptions>;
  /** The first visible row. */
  readonly #top = $derived.by(() => this.#indexAt(this.#scrollTop - this.#options.padding));
  readonly #first = $derived.by(() => {
    const last = Math.max(0, this.#options.count() - this.#visible);
    return Math.max(0, Math.min(this.#top, last) - this.#overscan);
  });
  readonly #end = $derived.by(() =>
    Math.min(this.#options.count(), this.#top + this.#visible + this.#overscan),
  );

  constructor(options: RowWindowOptions) {
    this.#options = {
      height: window.innerHeight,
      headings: () => [],
      headingHeight: 0,
      ...options,
    };
    this.#visible = this.#rowsIn(this.#options.height);
  }

  /** The first rendered row. */
  get first(): number {
    return this.#first;
  }

  /** The row after the last rendered one. */
  get end(): number {
    return this.#end;
  }

  /** The first visible row. */
  get top(): number {
    return this.#top;
  }

  /** Height of all rows and headings together, in px. */
  get height(): number {
    const { count, rowHeight, padding, headings, headingHeight } = this.#options;
    return count() * rowHeight + headings().length * headingHeight + 2 * padding;
  }

  /**
   * The indexes of the rendered rows, in order.
   *
   * @param keep the index of a row to render even when it is scrolled away; -1 for none
   */
  indexes(keep: number): number[] {
    const indexes = Array.from({ length: this.end - this.first }, (_, step) => this.first + step);
    if (keep >= 0 && keep < this.first) indexes.unshift(keep);
    else if (keep >= this.end && keep < this.#options.count()) indexes.push(keep);
    return indexes;
  }

  /** The top of a row, in px from the top of the list. */
  offsetOf(index: number): number {
    const { padding, rowHeight, headings, headingHeight } = this.#options;
    return padding + index * rowHeight + countUpTo(headings(), index) * headingHeight;
  }

  /** Follows the scrolling and the size of an element. Made for `{@attach}`. */
  readonly attach = (scroller: HTMLElement): (() => void) => {
    this.#scroller = scroller;
    const update = (): void => this.#update();
    scroller.addEventListener('scroll', update, { passive: true });
    const sizes = new ResizeObserver(() => {
      if (scroller.clientHeight > 0) this.#visible = this.#rowsIn(scroller.clientHeight);
    });
    sizes.observe(scroller);
    return () => {
      scroller.removeEventListener('scroll', update);
      sizes.disconnect();
      this.#scroller = null;
    };
  };

  /** Scrolls as little as needed to make a row and the heading above it visible. */
  reveal(index: number): void {
    const { padding, rowHeight, headings, headingHeight } = this.#options;
    const height = this.#scroller?.clientHeight || this.#options.height;
    const isFirst = countUpTo(headings(), index) > countUpTo(headings(), index - 1);
    const start = this.offsetOf(index) - padding - (isFirst ? headingHeight : 0);
    const end = this.offsetOf(index) + rowHeight + padding;
    const scrollTop = this.#scroller?.scrollTop ?? 0;
    if (start < scrollTop) this.#scrollTo(start);
    else if (end > scrollTop + height) this.#scrollTo(end - height);
  }

  /** Scrolls to the first row. */
  toStart(): void {
    this.#scrollTo(0);
  }

  /** Scrolls down by this many px, or up if negative. */
  scrollBy(distance: number): void {
    this.#scrollTo((this.#scroller?.scrollTop ?? 0) + distance);
  }

  /** The row, or the row below the heading, at a distance from the top of the first row, in px. */
  #indexAt(distance: number): number {
    const { rowHeight, headings, headingHeight } = this.#options;
    const starts = headings();
    // The first heading that begins below.
    const above = firstIndex(
      starts.length,
      (n) => (starts[n] ?? 0) * rowHeight + n * headingHeight > distance,
    );
    const row = Math.floor((distance - above * headingHeight) / rowHeight);
    return Math.max(0, row, above > 0 ? (starts[above - 1] ?? 0) : 0);
  }

  #rowsIn(height: number): number {
    return Math.ceil(height / this.#options.rowHeight) + 1;
  }

  #scrollTo(top: number): void {
    if (!this.#scroller) return;
    this.#scroller.scrollTop = Math.max(0, top);
    this.#update();
  }

  #update(): void {
    this.#scrollTop = this.#scroller?.scrollTop ?? 0;
    this.#overscan = OVERSCAN;
  }
}

/** The first number below `count` for which a condition holds, or `count`. It must hold for all numbers after it. */
function firstIndex(count: number, holds: (n: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How many of these ascending numbers are at most `limit`. */
export function countUpTo(numbers: readonly number[], limit: number): number {
  return firstIndex(numbers.length, (n) => (numbers[n] ?? 0) > limit);
}
