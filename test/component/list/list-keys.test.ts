/** Keys of the list box: actions, movement and type-ahead. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  actionOf,
  moveTo,
  ActionQueue,
  TypeAhead,
  type MoveKey,
  type Press,
} from '../../../src/renderer/features/list/list-keys';
import { deferred } from '../fake-api';

const KEYS: MoveKey[] = ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'];

it('never moves outside the list', () => {
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

const NO_MODIFIERS = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };
const actionFor = (press: Partial<Press>, { typing = false, selecting = false } = {}) =>
  actionOf({ key: '', ...NO_MODIFIERS, ...press }, { typing, selecting });

it('opens with Space, toggles with it while selecting, and types it during type-ahead', () => {
  expect(actionFor({ key: ' ' })).toEqual({ kind: 'open' });
  expect(actionFor({ key: 'Enter' })).toEqual({ kind: 'enter' });
  expect(actionFor({ key: ' ', ctrlKey: true })).toEqual({ kind: 'toggle' });
  expect(actionFor({ key: ' ' }, { selecting: true })).toEqual({ kind: 'toggle' });
  expect(actionFor({ key: ' ' }, { typing: true, selecting: true })).toEqual({
    kind: 'type',
    letter: ' ',
  });
});

it('extends with Shift, selects all with Ctrl+A, and ignores other keys', () => {
  expect(actionFor({ key: 'End', shiftKey: true })).toEqual({
    kind: 'move',
    key: 'End',
    extend: true,
  });
  expect(actionFor({ key: 'a', metaKey: true })).toEqual({ kind: 'select-all' });
  expect(actionFor({ key: 'B', shiftKey: true })).toEqual({ kind: 'type', letter: 'B' });
  expect(actionFor({ key: 'Escape' }, { selecting: true })).toEqual({ kind: 'end' });
  for (const press of [
    { key: 'Escape' },
    { key: 'Tab' },
    { key: 'Shift', shiftKey: true },
    { key: 'k', ctrlKey: true },
    { key: 'End', ctrlKey: true },
    { key: 'a', altKey: true },
  ]) {
    expect(actionFor(press)).toBeNull();
  }
});

it('collects letters typed in a row, and starts over after a pause', () => {
  const typeAhead = new TypeAhead();
  expect(typeAhead.type('B', 0)).toEqual({ prefix: 'b', next: true });
  expect(typeAhead.type('r', 100)).toEqual({ prefix: 'br', next: false });
  expect(typeAhead.typing(700)).toBe(true);
  expect(typeAhead.typing(5_000)).toBe(false);
  expect(typeAhead.type('c', 5_000)).toEqual({ prefix: 'c', next: true });
});

it('searches for one letter from the next row on when the same letter is repeated', () => {
  const typeAhead = new TypeAhead();
  for (const at of [0, 100, 200]) {
    expect(typeAhead.type('b', at)).toEqual({ prefix: 'b', next: true });
  }
});

it('runs steps in order, the first one immediately, and loses none', async () => {
  const steps = new ActionQueue();
  const done: number[] = [];
  const slow = deferred<void>();
  steps.run(async () => {
    done.push(1);
    await slow.promise;
    done.push(2);
  });
  expect(done).toEqual([1]);
  const last = deferred<void>();
  for (const step of [3, 4]) steps.run(async () => void done.push(step));
  steps.run(async () => last.resolve());
  expect(done).toEqual([1]);
  slow.resolve();
  await last.promise;
  expect(done).toEqual([1, 2, 3, 4]);
});
