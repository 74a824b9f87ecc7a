/** The dialogs after a crash, with fakes of Electron. The end-to-end tests use the real dialogs. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { BrowserWindow, MessageBoxOptions } from 'electron';

const electron = vi.hoisted(() => ({
  shown: [] as MessageBoxOptions[],
  answer: (_options: MessageBoxOptions): Promise<string> => Promise.resolve('Quit'),
  copied: [] as string[],
  /** What the clipboard's `writeText` returns: nothing in Electron 33, a promise from 44 on. */
  copying: (): unknown => undefined,
  done: [] as string[],
  ready: true,
}));
vi.mock('electron', () => ({
  app: {
    isReady: () => electron.ready,
    getVersion: () => '1.2.3',
    relaunch: () => electron.done.push('relaunch'),
    quit: () => electron.done.push('quit'),
    exit: (code: number) => electron.done.push(`exit ${code}`),
  },
  BrowserWindow: { getAllWindows: () => [] },
  clipboard: {
    writeText: (text: string) => {
      electron.copied.push(text);
      return electron.copying();
    },
  },
  dialog: {
    showErrorBox: (title: string) => electron.done.push(title),
    showMessageBox: async (...args: unknown[]) => {
      const options = args.at(-1) as MessageBoxOptions;
      electron.shown.push(options);
      return { response: options.buttons!.indexOf(await electron.answer(options)) };
    },
  },
}));
const { quitAfterCrash, watchMain } = await import('../../../src/main/desktop/crash-main');
const { watchWindow } = await import('../../../src/main/desktop/crash-window');

const listeners = ['uncaughtException', 'unhandledRejection'] as const;
const before = listeners.map((name) => process.listeners(name as 'uncaughtException'));
beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(electron, { shown: [], copied: [], done: [], ready: true });
  electron.copying = () => undefined;
});
afterEach(() => {
  vi.useRealTimers();
  for (const [index, name] of listeners.entries()) {
    for (const listener of process.listeners(name as 'uncaughtException')) {
      if (!before[index]!.includes(listener)) process.removeListener(name, listener);
    }
  }
});

/** Quits like the app; `written` resolves once the log has the crash. */
const quitOnce =
  (written = Promise.resolve()) =>
  (): void =>
    quitAfterCrash(written);

/** Makes the next dialogs return these buttons, one after the other. */
function answerWith(...buttons: string[]): void {
  electron.answer = () => Promise.resolve(buttons.shift() ?? 'Quit');
}

it('reports that the app cannot start; Restart launches it again and exits this process', async () => {
  answerWith('Restart');
  const log = vi.fn();
  watchMain({ log, quit: quitOnce(), details: () => null }).startFailed(new TypeError('message'));
  await vi.waitFor(() => expect(electron.done).toEqual(['relaunch', 'quit']));
  expect(electron.shown[0]!.message).toBe('Letterhead could not start');
  expect(log).toHaveBeenCalledWith('start', expect.any(TypeError));
  // Exits even if quitting does not work.
  vi.advanceTimersByTime(5_000);
  expect(electron.done).toEqual(['relaunch', 'quit', 'exit 1']);
});

it('quits only once the error is in the log, or after 5 seconds', async () => {
  answerWith('Restart');
  let written = (): void => undefined;
  const quit = quitOnce(new Promise((resolve) => (written = resolve)));
  watchMain({ log: vi.fn(), quit, details: () => null }).startFailed(new TypeError('message'));
  await vi.waitFor(() => expect(electron.done).toEqual(['relaunch']));
  written();
  await vi.waitFor(() => expect(electron.done).toEqual(['relaunch', 'quit']));
});

it('shows a plain error box before the app is ready, then exits', () => {
  electron.ready = false;
  watchMain({ log: vi.fn(), quit: quitOnce(), details: () => null }).startFailed(
    new Error('message'),
  );
  expect(electron.done).toEqual(['Letterhead could not start', 'exit 1']);
});

it('copies kind and location without the message, even if the details cannot be gathered', async () => {
  answerWith('Copy details', 'Quit');
  const details = () => {
    throw new Error('broken');
  };
  watchMain({ log: vi.fn(), quit: quitOnce(), details }).startFailed(
    new RangeError('secret message'),
  );
  await vi.waitFor(() => expect(electron.done).toEqual(['quit']));
  expect(electron.copied[0]).toMatch(/^Letterhead 1\.2\.3\n\nRangeError\n\s+at /);
  expect(electron.copied[0]).not.toContain('secret');
  expect(electron.shown[1]!.detail).toContain('on the clipboard');
});

it.each([
  ['has not responded', () => new Promise(() => undefined), 1],
  ['refuses', () => Promise.reject(new Error('no clipboard')), 2],
])('does not say "copied" while the system %s', async (_what, copying, questions) => {
  answerWith('Copy details', 'Quit');
  electron.copying = copying;
  watchMain({ log: vi.fn(), quit: quitOnce(), details: () => null }).startFailed(
    new Error('message'),
  );
  await vi.waitFor(() => expect(electron.copied).toHaveLength(1));
  await vi.waitFor(() => expect(electron.shown).toHaveLength(questions));
  for (const { detail } of electron.shown) expect(detail).not.toContain('on the clipboard');
});

it('shows one dialog, however many errors follow', async () => {
  answerWith('Quit');
  const log = vi.fn();
  watchMain({ log, quit: quitOnce(), details: () => null });
  const main: NodeJS.EventEmitter = process;
  main.emit('uncaughtException', new Error('one'));
  main.emit('unhandledRejection', new Error('two'));
  await vi.waitFor(() => expect(electron.done).toEqual(['quit']));
  expect(electron.shown).toHaveLength(1);
  expect(log.mock.calls.map(([place]) => place as string)).toEqual(['main', 'promise']);
});

function window() {
  const page = new EventEmitter();
  const fake = Object.assign(new EventEmitter(), {
    webContents: page,
    isDestroyed: () => false,
    isVisible: () => true,
  });
  const options = {
    log: vi.fn(),
    details: () => 'details',
    quit: vi.fn(),
    replace: vi.fn(),
  };
  watchWindow(fake as unknown as BrowserWindow, options);
  return { page, fake, ...options };
}

it('reloads a page that crashed; a page that exited cleanly has not crashed', async () => {
  answerWith('Restart the window');
  const { page, replace, log } = window();
  page.emit('render-process-gone', {}, { reason: 'clean-exit' });
  expect(electron.shown).toEqual([]);
  page.emit('render-process-gone', {}, { reason: 'oom' });
  await vi.waitFor(() => expect(replace).toHaveBeenCalledOnce());
  expect(log).toHaveBeenCalledWith('window gone', null);
});

it('reports a page that cannot be loaded, but not a load that was replaced by another', async () => {
  answerWith('Quit');
  const { page, quit } = window();
  page.emit('did-fail-load', {}, -3, '', '', true);
  page.emit('did-fail-load', {}, -6, '', '', false);
  expect(electron.shown).toEqual([]);
  page.emit('did-fail-load', {}, -6, '', '', true);
  await vi.waitFor(() => expect(quit).toHaveBeenCalledOnce());
});

it('closes the dialog when the page responds again; a late choice does nothing', async () => {
  let answer: (button: string) => void = () => {};
  electron.answer = () => new Promise((resolve) => (answer = resolve));
  const { fake, replace, quit } = window();
  fake.emit('unresponsive');
  fake.emit('unresponsive');
  expect(electron.shown).toHaveLength(1);
  fake.emit('responsive');
  expect(electron.shown[0]!.signal!.aborted).toBe(true);
  answer('Restart the window');
  await vi.waitFor(() => expect(electron.shown).toHaveLength(1));
  await Promise.resolve();
  expect(replace).not.toHaveBeenCalled();
  expect(quit).not.toHaveBeenCalled();
});

it('shows another dialog, with a different text, when a hanging page crashes', async () => {
  electron.answer = ({ buttons }) =>
    buttons!.includes('Wait') ? new Promise(() => {}) : Promise.resolve('Restart the window');
  const { fake, page, replace } = window();
  fake.emit('unresponsive');
  page.emit('render-process-gone', {}, { reason: 'crashed' });
  await vi.waitFor(() => expect(replace).toHaveBeenCalledOnce());
  expect(electron.shown.map(({ message }) => message)).toEqual([
    'The window is not responding',
    'The window stopped working',
  ]);
});
