/** The help window: its options, its links, and when it closes. */
import type { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, Session } from 'electron';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Environment } from '../../../src/main/desktop/environment';

const fake = vi.hoisted(() => ({
  windows: [] as unknown[],
  options: [] as unknown[],
  opened: [] as string[],
  /** Calls on the session of the help window. */
  session: [] as string[],
  serve: null as
    | ((request: object, answer: (answer: { headers: Record<string, string> }) => void) => void)
    | null,
}));
vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  class Contents extends Emitter {
    url = '';
    getURL = () => this.url;
    isCrashed = () => false;
  }
  class Window extends Emitter {
    webContents = new Contents();
    destroyed = false;
    shown = 0;
    focused = 0;
    constructor(options: BrowserWindowConstructorOptions) {
      super();
      fake.windows.push(this);
      fake.options.push(options);
    }
    static getAllWindows = () => fake.windows.filter((one) => !(one as Window).destroyed);
    removeMenu = () => undefined;
    isMinimized = () => false;
    isDestroyed = () => this.destroyed;
    show = () => (this.shown += 1);
    focus = () => (this.focused += 1);
    loadURL = (url: string) => {
      this.webContents.url = url;
      return Promise.resolve();
    };
    close = () => {
      this.destroyed = true;
      this.emit('closed');
    };
    destroy = this.close;
  }
  const record = (name: string) => () => void fake.session.push(name);
  const session = {
    setPermissionRequestHandler: record('permissions'),
    setPermissionCheckHandler: record('checks'),
    setDevicePermissionHandler: record('devices'),
    on: (name: string) => void fake.session.push(name),
    setProxy: record('proxy'),
    webRequest: { onBeforeRequest: record('requests') },
    protocol: {
      registerBufferProtocol: (_scheme: string, serve: typeof fake.serve) => (fake.serve = serve),
    },
  } as unknown as Session;
  return {
    BrowserWindow: Window,
    Menu: {},
    nativeTheme: { shouldUseDarkColors: false },
    session: {
      fromPartition: (name: string) => {
        fake.session.push(`partition ${name}`);
        return session;
      },
    },
    shell: { openExternal: (url: string) => Promise.resolve(fake.opened.push(url)) },
  };
});
const { BrowserWindow } = await import('electron');
const { createHelp } = await import('../../../src/main/desktop/help-window');

interface FakeWindow extends EventEmitter {
  webContents: EventEmitter & { url: string };
  destroyed: boolean;
  focused: number;
  close(): void;
}

let help: ReturnType<typeof createHelp>;
let main: FakeWindow;
const helpWindow = (): FakeWindow => fake.windows.at(-1) as FakeWindow;
const isOpen = (): boolean => fake.windows.length > 1 && !helpWindow().destroyed;

beforeEach(() => {
  fake.windows = [];
  fake.session = [];
  fake.opened = [];
  main = new BrowserWindow() as unknown as FakeWindow;
  fake.options = [];
  help = createHelp({ out: '/out', icon: '/icon.png', packaged: true } as Environment);
});

it('has the restrictions of the main window, and no preload', () => {
  help.show('guide');
  expect((fake.options[0] as BrowserWindowConstructorOptions).webPreferences).toEqual({
    partition: 'help',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    disableBlinkFeatures: 'FileSystemAccessLocal,EyeDropperAPI,DocumentPictureInPictureAPI',
    spellcheck: false,
    devTools: false,
  });
});

it('has a session in memory, which is refused everything', () => {
  expect(new Set(fake.session)).toEqual(
    new Set([
      'partition help',
      ...['permissions', 'checks', 'devices', 'will-download', 'requests', 'proxy'],
    ]),
  );
});

it('serves only its own host, with a strict policy', async () => {
  const answer = (url: string) =>
    new Promise<{ statusCode: number; headers: Record<string, string> }>((resolve) => {
      fake.serve!({ method: 'GET', url }, resolve as never);
    });
  const { headers } = await answer('app://help/en/guide.html');
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; " +
      "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types; " +
      'sandbox allow-scripts allow-same-origin',
  );
  expect((await answer('app://letterhead/en/guide.html')).statusCode).toBe(404);
});

it('opens one window, and brings it forward with another page', () => {
  help.show('guide');
  expect(helpWindow().webContents.url).toBe('app://help/en/guide.html');
  help.show('admin');
  expect(fake.options).toHaveLength(1);
  expect(helpWindow().webContents.url).toBe('app://help/en/admin.html');
  expect(helpWindow().focused).toBe(1);
});

it('does not reload the open page, so its scroll position stays', () => {
  help.show('guide');
  helpWindow().webContents.url += '#history';
  help.show('guide');
  expect(helpWindow().webContents.url).toBe('app://help/en/guide.html#history');
});

const click = (url: string, isMainFrame = true): void =>
  void helpWindow().webContents.emit('will-frame-navigate', { url, isMainFrame });

it('follows links to its own pages and to the allowed sites, one per second, and no others', () => {
  help.show('guide');
  click('app://help/en/admin.html#network');
  expect(helpWindow().webContents.url).toBe('app://help/en/admin.html#network');
  click('app://help/en/shortcuts.html');
  expect(helpWindow().webContents.url).toMatch(/shortcuts/);
  const allowed = 'https://developers.cloudflare.com/fundamentals/';
  const refused = [
    'https://example.com/',
    `${allowed}?key=x`,
    'file:///etc/passwd',
    'app://letterhead/index.html',
    'javascript:alert(1)',
  ];
  for (const url of refused) click(url);
  click(allowed, false);
  expect(fake.opened).toEqual([]);
  click(allowed);
  click(allowed);
  expect(fake.opened).toEqual([allowed]);
  expect(helpWindow().webContents.url).toMatch(/shortcuts/);
});

it('closes with the main window, but not when that is replaced', () => {
  help.show('guide');
  const opened = helpWindow();
  const replacement = new BrowserWindow() as unknown as FakeWindow;
  main.close();
  expect(opened.destroyed).toBe(false);
  replacement.close();
  expect(opened.destroyed).toBe(true);
});

it('opens again after Esc on a page has closed it', () => {
  help.show('guide');
  click('app://help/close', false);
  expect(isOpen()).toBe(true);
  click('app://help/close');
  expect(isOpen()).toBe(false);
  help.show('shortcuts');
  expect(isOpen()).toBe(true);
  expect(fake.options).toHaveLength(2);
});

it('opens a new window while the last one is closing, because focusing that one would crash the app', () => {
  help.show('guide');
  const closing = helpWindow();
  closing.emit('close');
  help.show('guide');
  expect(closing.focused).toBe(0);
  expect(fake.options).toHaveLength(2);
  closing.close();
  // The end of the first one does not make it forget the second.
  help.show('guide');
  expect(fake.options).toHaveLength(2);
});

it('closes when its process has failed', () => {
  help.show('guide');
  helpWindow().webContents.emit('render-process-gone');
  expect(isOpen()).toBe(false);
});
