/**
 * Which rows of a long list exist: those in sight, and a few around them. All rows have one height, so
 * where a row stands is a multiplication, whether there are 100 or 100,000, and the first rows can be made
 * before anything was measured.
 */

/** Rows before and after those in sight that exist, too, once someone has scrolled. */
const OVERSCAN = 5;

/** What `RowWindow` needs. */
export interface RowWindowOptions {
  /** Height of a row in px. */
  rowHeight: number;
  /** Space above the first and below the last row, in px. */
  padding: number;
  /** How many rows there are; read as a signal. */
  count: () => number;
  /** Height of what scrolls in px, as far as known before it was measured; else that of the window. */
  height?: number;
}

/** The rows in sight of one element that scrolls. */
export class RowWindow {
  #scroller: HTMLElement | null = null;
  /** The first row that can be seen at all. */
  #top = $state(0);
  /** How many rows can be seen at once. */
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

  /** The first row that exists. */
  get first(): number {
    return this.#first;
  }

  /** The row after the last that exists. */
  get end(): number {
    return this.#end;
  }

  /** The first row that can be seen. */
  get top(): number {
    return this.#top;
  }

  /** Height of all rows together, in px. */
  get height(): number {
    const { count, rowHeight, padding } = this.#options;
    return count() * rowHeight + 2 * padding;
  }

  /**
   * The indexes of the rows that exist, in order.
   * @param keep one that exists wherever it is; -1 for none
   */
  indexes(keep: number): number[] {
    const indexes = Array.from({ length: this.end - this.first }, (_, at) => this.first + at);
    if (keep >= 0 && keep < this.first) indexes.unshift(keep);
    else if (keep >= this.end && keep < this.#options.count()) indexes.push(keep);
    return indexes;
  }

  /** Where a row begins, in px from the beginning of the list. */
  offsetOf(index: number): number {
    return this.#options.padding + index * this.#options.rowHeight;
  }

  /** Follows the element that scrolls. Made for `{@attach}`. */
  readonly attach = (scroller: HTMLElement): (() => void) => {
    this.#scroller = scroller;
    const look = (): void => this.#look();
    scroller.addEventListener('scroll', look, { passive: true });
    const sizes = new ResizeObserver(() => {
      if (scroller.clientHeight > 0) this.#visible = this.#rowsIn(scroller.clientHeight);
    });
    sizes.observe(scroller);
    return () => {
      scroller.removeEventListener('scroll', look);
      sizes.disconnect();
      this.#scroller = null;
    };
  };

  /** Scrolls as little as needed to bring a row into sight. */
  reveal(index: number): void {
    const { padding, rowHeight } = this.#options;
    const height = this.#scroller?.clientHeight || this.#options.height;
    const start = this.offsetOf(index) - padding;
    const end = start + rowHeight + 2 * padding;
    const now = this.#scroller?.scrollTop ?? 0;
    if (start < now) this.#scrollTo(start);
    else if (end > now + height) this.#scrollTo(end - height);
  }

  /** Scrolls to the beginning. */
  toStart(): void {
    this.#scrollTo(0);
  }

  /** Scrolls by so many rows. */
  scrollBy(rows: number): void {
    this.#scrollTo((this.#scroller?.scrollTop ?? 0) + rows * this.#options.rowHeight);
  }

  #rowsIn(height: number): number {
    return Math.ceil(height / this.#options.rowHeight) + 1;
  }

  #scrollTo(top: number): void {
    if (!this.#scroller) return;
    this.#scroller.scrollTop = Math.max(0, top);
    this.#look();
  }

  #look(): void {
    const { padding, rowHeight } = this.#options;
    const top = ((this.#scroller?.scrollTop ?? 0) - padding) / rowHeight;
    this.#top = Math.max(0, Math.floor(top));
    this.#overscan = OVERSCAN;
  }
}
