/**
 * Replaces Electron so that all of main runs in plain Node: everything is accepted, nothing
 * happens, and whatever would leave the process is recorded. The gate's channels are real handlers,
 * called here as Electron would call them.
 */

import type { BrowserWindowConstructorOptions } from 'electron';

/** A handler as ipcMain keeps it. */
export type Channel = (event: unknown, ...request: unknown[]) => Promise<unknown>;

/** The handlers by channel. */
export const channels = new Map<string, Channel>();

/**
 * What would have left the process, in order: requests, keychain calls, browser, dialogs, exits.
 */
export const effects: string[] = [];

/** The id of the window's web contents. */
export const CONTENTS_ID = 1;

type Members = Record<string, unknown>;

/** An object with these members; every other member is a function that does nothing. */
function quiet(members: Members = {}): object {
  return new Proxy(members, {
    get: (known, name) => (name in known ? known[name as string] : () => undefined),
  });
}

/** Functions that record that they were called. */
const recorded = (
  namespace: string,
  names: readonly string[],
  answer: unknown = undefined,
): Members =>
  Object.fromEntries(
    names.map((name) => [
      name,
      () => {
        effects.push(`${namespace}.${name}`);
        return answer;
      },
    ]),
  );

const windows: object[] = [];

/** The options of every window that was opened. */
export const windowOptions: BrowserWindowConstructorOptions[] = [];

class FakeWindow {
  constructor(options: BrowserWindowConstructorOptions) {
    windowOptions.push(options);
    const webContents = quiet({ id: CONTENTS_ID, isCrashed: () => false });
    const window = quiet({ webContents, isDestroyed: () => false });
    windows.push(window);
    // `new` returns this object instead.
    return window as FakeWindow;
  }

  static getAllWindows(): object[] {
    return windows;
  }
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
  clipboard: quiet(recorded('clipboard', ['writeText'])),
  dialog: quiet({
    ...recorded('dialog', ['showErrorBox']),
    ...recorded('dialog', ['showMessageBox', 'showOpenDialog', 'showSaveDialog'], {
      canceled: true,
    }),
  }),
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
  session: { defaultSession: quiet(), fromPartition: () => quiet() },
  shell: quiet(recorded('shell', ['openExternal', 'openPath', 'showItemInFolder'])),
  utilityProcess: {
    fork: () => {
      effects.push('utilityProcess.fork');
      return quiet();
    },
  },
};
