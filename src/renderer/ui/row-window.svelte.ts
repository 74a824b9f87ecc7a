/**
 * Decides which rows of a long list are rendered: the visible ones and a few around them. All rows have the
 * same height. So the position of a row is a multiplication, however long the list is, and the first rows can
 * be rendered before anything is measured.
 */

/** Rows to render before and after the visible ones, once the user has scrolled. */
const OVERSCAN = 5;

/** Options of `RowWindow`. */
export interface RowWindowOptions {
  /** Height of a row, in px. */
  rowHeight: number;
  /** Space above the first and below the last row, in px. */
  padding: number;
  /** The number of rows; read as a signal. */
  count: () => number;
  /** Height of the scrolling element in px until it is measured; default: the height of the window. */
  height?: number;
}

/** The rows to render in one scrolling element. */
export class RowWindow {
  #scroller: HTMLElement | null = null;
  /** The first visible row. */
  #top = $state(0);
  /** How many rows are visible at once. */
  #visible = $state(0);
  #overscan = $state(0);
  readonly #options: Required<RowWindowOptions>;
  readonly #first = $derived.by(() => {
    const last = Math.max(0, this.#options.count() - this.#visible);
    return Math.max(0, Math.min(this.#top, last) - this.#overscan);
  });
  readonly #end = $derived.by(() =>
    Math.min(this.#options.count(), this.#top + this.#visible + this.#overscan),
  );

  constructor(options: RowWindowOptions) {
    this.#options = { height: window.innerHeight, ...options };
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

  /** Height of all rows together, in px. */
  get height(): number {
    const { count, rowHeight, padding } = this.#options;
    return count() * rowHeight + 2 * padding;
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
    return this.#options.padding + index * this.#options.rowHeight;
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

  /** Scrolls as little as needed to make a row visible. */
  reveal(index: number): void {
    const { padding, rowHeight } = this.#options;
    const height = this.#scroller?.clientHeight || this.#options.height;
    const start = this.offsetOf(index) - padding;
    const end = start + rowHeight + 2 * padding;
    const scrollTop = this.#scroller?.scrollTop ?? 0;
    if (start < scrollTop) this.#scrollTo(start);
    else if (end > scrollTop + height) this.#scrollTo(end - height);
  }

  /** Scrolls to the first row. */
  toStart(): void {
    this.#scrollTo(0);
  }

  /** Scrolls down by this many rows, or up if negative. */
  scrollBy(rows: number): void {
    this.#scrollTo((this.#scroller?.scrollTop ?? 0) + rows * this.#options.rowHeight);
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
    const { padding, rowHeight } = this.#options;
    const top = ((this.#scroller?.scrollTop ?? 0) - padding) / rowHeight;
    this.#top = Math.max(0, Math.floor(top));
    this.#overscan = OVERSCAN;
  }
}
