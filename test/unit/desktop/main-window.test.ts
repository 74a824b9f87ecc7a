/** The main window: the steps before it is shown, none of them slow, and closing it. */
import { EventEmitter } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BrowserWindow } from 'electron';
import { savePlacement } from '../../../src/main/desktop/window-placement';
import { freshDatabase } from '../database/temporary-database';

const showMessageBox = vi.hoisted(() => vi.fn());
vi.mock('electron', () => ({
  dialog: { showMessageBox },
  screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
}));
const { createMainWindow, setUpWindow } = await import('../../../src/main/desktop/main-window');

/** A fake window that records calls. */
class FakeWindow extends EventEmitter {
  readonly steps: string[] = [];
  readonly setSize = (): void => void this.steps.push('size');
  readonly center = (): void => void this.steps.push('place');
  readonly setPosition = (): void => void this.steps.push('place');
  readonly maximize = (): void => void this.steps.push('maximize');
  readonly show = (): void => void this.steps.push('show');
  readonly isDestroyed = (): boolean => false;
  readonly isMaximized = (): boolean => true;
  readonly webContents = Object.assign(new EventEmitter(), {
    id: 1,
    isCrashed: () => false,
    getZoomFactor: () => 1.5,
    setZoomFactor: (factor: number): void => void this.steps.push(`zoom ${factor}`),
  });
  readonly getNormalBounds = () => ({ x: 20, y: 20, width: 1180, height: 800 });
}

/** Opens a window. Returns the calls before it is ready to be shown, and the calls after that. */
function stepsOf({ maximized }: { maximized: boolean }): [before: string[], then: string[]] {
  const database = freshDatabase();
  onTestFinished(() => database.close());
  const fake = new FakeWindow();
  const window = fake as unknown as BrowserWindow;
  if (maximized) savePlacement(database, window);
  setUpWindow(window, {
    database,
    emit: vi.fn(),
    askBeforeClosing: () => false,
    onStayed: vi.fn(),
    onClosing: vi.fn(),
  });
  const before = fake.steps.splice(0);
  fake.emit('ready-to-show');
  return [before, fake.steps];
}

it('restores the zoom factor when the page is there', () => {
  const database = freshDatabase();
  onTestFinished(() => database.close());
  const fake = new FakeWindow();
  const window = fake as unknown as BrowserWindow;
  savePlacement(database, window);
  setUpWindow(window, {
    database,
    emit: vi.fn(),
    askBeforeClosing: () => false,
    onStayed: vi.fn(),
    onClosing: vi.fn(),
  });
  expect(fake.steps).toEqual(['size', 'place']);
  fake.webContents.emit('dom-ready');
  expect(fake.steps.at(-1)).toBe('zoom 1.5');
});

it('positions the window while it is hidden, and shows it after its first paint', () => {
  expect(stepsOf({ maximized: false })).toEqual([['size', 'place'], ['show']]);
  expect(stepsOf({ maximized: true })[1]).toEqual(['maximize', 'show']);
});

it('shows a window that has not painted half a second after its page has loaded, and only once', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const database = freshDatabase();
  onTestFinished(() => database.close());
  const fake = new FakeWindow();
  setUpWindow(fake as unknown as BrowserWindow, {
    database,
    emit: vi.fn(),
    askBeforeClosing: () => false,
    onStayed: vi.fn(),
    onClosing: vi.fn(),
  });
  fake.webContents.emit('did-finish-load');
  vi.advanceTimersByTime(499);
  expect(fake.steps).not.toContain('show');
  vi.advanceTimersByTime(1);
  fake.emit('ready-to-show');
  expect(fake.steps.filter((step) => step === 'show')).toHaveLength(1);
});

describe('closing while the newest texts are not on disk', () => {
  const ID = 'a'.repeat(32);

  function closing(answer: number) {
    const database = freshDatabase();
    onTestFinished(() => database.close());
    const close = vi.fn();
    const fake = Object.assign(new FakeWindow(), {
      close,
      isDestroyed: () => false,
    });
    const emit = vi.fn();
    showMessageBox.mockReset().mockResolvedValue({ response: answer });
    const window = fake as unknown as BrowserWindow;
    const moved = { isMoved: false, close: (): void => undefined };
    const askBeforeClosing = (whenInPlace: () => void): boolean => {
      moved.close = whenInPlace;
      return moved.isMoved;
    };
    const onClosing = vi.fn();
    const onStayed = vi.fn();
    const options = { database, emit, askBeforeClosing, onStayed, onClosing };
    const mainWindow = setUpWindow(window, options);
    const event = {
      defaultPrevented: false,
      preventDefault: vi.fn(() => (event.defaultPrevented = true)),
    };
    const ask = (): void => {
      event.defaultPrevented = false;
      fake.emit('close', event);
    };
    ask();
    return { mainWindow, close, emit, event, ask, moved, onClosing, onStayed };
  }

  it('is no longer the current window once it closes for good, because focusing it would crash the app', () => {
    const { mainWindow, ask, onClosing } = closing(0);
    mainWindow.flushed([]);
    expect(onClosing).not.toHaveBeenCalled();
    ask();
    expect(onClosing).toHaveBeenCalledOnce();
  });

  it('closes immediately when everything is saved', () => {
    const { mainWindow, close, emit, event } = closing(0);
    expect(event.preventDefault).toHaveBeenCalled();
    expect(emit).toHaveBeenCalledExactlyOnceWith('closing', null);
    mainWindow.flushed([]);
    expect(close).toHaveBeenCalledOnce();
    expect(showMessageBox).not.toHaveBeenCalled();
  });

  it('asks, with staying as the default, and stays open', async () => {
    const { mainWindow, close, onStayed } = closing(0);
    mainWindow.flushed([ID]);
    await vi.waitFor(() => expect(onStayed).toHaveBeenCalledOnce());
    expect(showMessageBox.mock.calls[0]?.[1]).toMatchObject({ defaultId: 0, cancelId: 0 });
    expect(close).not.toHaveBeenCalled();
  });

  it('waits for the answer while a slow disk blocks main, and not forever for a page that hangs', async () => {
    const { mainWindow, close, ask } = closing(0);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_100);
    await new Promise((resolve) => setTimeout(resolve));
    expect(close).not.toHaveBeenCalled();
    mainWindow.flushed([ID]);
    await vi.waitFor(() => expect(showMessageBox).toHaveBeenCalledOnce());
    await new Promise(setImmediate);
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    ask();
    vi.advanceTimersByTime(2_900);
    expect(close).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(close).toHaveBeenCalledOnce();
    mainWindow.flushed([ID]);
    expect(showMessageBox).toHaveBeenCalledOnce();
  });

  it('ignores answers that no one asked for', async () => {
    const { mainWindow, close, ask } = closing(0);
    mainWindow.flushed([ID]);
    mainWindow.flushed([ID]);
    mainWindow.flushed([]);
    await vi.waitFor(() => expect(showMessageBox).toHaveBeenCalledOnce());
    await new Promise(setImmediate);
    mainWindow.flushed([ID]);
    expect(showMessageBox).toHaveBeenCalledOnce();
    expect(close).not.toHaveBeenCalled();
    ask();
    mainWindow.flushed([ID]);
    expect(showMessageBox).toHaveBeenCalledTimes(2);
  });

  it('closes when the person chooses to', async () => {
    const { mainWindow, close, onStayed } = closing(1);
    mainWindow.flushed([ID]);
    await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
    expect(onStayed).not.toHaveBeenCalled();
  });

  it('waits while the file of the database is moved, even if everything is saved, and closes when it is back', () => {
    const { mainWindow, close, emit, event, ask, moved } = closing(0);
    mainWindow.flushed([]);
    expect(close).toHaveBeenCalledOnce();
    moved.isMoved = true;
    event.preventDefault.mockClear();
    ask();
    expect(event.preventDefault).toHaveBeenCalledOnce();
    expect(emit).toHaveBeenCalledOnce();
    moved.close();
    expect(close).toHaveBeenCalledTimes(2);
  });
});

describe('a window that is closing', () => {
  /** The main window, whose first window is closing. */
  function closingWindow() {
    const database = freshDatabase();
    onTestFinished(() => database.close());
    const fakeWindow = (id: number) => {
      const fake = new FakeWindow();
      // Nothing delays closing then.
      Object.assign(fake.webContents, { id, isCrashed: () => true });
      return Object.assign(fake, {
        isDestroyed: () => false,
        isVisible: () => true,
        destroy: () => void fake.emit('closed'),
      });
    };
    const first = fakeWindow(1);
    const second = fakeWindow(2);
    const windows = [first, second];
    const main = createMainWindow({
      database,
      takeBootWindow: () => windows.shift() as unknown as BrowserWindow,
      askBeforeClosing: () => false,
      onStayed: vi.fn(),
      log: vi.fn(),
      details: () => '',
      quit: vi.fn(),
      onOpened: vi.fn(),
      openId: () => null,
      page: '',
      icon: '',
      out: '',
      packaged: false,
    });
    main.show();
    expect([main.current(), [...main.pages]]).toEqual([first, [1]]);
    first.emit('close', { defaultPrevented: false });
    return { main, first, second, windows, third: fakeWindow(3) };
  }

  it('is not the current one, but its page may still save what was typed', () => {
    const { main, first } = closingWindow();
    const onClosed = vi.fn();
    main.onClosed(onClosed);
    expect([main.current(), [...main.pages]]).toEqual([null, [1]]);
    expect(onClosed).not.toHaveBeenCalled();
    first.emit('closed');
    expect([...main.pages]).toEqual([]);
    expect(onClosed).toHaveBeenCalledOnce();
  });

  it('does not replace the one that was opened meanwhile', async () => {
    const { main, first, second, third, windows } = closingWindow();
    main.show();
    showMessageBox.mockReset().mockResolvedValue({ response: 0 });
    windows.push(third);
    // Its question has *Restart the window* first.
    first.emit('unresponsive');
    await vi.waitFor(() => expect([...main.pages]).toEqual([2]));
    expect([main.current(), windows]).toEqual([second, [third]]);
  });
});
