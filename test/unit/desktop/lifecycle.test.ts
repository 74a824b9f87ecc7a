/** The app goes when it was told to, also after a window that asked for a moment; on macOS not before. */
import { EventEmitter } from 'node:events';
import type { App, BrowserWindow } from 'electron';
import { expect, it, vi } from 'vitest';
import { followLifecycle } from '../../../src/main/desktop/lifecycle';

function world(platform: NodeJS.Platform) {
  const events = new EventEmitter();
  const quit = vi.fn();
  const show = vi.fn();
  const stop = vi.fn();
  const window = { isMinimized: () => true, restore: vi.fn(), focus: vi.fn() };
  let current: typeof window | null = window;
  followLifecycle({
    app: Object.assign(events, { quit }) as unknown as App,
    platform,
    current: () => current as unknown as BrowserWindow | null,
    show,
    stop,
  });
  const closeWindow = (): void => {
    current = null;
    events.emit('window-all-closed');
  };
  return { events, quit, show, stop, window, closeWindow };
}

it.each(['linux', 'win32'] as const)('%s: the app ends with its window', (platform) => {
  const { quit, closeWindow } = world(platform);
  closeWindow();
  expect(quit).toHaveBeenCalledTimes(1);
});

it('macOS: a closed window leaves the app, which opens another when it is activated', () => {
  const { events, quit, show, closeWindow } = world('darwin');
  events.emit('activate');
  expect(show).not.toHaveBeenCalled();
  closeWindow();
  expect(quit).not.toHaveBeenCalled();
  events.emit('activate');
  expect(show).toHaveBeenCalledTimes(1);
});

it('macOS: quitting goes on when the window that asked for a moment has closed', () => {
  const { events, quit, stop, closeWindow } = world('darwin');
  events.emit('before-quit');
  closeWindow();
  expect(quit).toHaveBeenCalledTimes(1);
  events.emit('will-quit');
  expect(stop).toHaveBeenCalledTimes(1);
});

it('a second start brings the window forward, or opens one', () => {
  const { events, show, window, closeWindow } = world('darwin');
  events.emit('second-instance');
  expect(window.restore).toHaveBeenCalledTimes(1);
  expect(window.focus).toHaveBeenCalledTimes(1);
  closeWindow();
  events.emit('second-instance');
  expect(show).toHaveBeenCalledTimes(1);
});
