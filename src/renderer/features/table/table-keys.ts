/** The keys of the table: what each does (WAI-ARIA, patterns "Grid" and "Treegrid"; the rest as in spreadsheets). */

/** Where a key moves the active cell. */
export type GridMove =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'row-start'
  | 'row-end'
  | 'top'
  | 'bottom'
  | 'start'
  | 'end';

/** What a key does. */
export type GridAction =
  | { kind: 'move'; to: GridMove; extend: boolean }
  /** Selects all rows of the range, the column, everything, or only the active cell. */
  | { kind: 'rows' | 'column' | 'all' | 'one' }
  /** `open`: Enter; `beside`: Space; `copy`: the range. */
  | { kind: 'open' | 'beside' | 'copy' };

/** A key with its modifiers. */
export type Press = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

const MOVES: Readonly<Record<string, readonly [plain: GridMove, command: GridMove]>> = {
  ArrowUp: ['up', 'top'],
  ArrowDown: ['down', 'bottom'],
  ArrowLeft: ['left', 'row-start'],
  ArrowRight: ['right', 'row-end'],
  PageUp: ['page-up', 'page-up'],
  PageDown: ['page-down', 'page-down'],
  Home: ['row-start', 'start'],
  End: ['row-end', 'end'],
};

/** The action of a key, or null when the table does not handle it. */
export function gridActionOf(press: Press): GridAction | null {
  const { key, altKey, shiftKey } = press;
  const isCommand = press.ctrlKey || press.metaKey;
  if (altKey) return null;
  const move = MOVES[key];
  if (move) return { kind: 'move', to: move[isCommand ? 1 : 0], extend: shiftKey };
  if (key === ' ') {
    if (isCommand) return { kind: 'column' };
    return { kind: shiftKey ? 'rows' : 'beside' };
  }
  if (isCommand && !shiftKey) {
    if (key.toLowerCase() === 'a') return { kind: 'all' };
    return key.toLowerCase() === 'c' ? { kind: 'copy' } : null;
  }
  if (isCommand || shiftKey) return null;
  if (key === 'Enter') return { kind: 'open' };
  return key === 'Escape' ? { kind: 'one' } : null;
}

/** A place in the grid. Row -1 is the header. */
export interface Place {
  row: number;
  column: number;
}

/** The size of the grid, and how many rows one page is. */
export interface GridSize {
  rows: number;
  columns: number;
  page: number;
}

/** The place that a key moves to. Only `up` goes to the header. */
export function moveFrom({ row, column }: Place, to: GridMove, size: GridSize): Place {
  const lastRow = size.rows - 1;
  const lastColumn = size.columns - 1;
  const within = (place: number, last: number): number => Math.max(0, Math.min(last, place));
  switch (to) {
    case 'up':
      return { row: Math.max(-1, row - 1), column };
    case 'down':
      return { row: Math.min(lastRow, row + 1), column };
    case 'left':
      return { row, column: within(column - 1, lastColumn) };
    case 'right':
      return { row, column: within(column + 1, lastColumn) };
    case 'page-up':
      return { row: within(row - size.page, lastRow), column };
    case 'page-down':
      return { row: within(row + size.page, lastRow), column };
    case 'row-start':
      return { row, column: 0 };
    case 'row-end':
      return { row, column: lastColumn };
    case 'top':
      return { row: within(0, lastRow), column };
    case 'bottom':
      return { row: lastRow, column };
    case 'start':
      return { row: within(0, lastRow), column: 0 };
    case 'end':
      return { row: lastRow, column: lastColumn };
  }
}
