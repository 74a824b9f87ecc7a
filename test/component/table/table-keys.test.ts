/** What the keys of the table do. */
import { describe, expect, it } from 'vitest';
import {
  gridActionOf,
  moveFrom,
  type GridMove,
  type Press,
} from '../../../src/renderer/features/table/table-keys';

const press = (key: string, ...modifiers: ('ctrl' | 'shift' | 'alt' | 'meta')[]): Press => ({
  key,
  ctrlKey: modifiers.includes('ctrl'),
  shiftKey: modifiers.includes('shift'),
  altKey: modifiers.includes('alt'),
  metaKey: modifiers.includes('meta'),
  altGraph: false,
});
const action = (...keys: Parameters<typeof press>) => gridActionOf(press(...keys));

describe('gridActionOf', () => {
  it.each([
    ['ArrowUp', 'up', 'top'],
    ['ArrowDown', 'down', 'bottom'],
    ['ArrowLeft', 'left', 'row-start'],
    ['ArrowRight', 'right', 'row-end'],
    ['PageUp', 'page-up', 'page-up'],
    ['PageDown', 'page-down', 'page-down'],
    ['Home', 'row-start', 'start'],
    ['End', 'row-end', 'end'],
  ])('%s moves, and with Shift extends', (key, plain, withCtrl) => {
    expect(action(key)).toEqual({ kind: 'move', to: plain, extend: false });
    expect(action(key, 'ctrl')).toEqual({ kind: 'move', to: withCtrl, extend: false });
    expect(action(key, 'shift')).toEqual({ kind: 'move', to: plain, extend: true });
    expect(action(key, 'ctrl', 'shift')).toEqual({ kind: 'move', to: withCtrl, extend: true });
  });

  it('selects with Space, A and Escape', () => {
    expect(action(' ', 'shift')).toEqual({ kind: 'rows' });
    expect(action(' ', 'ctrl')).toEqual({ kind: 'tick-or-column' });
    expect(action('a', 'ctrl')).toEqual({ kind: 'all' });
    expect(action('A', 'meta')).toEqual({ kind: 'all' });
    expect(action('Escape')).toEqual({ kind: 'one' });
  });

  it('opens with Enter and Space, and copies', () => {
    expect(action('Enter')).toEqual({ kind: 'open' });
    expect(action(' ')).toEqual({ kind: 'beside' });
    expect(action('c', 'ctrl')).toEqual({ kind: 'copy' });
  });

  it('leaves all other keys to the window', () => {
    const others = [
      action('Tab'),
      action('ArrowUp', 'alt'),
      action('k', 'ctrl'),
      action('v', 'ctrl'),
    ];
    expect([...others, action('c', 'ctrl', 'shift'), action('Enter', 'ctrl')]).toEqual(
      Array(6).fill(null),
    );
  });

  it('types with characters, dead keys, input methods and AltGr, but not with Space', () => {
    const typed = ['x', 'Ü', '+', 'Dead', 'Process', '😀'].map((key) => action(key));
    expect(typed).toEqual(Array(6).fill({ kind: 'type' }));
    expect(action('X', 'shift')).toEqual({ kind: 'type' });
    expect(gridActionOf({ ...press('@', 'ctrl', 'alt'), altGraph: true })).toEqual({
      kind: 'type',
    });
  });

  it('changes cells as a spreadsheet does', () => {
    expect(action('F2')).toEqual({ kind: 'edit' });
    expect([action('Delete'), action('Backspace')]).toEqual(Array(2).fill({ kind: 'clear' }));
    expect(action('d', 'ctrl')).toEqual({ kind: 'fill-down' });
    expect(action('x', 'meta')).toEqual({ kind: 'cut' });
    expect(action('z', 'ctrl')).toEqual({ kind: 'undo' });
    expect([action('Z', 'ctrl', 'shift'), action('y', 'ctrl')]).toEqual(
      Array(2).fill({ kind: 'redo' }),
    );
  });
});

describe('moveFrom', () => {
  const SIZE = { rows: 10, columns: 3, page: 4 };
  const from = (at: number, column: number, to: GridMove) => {
    const next = moveFrom({ at, column }, to, SIZE);
    return [next.at, next.column];
  };

  it('stays inside the grid; only up goes into the header', () => {
    expect(from(0, 1, 'up')).toEqual([-1, 1]);
    expect(from(-1, 1, 'up')).toEqual([-1, 1]);
    expect(from(-1, 1, 'down')).toEqual([0, 1]);
    expect(from(9, 1, 'down')).toEqual([9, 1]);
    expect(from(1, 0, 'left')).toEqual([1, 0]);
    expect(from(1, 2, 'right')).toEqual([1, 2]);
    expect(from(2, 1, 'page-up')).toEqual([0, 1]);
    expect(from(8, 1, 'page-down')).toEqual([9, 1]);
  });

  it('goes to the ends of the row, the column and the table', () => {
    expect(from(4, 1, 'row-start')).toEqual([4, 0]);
    expect(from(4, 1, 'row-end')).toEqual([4, 2]);
    expect(from(4, 1, 'top')).toEqual([0, 1]);
    expect(from(4, 1, 'bottom')).toEqual([9, 1]);
    expect(from(4, 1, 'start')).toEqual([0, 0]);
    expect(from(4, 1, 'end')).toEqual([9, 2]);
  });
});
