/** Keys of the list box. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { moveTo, TypeAhead } from '../../../src/renderer/features/sidebar/list-keys';

it('moves within the list whatever is pressed', () => {
  const keys = ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'];
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.nat(50), fc.nat(50), (key, at, more) => {
      const count = at + more + 1;
      const next = moveTo(key, at, count);
      expect(next).toBeGreaterThanOrEqual(0);
      expect(next).toBeLessThan(count);
    }),
  );
});

it.each([
  ['ArrowDown', -1, 0],
  ['ArrowUp', -1, 4],
  ['ArrowDown', 4, 4],
  ['Home', 3, 0],
  ['End', 0, 4],
  ['Tab', 2, null],
])('%s from %d goes to %s', (key, active, to) => {
  expect(moveTo(key, active, 5)).toBe(to);
});

it('moves nowhere in an empty list', () => {
  expect(moveTo('ArrowDown', -1, 0)).toBeNull();
});

it('finds by what is typed in a row, and begins anew after a pause', () => {
  const names = ['Albrecht', 'Brightwater', 'Brunn', 'Casa'];
  const typeAhead = new TypeAhead();
  expect(typeAhead.find('b', 0, names, 0)).toBe(1);
  expect(typeAhead.find('r', 100, names, 1)).toBe(1);
  expect(typeAhead.find('u', 200, names, 1)).toBe(2);
  expect(typeAhead.find('c', 5_000, names, 2)).toBe(3);
  expect(typeAhead.find('z', 10_000, names, 3)).toBe(-1);
});

it('goes on to the next with the same letter', () => {
  const names = ['Albrecht', 'Brightwater', 'Brunn', 'Casa'];
  const typeAhead = new TypeAhead();
  expect(typeAhead.find('b', 0, names, -1)).toBe(1);
  expect(typeAhead.find('b', 100, names, 1)).toBe(2);
  expect(typeAhead.find('b', 200, names, 2)).toBe(1);
});
