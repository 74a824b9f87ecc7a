/** Launches the real app, for the tests and the demo. */
import { _electron, expect, type ElectronApplication, type Page } from '@playwright/test';
import type { Language } from '../../../src/shared/language';
import { executable } from './executable';
import { freePort, attachDebugger } from './attach-debugger';
import { Letterhead } from './letterhead';
import { messagesIn } from './messages';
import { confirmEmails } from './native-ui';
import { appUser, packagedLauncher } from './packaged';
import { SWITCHES } from './switches';

/** The app under test while it runs. */
export interface RunningApp {
  app: ElectronApplication;
  page: Page;
  /** Page object of the main window. */
  letterhead: Letterhead;
  /** Quits the app normally. */
  close(): Promise<void>;
  /** Ends the app with SIGKILL, like a dead battery. */
  kill(): Promise<void>;
  /** Resolves when the main process has ended, however it did. */
  ended: Promise<void>;
  /** Whether the process is still alive. */
  isRunning(): boolean;
}

export interface StartOptions {
  /** `TEST_PRELOAD` names a script that an unpackaged app loads before its own code. */
  env: Record<string, string>;
  userData: string;
  colorScheme: 'light' | 'dark' | 'no-preference';
  /** The language the app starts in. */
  language: Language;
}

/** How long one attempt may take, in ms. Most take about one second. */
const START_LIMIT_MS = 20_000;
const MAX_ATTEMPTS = 4;

type LaunchOptions = NonNullable<Parameters<typeof _electron.launch>[0]>;

/** Launches the packaged app, which waits for the debugger before its first line. */
async function launchPackaged(options: LaunchOptions): Promise<ElectronApplication> {
  const port = await freePort();
  let isOver = false;
  const launched = _electron
    .launch({
      ...options,
      executablePath: packagedLauncher,
      chromiumSandbox: true,
      args: [...options.args!, `--inspect-brk=127.0.0.1:${port}`],
    })
    .finally(() => (isOver = true));
  await Promise.all([launched, attachDebugger(port, () => isOver)]);
  return launched;
}

/**
 * Lets `app.evaluate` ask once more if V8 has collected the promise of an evaluation before its result was sent. What a test
 * evaluates may be done twice.
 */
function evaluateAgain(app: ElectronApplication): void {
  const evaluate = app.evaluate.bind(app);
  type Evaluate = (...args: Parameters<typeof evaluate>) => Promise<unknown>;
  const again: Evaluate = (...args) =>
    evaluate(...args).catch((error: unknown) => {
      if (!String(error).includes('promise was garbage collected')) throw error;
      return evaluate(...args);
    });
  Object.assign(app, { evaluate: again });
}

/**
 * Waits until the window is visible. It opens hidden, before main handles requests, has a menu, and has
 * restored its bounds.
 */
async function waitUntilShown(app: ElectronApplication, page: Page): Promise<void> {
  await page.locator('#app > *').first().waitFor({ state: 'attached', timeout: START_LIMIT_MS });
  // Asks again and again: V8 may collect a promise that only an event of the window would resolve.
  const isShown = (): Promise<boolean> =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? true);
  await expect.poll(isShown, { timeout: START_LIMIT_MS, intervals: [20] }).toBe(true);
}

async function connect(options: StartOptions): Promise<{ app: ElectronApplication; page: Page }> {
  const { env, userData, colorScheme } = options;
  const args = [`--user-data-dir=${userData}`, ...SWITCHES];
  // Playwright removes NODE_OPTIONS.
  const preloads = env['TEST_PRELOAD'] ? ['-r', env['TEST_PRELOAD']] : [];
  const common = { env, colorScheme, timeout: START_LIMIT_MS };
  const app = await (appUser
    ? launchPackaged({ ...common, args })
    : _electron.launch({
        ...common,
        executablePath: executable(),
        // Playwright disables Chromium's sandbox on Linux by default. Only root cannot use it.
        chromiumSandbox: process.getuid?.() !== 0,
        args: [...preloads, '.', ...args],
      }));
  evaluateAgain(app);
  try {
    const page = await app.firstWindow({ timeout: START_LIMIT_MS });
    // Without a graphics card each picture of an animation costs time, which none of these tests is about.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await waitUntilShown(app, page);
    await confirmEmails(app);
    return { app, page };
  } catch (error) {
    app.process().kill('SIGKILL');
    throw error;
  }
}

/**
 * Retries `connect`. On a busy machine Playwright and the app's two debuggers occasionally deadlock;
 * without Playwright, 120 of 120 launches worked on such a machine.
 */
async function connectWithRetries(options: StartOptions): ReturnType<typeof connect> {
  for (let retriesLeft = MAX_ATTEMPTS - 1; ; retriesLeft -= 1) {
    try {
      return await connect(options);
    } catch (error) {
      if (retriesLeft === 0) throw error;
      process.stderr.write(`Starting again: ${String(error).split('\n')[0]}\n`);
    }
  }
}

/** Launches the app and waits for its window. */
export async function start(options: StartOptions): Promise<RunningApp> {
  const { app, page } = await connectWithRetries(options);
  // Shorter than the timeout of a test, so that a failure says what it waited for.
  page.setDefaultTimeout(20_000);
  const child = app.process();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    app,
    page,
    letterhead: new Letterhead(page, messagesIn(options.language)),
    close: async () => {
      await app.close();
      await ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
  };
}
