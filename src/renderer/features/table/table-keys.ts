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
  /** `rows`: all cells of the rows; `all`: everything; `one`: Escape, only the active cell. */
  | { kind: 'rows' | 'all' | 'one' }
  /** Ctrl+Space: ticks the entry in the column of names, and else selects the column. */
  | { kind: 'tick-or-column' }
  /** `open`: Enter; `edit`: F2; `beside`: Space. */
  | { kind: 'open' | 'edit' | 'beside' }
  /** A key that begins a text, which replaces that of the cell. */
  | { kind: 'type' }
  /** About the cells of the range. */
  | { kind: 'copy' | 'cut' | 'clear' | 'fill-down' }
  | { kind: 'undo' | 'redo' };

/** A key with its modifiers. */
export type Press = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'> & {
  /** Whether AltGr is held, which some systems report as Ctrl and Alt. */
  altGraph: boolean;
};

/** Keys that begin a text: a character, a dead key, or one that an input method handles. */
const isTyping = ({ key }: Press): boolean =>
  [...key].length === 1 || key === 'Dead' || key === 'Process';

/** What Ctrl does with a letter. */
const COMMANDS: Readonly<Record<string, GridAction>> = {
  a: { kind: 'all' },
  c: { kind: 'copy' },
  x: { kind: 'cut' },
  d: { kind: 'fill-down' },
  y: { kind: 'redo' },
  z: { kind: 'undo' },
};

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
  if (press.altGraph) return isTyping(press) ? { kind: 'type' } : null;
  const isCommand = press.ctrlKey || press.metaKey;
  if (altKey) return null;
  const move = MOVES[key];
  if (move) return { kind: 'move', to: move[isCommand ? 1 : 0], extend: shiftKey };
  if (key === ' ') {
    if (isCommand) return { kind: 'tick-or-column' };
    return { kind: shiftKey ? 'rows' : 'beside' };
  }
  if (isCommand && shiftKey) return key.toLowerCase() === 'z' ? { kind: 'redo' } : null;
  if (isCommand) return COMMANDS[key.toLowerCase()] ?? null;
  if (isTyping(press)) return { kind: 'type' };
  if (shiftKey) return null;
  if (key === 'Enter') return { kind: 'open' };
  if (key === 'F2') return { kind: 'edit' };
  if (key === 'Delete' || key === 'Backspace') return { kind: 'clear' };
  return key === 'Escape' ? { kind: 'one' } : null;
}

/** A place in the grid: how far down on screen, headings included, and which column. `at` -1 is the header. */
export interface Place {
  at: number;
  column: number;
}

/** The size of the grid, and how many rows one page is. */
export interface GridSize {
  rows: number;
  columns: number;
  page: number;
}

/** The place that a key moves to. Only `up` goes to the header. */
export function moveFrom({ at, column }: Place, to: GridMove, size: GridSize): Place {
  const lastRow = size.rows - 1;
  const lastColumn = size.columns - 1;
  const within = (place: number, last: number): number => Math.max(0, Math.min(last, place));
  switch (to) {
    case 'up':
      return { at: Math.max(-1, at - 1), column };
    case 'down':
      return { at: Math.min(lastRow, at + 1), column };
    case 'left':
      return { at, column: within(column - 1, lastColumn) };
    case 'right':
      return { at, column: within(column + 1, lastColumn) };
    case 'page-up':
      return { at: within(at - size.page, lastRow), column };
    case 'page-down':
      return { at: within(at + size.page, lastRow), column };
    case 'row-start':
      return { at, column: 0 };
    case 'row-end':
      return { at, column: lastColumn };
    case 'top':
      return { at: within(0, lastRow), column };
    case 'bottom':
      return { at: lastRow, column };
    case 'start':
      return { at: within(0, lastRow), column: 0 };
    case 'end':
      return { at: lastRow, column: lastColumn };
  }
}
