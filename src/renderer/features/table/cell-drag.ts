/** Selecting cells by dragging. Held outside the grid, the pointer keeps scrolling, also while it stays where it is. */

/** How often a pointer that is held outside the grid extends the range by what is there, in ms. */
const SCROLL_EVERY_MS = 50;

/** What a drag needs. */
export interface CellDragOptions {
  grid: () => HTMLElement;
  /** Extends the range to the cell at a point of the window, or the nearest one, and scrolls it into view. */
  extendTo: (point: Pick<MouseEvent, 'clientX' | 'clientY'>) => void;
}

/** A drag over the cells of a grid. */
export class CellDrag {
  #point: Pick<MouseEvent, 'clientX' | 'clientY'> | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #options: CellDragOptions;

  constructor(options: CellDragOptions) {
    this.#options = options;
  }

  /** Call it after the press. */
  begin(event: PointerEvent): void {
    this.end();
    this.#point = event;
    this.#options.grid().setPointerCapture(event.pointerId);
  }

  move(event: PointerEvent): void {
    if (!this.#point) return;
    // The button was released where the window did not notice, for example in a native menu.
    if (event.buttons === 0) return this.end();
    this.#point = event;
    this.#options.extendTo(event);
    const isInside = this.#isInside(event);
    if (isInside) this.#stopScrolling();
    else this.#timer ??= setInterval(() => this.#scroll(), SCROLL_EVERY_MS);
  }

  end(): void {
    this.#point = null;
    this.#stopScrolling();
  }

  #scroll(): void {
    if (this.#point) this.#options.extendTo(this.#point);
  }

  #stopScrolling(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #isInside({ clientX, clientY }: PointerEvent): boolean {
    const { left, right, top, bottom } = this.#options.grid().getBoundingClientRect();
    return clientX >= left && clientX < right && clientY >= top && clientY < bottom;
  }
}
