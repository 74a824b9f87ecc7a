/** The selected cells of the table: a rectangle between the cell where it began and the active cell. */
import type { Place } from './table-keys';

/** Selected cells: the first and last place down the screen and column, all included. */
export interface CellRange {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** The range of a grid. */
export class GridRange {
  /** The cell where the range began. */
  #anchor = $state.raw<Place>({ at: 0, column: 0 });
  /** The cell that keys act on. */
  #active = $state.raw<Place>({ at: 0, column: 0 });
  /** The range if it is more than from the anchor to the active cell: whole rows, columns or everything. */
  #whole = $state.raw<'rows' | 'columns' | 'all' | null>(null);

  get active(): Place {
    return this.#active;
  }

  /** The selected cells, in a grid of this size. */
  within(length: number, columns: number): CellRange {
    const isColumns = this.#whole === 'columns' || this.#whole === 'all';
    const isRows = this.#whole === 'rows' || this.#whole === 'all';
    const [one, other] = [this.#anchor, this.#active];
    return {
      top: isColumns ? 0 : Math.max(0, Math.min(one.at, other.at)),
      bottom: isColumns ? length - 1 : Math.min(length - 1, Math.max(one.at, other.at)),
      left: isRows ? 0 : Math.min(one.column, other.column),
      right: isRows ? columns - 1 : Math.max(one.column, other.column),
    };
  }

  /** Makes one cell the range. */
  set(place: Place): void {
    this.#anchor = place;
    this.#active = place;
    this.#whole = null;
  }

  /** Extends the range to a cell. Whole rows or columns stay whole. */
  extend(place: Place): void {
    if (this.#whole === 'all') this.#whole = null;
    // From a cell, a range does not go into the header.
    const at = this.#whole === 'columns' ? place.at : Math.max(0, place.at);
    this.#active = { at, column: place.column };
  }

  /** Extends the range to whole rows, whole columns, or everything. The active cell stays. */
  setWhole(whole: 'rows' | 'columns' | 'all'): void {
    this.#whole = whole;
  }

  /** Makes a column the range, or with `extend` also those between it and the anchor. */
  setColumn(column: number, extend = false): void {
    const place = { at: -1, column };
    if (!extend || this.#whole !== 'columns') this.#anchor = place;
    this.#active = place;
    this.#whole = 'columns';
  }
}
