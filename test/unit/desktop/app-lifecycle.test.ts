/** The app goes when it was told to, also after a window that asked for a moment; on macOS not before. */
import { EventEmitter } from 'node:events';
import type { App, BrowserWindow } from 'electron';
import { expect, it, vi } from 'vitest';
import { followLifecycle } from '../../../src/main/desktop/app-lifecycle';

vi.mock('electron', () => ({}));

function harness(platform: NodeJS.Platform) {
  const events = new EventEmitter();
  const quit = vi.fn();
  const show = vi.fn();
  const done: string[] = [];
  const stop = vi.fn(() => void done.push('stop'));
  const startedMeanwhile = vi.fn();
  const state = { finish: null as Promise<() => void> | null };
  const window = { isMinimized: () => true, restore: vi.fn(), focus: vi.fn() };
  let current: typeof window | null = window;
  const quitWith = followLifecycle({
    app: Object.assign(events, { quit }) as unknown as App,
    platform,
    current: () => current as unknown as BrowserWindow | null,
    show,
    close: () => void done.push('close'),
  });
  quitWith({ stop, finish: () => state.finish, startedMeanwhile });
  const closeWindow = (): void => {
    current = null;
    events.emit('window-all-closed');
  };
  /** Electron is about to end the app; gives whether that was put off. */
  const willQuit = (): boolean => {
    const preventDefault = vi.fn();
    events.emit('will-quit', { preventDefault });
    return preventDefault.mock.calls.length > 0;
  };
  return {
    ...{ events, quit, show, stop, window, done, state },
    closeWindow,
    willQuit,
    startedMeanwhile,
  };
}

it.each(['linux', 'win32'] as const)('%s: the app ends with its window', (platform) => {
  const { quit, closeWindow } = harness(platform);
  closeWindow();
  expect(quit).toHaveBeenCalledTimes(1);
});

it('macOS: a closed window leaves the app, which opens another when it is activated', () => {
  const { events, quit, show, closeWindow } = harness('darwin');
  events.emit('activate');
  expect(show).not.toHaveBeenCalled();
  closeWindow();
  expect(quit).not.toHaveBeenCalled();
  events.emit('activate');
  expect(show).toHaveBeenCalledTimes(1);
});

it('macOS: quitting goes on when the window that asked for a moment has closed', () => {
  const { events, quit, closeWindow, willQuit, done } = harness('darwin');
  events.emit('before-quit');
  closeWindow();
  expect(quit).toHaveBeenCalledTimes(1);
  expect(willQuit()).toBe(false);
  expect(willQuit()).toBe(false);
  expect(done).toEqual(['stop', 'close']);
});

it('what is still to be done puts the end off; the database is closed before the very last', async () => {
  const { events, state, willQuit, closeWindow, done, startedMeanwhile, show } = harness('linux');
  let finished = (_last: () => void): void => undefined;
  state.finish = new Promise((resolve) => (finished = resolve));
  closeWindow();
  expect(willQuit()).toBe(true);
  // Asked once more to end, and started once more: neither begins anything anew.
  expect(willQuit()).toBe(true);
  events.emit('second-instance');
  events.emit('activate');
  expect([startedMeanwhile.mock.calls.length, show.mock.calls.length]).toEqual([1, 0]);
  expect(done).toEqual(['stop']);
  finished(() => done.push('last'));
  await state.finish;
  await Promise.resolve();
  expect(done).toEqual(['stop', 'close', 'last']);
  expect(willQuit()).toBe(false);
});

it('a second start brings the window forward, or opens one', () => {
  const { events, show, window, closeWindow } = harness('darwin');
  events.emit('second-instance');
  expect(window.restore).toHaveBeenCalledTimes(1);
  expect(window.focus).toHaveBeenCalledTimes(1);
  closeWindow();
  events.emit('second-instance');
  expect(show).toHaveBeenCalledTimes(1);
});
