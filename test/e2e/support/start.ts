/** Starts the real app as a person would, for the tests and for the demo. */
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { executable } from './executable';
import { freePort, attachDebugger } from './attach-debugger';
import { Letterhead } from './letterhead';
import { launcher, owner } from './packaged';

/** The app under test, running. */
export interface Running {
  app: ElectronApplication;
  page: Page;
  /** The window as a person uses it. */
  letterhead: Letterhead;
  /** Closes it as a person would. */
  close(): Promise<void>;
  /** Ends it with SIGKILL, as a dead battery would. */
  kill(): Promise<void>;
  /** Whether its process is still there. */
  isRunning(): boolean;
}

/** How the app is started. */
export interface StartOptions {
  env: Record<string, string>;
  userData: string;
  colorScheme: 'light' | 'dark' | 'no-preference';
}

/** See there. */
const unhurried = join(import.meta.dirname, 'unhurried.cjs');

/** How long a start may take before it is given up, in ms; most take about one second. */
const START_LIMIT_MS = 20_000;
const STARTS = 4;

type LaunchOptions = NonNullable<Parameters<typeof _electron.launch>[0]>;

/** Starts the packaged app; it waits for the debugger that lets Playwright in. */
async function launchPackaged(options: LaunchOptions): Promise<ElectronApplication> {
  const port = await freePort();
  let isOver = false;
  const launched = _electron
    .launch({
      ...options,
      executablePath: launcher,
      chromiumSandbox: true,
      args: [...options.args!, `--inspect-brk=127.0.0.1:${port}`],
    })
    .finally(() => (isOver = true));
  await Promise.all([launched, attachDebugger(port, () => isOver)]);
  return launched;
}

/**
 * Resolves when the window is one that a person could have seen: it opens hidden, before main listens, has
 * a menu, and knows its place.
 */
async function shown(app: ElectronApplication, page: Page): Promise<void> {
  await page.locator('#app > *').first().waitFor({ state: 'attached', timeout: START_LIMIT_MS });
  await app.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (!window || window.isVisible()) return;
    await new Promise<void>((resolve) => window.once('show', () => resolve()));
  });
}

async function connect(options: StartOptions): Promise<{ app: ElectronApplication; page: Page }> {
  const { env, userData, colorScheme } = options;
  // Virtual screens have no GPU; looking for one at every start costs time and has hung.
  const args = [`--user-data-dir=${userData}`, '--disable-gpu'];
  const common = { env, colorScheme, timeout: START_LIMIT_MS };
  const app = await (owner
    ? launchPackaged({ ...common, args })
    : _electron.launch({
        ...common,
        executablePath: executable(),
        // Playwright switches Chromium's sandbox off on Linux unless told otherwise; only root cannot use it.
        chromiumSandbox: process.getuid?.() !== 0,
        args: ['-r', unhurried, '.', ...args],
      }));
  try {
    const page = await app.firstWindow({ timeout: START_LIMIT_MS });
    await shown(app, page);
    return { app, page };
  } catch (error) {
    app.process().kill('SIGKILL');
    throw error;
  }
}

/**
 * Connects, and again if need be: now and then Playwright and the app's two debuggers wait for each other
 * for ever on a busy machine. Without Playwright 120 of 120 starts worked there.
 */
async function connectAtLast(options: StartOptions): ReturnType<typeof connect> {
  for (let left = STARTS - 1; ; left -= 1) {
    try {
      return await connect(options);
    } catch (error) {
      if (left === 0) throw error;
      process.stderr.write(`Starting again: ${String(error).split('\n')[0]}\n`);
    }
  }
}

/** Starts the app and gives its window. */
export async function start(options: StartOptions): Promise<Running> {
  const { app, page } = await connectAtLast(options);
  // Below the limit of a test, so that a failure says what it waited for.
  page.setDefaultTimeout(20_000);
  const child = app.process();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    app,
    page,
    letterhead: new Letterhead(page),
    close: async () => {
      await app.close();
      await ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    isRunning: () => child.exitCode === null && child.signalCode === null,
  };
}
