/** The keys of the help window, on each platform, and the addresses of its pages. */
import { expect, it } from 'vitest';
import { helpActionOf, zoomAfter, type HelpKey } from '../../../src/main/desktop/help-keys';
import { helpPageAt, helpUrl } from '../../../src/main/desktop/help-pages';

const pressed = (key: string, modifiers: Partial<HelpKey> = {}): HelpKey => ({
  type: 'keyDown',
  key,
  control: false,
  meta: false,
  alt: false,
  shift: false,
  ...modifiers,
});

it.each([
  ['Escape', {}, null],
  ['F1', {}, 'guide'],
  ['w', { control: true }, 'close'],
  ['W', { control: true, shift: true }, 'close'],
  ['+', { control: true, shift: true }, 'zoom-in'],
  ['=', { control: true }, 'zoom-in'],
  ['-', { control: true }, 'zoom-out'],
  ['0', { control: true }, 'zoom-reset'],
  ['ArrowLeft', { alt: true }, 'back'],
  ['ArrowRight', { alt: true }, 'forward'],
  ['w', {}, null],
  ['w', { meta: true }, null],
  ['w', { control: true, alt: true }, null],
  ['c', { control: true }, null],
  ['ArrowLeft', {}, null],
  ['F1', { control: true }, null],
  ['F1', { type: 'keyUp' }, null],
] as const)('on Windows and Linux, %s with %o means %s', (key, modifiers, action) => {
  expect(helpActionOf(pressed(key, modifiers), 'linux')).toBe(action);
  expect(helpActionOf(pressed(key, modifiers), 'win32')).toBe(action);
});

it.each([
  ['w', { meta: true }, 'close'],
  ['[', { meta: true }, 'back'],
  [']', { meta: true }, 'forward'],
  ['w', { control: true }, null],
  // These move the cursor by a word.
  ['ArrowLeft', { alt: true }, null],
] as const)('on a Mac, %s with %o means %s', (key, modifiers, action) => {
  expect(helpActionOf(pressed(key, modifiers), 'darwin')).toBe(action);
});

it('zooms in steps, within limits', () => {
  expect(zoomAfter('zoom-in', 0)).toBe(0.5);
  expect(zoomAfter('zoom-out', 0)).toBe(-0.5);
  expect(zoomAfter('zoom-reset', 2.5)).toBe(0);
  expect(zoomAfter('zoom-in', 6)).toBe(6);
  expect(zoomAfter('zoom-out', -3)).toBe(-3);
});

it('knows the page at each of its addresses, and at no other', () => {
  expect(helpUrl('guide', 'de', 'linux')).toBe('app://help/de/guide.html');
  expect(helpUrl('shortcuts', 'en', 'win32')).toBe('app://help/en/shortcuts.html');
  expect(helpUrl('shortcuts', 'en', 'darwin')).toBe('app://help/en/shortcuts-mac.html');
  expect(helpPageAt('app://help/de/guide.html#zugänge')).toBe('guide');
  expect(helpPageAt('app://help/en/shortcuts-mac.html')).toBe('shortcuts');
  expect(helpPageAt('app://help/en/admin.html')).toBe('admin');
  for (const other of [
    'app://letterhead/index.html',
    'app://letterhead/en/guide.html',
    'app://help/en/other.html',
    'app://help/en/../guide.html',
    'app://help/guide.html',
    'app://help/en/guide.html?x',
    'https://help/en/guide.html',
    'about:blank',
    '',
  ])
    expect(helpPageAt(other), other).toBeNull();
});
