/** The line that resizes the list: dragging, keys, limits, and what is remembered. */
import { fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import SidebarHandle from '../../../src/renderer/features/list/SidebarHandle.svelte';
import { success } from '../../../src/shared/result';
import { FakeApi } from '../fake-api';

const WINDOW_WIDTH = 1_000;
let original: number;

beforeEach(() => {
  original = window.innerWidth;
  Object.assign(window, { innerWidth: WINDOW_WIDTH });
  // happy-dom captures no pointer: the events of these tests go to the line itself.
  Element.prototype.setPointerCapture = () => undefined;
});
afterEach(() => {
  Object.assign(window, { innerWidth: original });
  document.documentElement.style.direction = '';
  vi.restoreAllMocks();
});

async function show(sidebarWidth: number | null = 300) {
  const fake = new FakeApi()
    .answer('app', 'lastWindow', () => success({ sidebarWidth, entryId: null }))
    .answer('app', 'setSidebarWidth', () => success(null));
  const { state, context } = await fake.loadedState();
  render(SidebarHandle, { context });
  const line = screen.getByRole('separator', { name: 'Width of the list' });
  return {
    line,
    state,
    saved: () => fake.requests('app.setSidebarWidth'),
    now: () => Number(line.getAttribute('aria-valuenow')),
  };
}

const pointer = (line: Element, type: string, clientX: number) =>
  fireEvent(line, new PointerEvent(type, { bubbles: true, clientX, button: 0, pointerId: 1 }));

it('exposes its value and limits to screen readers', async () => {
  const { line } = await show();
  expect(line.getAttribute('aria-orientation')).toBe('vertical');
  expect(line.getAttribute('aria-valuemin')).toBe('240');
  expect(line.getAttribute('aria-valuemax')).toBe('400');
  expect(line.getAttribute('aria-valuenow')).toBe('300');
  expect(line.getAttribute('aria-valuetext')).toBe('300 pixels');
});

it('follows the arrow keys, Home and End within its limits, and remembers where the key is released', async () => {
  const { line, now, saved } = await show();
  line.focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(now()).toBe(316);
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
  expect(now()).toBe(284);
  await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}');
  expect(now()).toBe(348);
  await userEvent.keyboard('{End}{ArrowRight}');
  expect(now()).toBe(400);
  await userEvent.keyboard('{Home}{ArrowLeft}');
  expect(now()).toBe(240);
  expect(saved().at(-1)).toEqual({ width: 240 });
  const count = saved().length;
  // At the limit nothing changes, and other keys are not its own.
  await userEvent.keyboard('{ArrowLeft}a{Tab}');
  expect(saved()).toHaveLength(count);
});

it('returns to the usual width with Enter', async () => {
  const { line, state, saved } = await show();
  line.focus();
  await userEvent.keyboard('{Enter}');
  expect(state.lastWindow.sidebarWidth).toBeNull();
  expect(saved()).toEqual([{ width: null }]);
});

it('follows the pointer, and remembers the width once when it is released', async () => {
  const { line, now, saved } = await show();
  await pointer(line, 'pointerdown', 300);
  await pointer(line, 'pointermove', 340);
  expect(now()).toBe(340);
  await pointer(line, 'pointermove', 900);
  expect(now()).toBe(400);
  await pointer(line, 'pointermove', 350);
  expect(saved()).toEqual([]);
  await pointer(line, 'pointerup', 350);
  expect(saved()).toEqual([{ width: 350 }]);
  await pointer(line, 'pointermove', 260);
  expect(now()).toBe(350);
});

it('mirrors pointer and keys where text runs from right to left', async () => {
  const { line, now } = await show();
  document.documentElement.style.direction = 'rtl';
  line.style.direction = 'rtl';
  await pointer(line, 'pointerdown', 700);
  await pointer(line, 'pointermove', 660);
  expect(now()).toBe(340);
  await pointer(line, 'pointerup', 660);
  line.focus();
  await userEvent.keyboard('{ArrowLeft}');
  expect(now()).toBe(356);
});

it('returns to where the drag began with Escape, which nothing else handles', async () => {
  const { line, now, saved } = await show();
  const outside = vi.fn();
  document.body.addEventListener('keydown', outside, { once: true });
  line.focus();
  await pointer(line, 'pointerdown', 300);
  await pointer(line, 'pointermove', 380);
  await userEvent.keyboard('{Escape}');
  expect(now()).toBe(300);
  await pointer(line, 'pointermove', 390);
  expect(now()).toBe(300);
  expect(saved().filter((width) => JSON.stringify(width) !== '{"width":300}')).toEqual([]);
  expect(outside).not.toHaveBeenCalled();
  document.body.removeEventListener('keydown', outside);
});

it('keeps the width when pressed without moving', async () => {
  const { line, state, saved } = await show(null);
  await pointer(line, 'pointerdown', 300);
  await pointer(line, 'pointermove', 300);
  await pointer(line, 'pointerup', 300);
  expect(state.lastWindow.sidebarWidth).toBeNull();
  expect(saved()).toEqual([]);
});

it('returns to the usual width with a double click', async () => {
  const { line, state, saved } = await show();
  await pointer(line, 'pointerdown', 300);
  await pointer(line, 'pointermove', 300);
  await pointer(line, 'pointerup', 300);
  expect(saved()).toEqual([]);
  await fireEvent.dblClick(line);
  expect(state.lastWindow.sidebarWidth).toBeNull();
  expect(saved()).toEqual([{ width: null }]);
});

it('ignores other mouse buttons', async () => {
  const { line, now } = await show();
  await fireEvent(
    line,
    new PointerEvent('pointerdown', { bubbles: true, clientX: 300, button: 2, pointerId: 1 }),
  );
  await pointer(line, 'pointermove', 380);
  expect(now()).toBe(300);
});
