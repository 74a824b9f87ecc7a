/**
 * When the app quits. It does so on request, even if a window delays it. On macOS it does not quit
 * because its window closed.
 */
import { EventEmitter } from 'node:events';
import type { App, BrowserWindow } from 'electron';
import { expect, it, vi } from 'vitest';
import { followLifecycle } from '../../../src/main/desktop/app-lifecycle';

vi.mock('electron', () => ({}));

function harness(platform: NodeJS.Platform) {
  const events = new EventEmitter();
  const signals = new EventEmitter();
  const quit = vi.fn();
  const show = vi.fn();
  const done: string[] = [];
  const stop = vi.fn(() => void done.push('stop'));
  const onStartedAgain = vi.fn();
  const state = { finish: null as Promise<() => void> | null };
  const window = { isMinimized: () => true, restore: vi.fn(), focus: vi.fn() };
  let current: typeof window | null = window;
  const { stopOnQuit, onStayed } = followLifecycle({
    app: Object.assign(events, { quit }) as unknown as App,
    signals: signals as unknown as NodeJS.Process,
    platform,
    current: () => current as unknown as BrowserWindow | null,
    show,
    saveUnasked: () => void done.push('save'),
    close: () => void done.push('close'),
  });
  stopOnQuit({ stop, finish: () => state.finish, onStartedAgain });
  const closeWindow = (): void => {
    current = null;
    events.emit('window-all-closed');
  };
  /** Emits `will-quit` as Electron does. Returns whether the app has postponed quitting. */
  const willQuit = (): boolean => {
    const preventDefault = vi.fn();
    events.emit('will-quit', { preventDefault });
    return preventDefault.mock.calls.length > 0;
  };
  return {
    events,
    signals,
    quit,
    show,
    stop,
    window,
    done,
    state,
    closeWindow,
    willQuit,
    onStartedAgain,
    onStayed,
  };
}

it.each(['linux', 'win32'] as const)('%s: quits with its window', (platform) => {
  const { quit, closeWindow } = harness(platform);
  closeWindow();
  expect(quit).toHaveBeenCalledTimes(1);
});

it('macOS: keeps running after its window closes, and opens another when activated', () => {
  const { events, quit, show, closeWindow } = harness('darwin');
  events.emit('activate');
  expect(show).not.toHaveBeenCalled();
  closeWindow();
  expect(quit).not.toHaveBeenCalled();
  events.emit('activate');
  expect(show).toHaveBeenCalledTimes(1);
});

it('macOS: continues to quit once the window that delayed it has closed', () => {
  const { events, quit, closeWindow, willQuit, done } = harness('darwin');
  events.emit('before-quit');
  closeWindow();
  expect(quit).toHaveBeenCalledTimes(1);
  expect(willQuit()).toBe(false);
  expect(willQuit()).toBe(false);
  expect(done).toEqual(['stop', 'save', 'close']);
});

it('macOS: keeps running after its window closes, although the person once asked to quit and then stayed', () => {
  const { events, quit, closeWindow, onStayed } = harness('darwin');
  events.emit('before-quit');
  onStayed();
  closeWindow();
  expect(quit).not.toHaveBeenCalled();
});

it('postpones the quit while work remains, and closes the database last', async () => {
  const { events, state, willQuit, closeWindow, done, onStartedAgain, show } = harness('linux');
  let finished = (_last: () => void): void => undefined;
  state.finish = new Promise((resolve) => (finished = resolve));
  closeWindow();
  expect(willQuit()).toBe(true);
  // A second request to quit and a second launch do nothing more.
  expect(willQuit()).toBe(true);
  events.emit('second-instance');
  events.emit('activate');
  expect([onStartedAgain.mock.calls.length, show.mock.calls.length]).toEqual([1, 0]);
  expect(done).toEqual(['stop']);
  finished(() => done.push('last'));
  await state.finish;
  await Promise.resolve();
  expect(done).toEqual(['stop', 'save', 'close', 'last']);
  expect(willQuit()).toBe(false);
});

it.each(['linux', 'win32'] as const)(
  '%s: opens no window on a second launch while the last one is closing',
  (platform) => {
    const { events, show, window, closeWindow } = harness(platform);
    closeWindow();
    events.emit('second-instance');
    expect([show.mock.calls, window.focus.mock.calls]).toEqual([[], []]);
  },
);

it('brings the window to the front on a second launch; macOS: or opens one', () => {
  const { events, show, window, closeWindow } = harness('darwin');
  events.emit('second-instance');
  expect(window.restore).toHaveBeenCalledTimes(1);
  expect(window.focus).toHaveBeenCalledTimes(1);
  closeWindow();
  events.emit('second-instance');
  expect(show).toHaveBeenCalledTimes(1);
});

it.each(['SIGTERM', 'SIGHUP', 'SIGINT'])(
  '%s: saves what a person would otherwise be asked about, then quits',
  (signal) => {
    const { signals, quit, done } = harness('linux');
    quit.mockImplementation(() => void done.push('quit'));
    signals.emit(signal);
    expect(done).toEqual(['save', 'quit']);
  },
);
