/** What waits for the next paint, in a window that paints and in one that gets no frames. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { afterPaint } from '../../../src/renderer/ui/after-paint';

let frames: (() => void)[] = [];
const paint = (): void => {
  for (const callback of frames.splice(0)) callback();
};

beforeEach(() => {
  frames = [];
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('runs once, after the paint', () => {
  const work = vi.fn();
  afterPaint(work);
  paint();
  expect(work).not.toHaveBeenCalled();
  paint();
  expect(work).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(60_000);
  expect(work).toHaveBeenCalledOnce();
});

it('runs once after two seconds if the window gets no frames', () => {
  const work = vi.fn();
  afterPaint(work);
  vi.advanceTimersByTime(1_999);
  expect(work).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(work).toHaveBeenCalledOnce();
  paint();
  paint();
  expect(work).toHaveBeenCalledOnce();
});
