/**
 * A fake Electron with which the whole main process runs in plain Node. It accepts every call, does
 * nothing, and records what would leave the process. The IPC gate registers its real handlers here;
 * tests call them as Electron would.
 */

import type { BrowserWindowConstructorOptions } from 'electron';

/** An IPC handler, as it is passed to ipcMain. */
export type Channel = (event: unknown, ...request: unknown[]) => Promise<unknown>;

/** The IPC handlers by channel. */
export const channels = new Map<string, Channel>();

/**
 * Everything that would have left the process, in order: requests, keychain calls, links for the
 * browser, dialogs, exits.
 */
export const effects: string[] = [];

/** The id of the window's web contents. */
export const CONTENTS_ID = 1;

type Members = Record<string, unknown>;

/** An object with these members. Every other member is a function that does nothing. */
function quiet(members: Members = {}): object {
  return new Proxy(members, {
    get: (known, name) => (name in known ? known[name as string] : () => undefined),
  });
}

/** A module of Electron whose functions all leave the process, except those that read: each records that it was called. */
const leaving = (module: string, answer: unknown = undefined): object =>
  new Proxy({} as Members, {
    get: (_, name) => () => {
      if (/^(read|has|available)/.test(String(name))) return undefined;
      effects.push(`${module}.${String(name)}`);
      return answer;
    },
  });

/** Functions that record that they were called. */
const recorded = (module: string, names: readonly string[]): Members =>
  Object.fromEntries(names.map((name) => [name, () => void effects.push(`${module}.${name}`)]));

const windows: object[] = [];

/** The options of every window that was opened. */
export const windowOptions: BrowserWindowConstructorOptions[] = [];

class FakeWindow {
  constructor(options: BrowserWindowConstructorOptions) {
    windowOptions.push(options);
    const webContents = quiet({ id: CONTENTS_ID, isCrashed: () => false });
    const window = quiet({ webContents, isDestroyed: () => false });
    windows.push(window);
    // A constructor may return another object, here a fake window.
    return window as FakeWindow;
  }

  static getAllWindows(): object[] {
    return windows;
  }
}

/** What the keychain has, by account. It never answers about any other account. */
export const keychain = new Map<string, string>();

/** When the keychain answers. */
export const keychainAnswers = { from: Promise.resolve() };

interface KeychainRequest {
  id: number;
  operation: 'get' | 'set' | 'delete';
  account: string;
  value?: string;
}

/** The helper process of the keychain. */
function keychainHelper(): object {
  const listeners: ((answer: unknown) => void)[] = [];
  return quiet({
    on: (event: string, listener: () => void) => event === 'message' && listeners.push(listener),
    postMessage({ id, operation, account, value }: KeychainRequest) {
      if (!keychain.has(account)) return;
      if (operation === 'set') keychain.set(account, value!);
      const answer = { id, result: 'done', value: keychain.get(account) };
      void keychainAnswers.from.then(() => listeners.forEach((listener) => listener(answer)));
    },
  });
}

/** A network that never responds. */
const net = {
  request: () => {
    effects.push('net.request');
    return quiet();
  },
};

/** The module `electron`, as main imports it. */
export const electron = {
  app: quiet({
    getVersion: () => '0.0.0',
    getSystemLocale: () => 'en-GB',
    getPreferredSystemLanguages: () => ['en-GB'],
    getLocale: () => 'en-GB',
    requestSingleInstanceLock: () => true,
    ...recorded('app', ['quit', 'exit', 'relaunch']),
  }),
  BrowserWindow: FakeWindow,
  clipboard: leaving('clipboard'),
  dialog: leaving('dialog', { canceled: true }),
  ipcMain: { handle: (channel: string, handler: Channel) => void channels.set(channel, handler) },
  Menu: quiet(),
  net,
  nativeTheme: quiet({ shouldUseDarkColors: false }),
  Notification: class {},
  powerMonitor: quiet(),
  protocol: quiet(),
  screen: quiet({
    getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
  }),
  session: {
    defaultSession: quiet(),
    fromPartition: () =>
      quiet({ protocol: quiet(), resolveProxy: () => Promise.resolve('DIRECT') }),
  },
  shell: leaving('shell'),
  utilityProcess: {
    fork: () => {
      effects.push('utilityProcess.fork');
      return keychainHelper();
    },
  },
};
