/** Keys of the list box: what each asks for, where it moves to, and typing ahead. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  actionOf,
  moveTo,
  Steps,
  TypeAhead,
  type MoveKey,
  type Press,
} from '../../../src/renderer/features/list/list-keys';
import { later } from '../fake-api';

const KEYS: MoveKey[] = ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'];

it('moves within the list whatever is pressed', () => {
  fc.assert(
    fc.property(fc.constantFrom(...KEYS), fc.nat(50), fc.nat(50), (key, at, more) => {
      const count = at + more + 1;
      const next = moveTo(key, at, count);
      expect(next).toBeGreaterThanOrEqual(0);
      expect(next).toBeLessThan(count);
    }),
  );
});

it.each<[MoveKey, number, number]>([
  ['ArrowDown', -1, 0],
  ['ArrowUp', -1, 4],
  ['ArrowDown', 4, 4],
  ['Home', 3, 0],
  ['End', 0, 4],
])('%s from %d goes to %s', (key, active, to) => {
  expect(moveTo(key, active, 5)).toBe(to);
});

it('moves nowhere in an empty list', () => {
  for (const key of KEYS) expect(moveTo(key, -1, 0)).toBe(-1);
});

const NOTHING_HELD = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };
const asked = (press: Partial<Press>, { typing = false, selecting = false } = {}) =>
  actionOf({ key: '', ...NOTHING_HELD, ...press }, { typing, selecting });

it('takes Space for opening, for the box while selecting, and for a letter while typing', () => {
  expect(asked({ key: ' ' })).toEqual({ kind: 'open' });
  expect(asked({ key: ' ', ctrlKey: true })).toEqual({ kind: 'toggle' });
  expect(asked({ key: ' ' }, { selecting: true })).toEqual({ kind: 'toggle' });
  expect(asked({ key: ' ' }, { typing: true, selecting: true })).toEqual({
    kind: 'type',
    letter: ' ',
  });
});

it('extends with Shift, selects all with Ctrl+A, and leaves everything else alone', () => {
  expect(asked({ key: 'End', shiftKey: true })).toEqual({ kind: 'move', key: 'End', extend: true });
  expect(asked({ key: 'a', metaKey: true })).toEqual({ kind: 'select-all' });
  expect(asked({ key: 'B', shiftKey: true })).toEqual({ kind: 'type', letter: 'B' });
  expect(asked({ key: 'Escape' }, { selecting: true })).toEqual({ kind: 'end' });
  for (const press of [
    { key: 'Escape' },
    { key: 'Tab' },
    { key: 'Shift', shiftKey: true },
    { key: 'k', ctrlKey: true },
    { key: 'End', ctrlKey: true },
    { key: 'a', altKey: true },
  ]) {
    expect(asked(press)).toBeNull();
  }
});

it('puts together what is typed in a row, and begins anew after a pause', () => {
  const typeAhead = new TypeAhead();
  expect(typeAhead.type('B', 0)).toEqual({ prefix: 'b', next: true });
  expect(typeAhead.type('r', 100)).toEqual({ prefix: 'br', next: false });
  expect(typeAhead.typing(700)).toBe(true);
  expect(typeAhead.typing(5_000)).toBe(false);
  expect(typeAhead.type('c', 5_000)).toEqual({ prefix: 'c', next: true });
});

it('goes to the next name with the same letter', () => {
  const typeAhead = new TypeAhead();
  for (const at of [0, 100, 200]) {
    expect(typeAhead.type('b', at)).toEqual({ prefix: 'b', next: true });
  }
});

it('carries out steps in their order, the first at once, and loses none', async () => {
  const steps = new Steps();
  const done: number[] = [];
  const slow = later<void>();
  steps.run(async () => {
    done.push(1);
    await slow.promise;
    done.push(2);
  });
  expect(done).toEqual([1]);
  const last = later<void>();
  for (const step of [3, 4]) steps.run(async () => void done.push(step));
  steps.run(async () => last.give());
  expect(done).toEqual([1]);
  slow.give();
  await last.promise;
  expect(done).toEqual([1, 2, 3, 4]);
});
