/**
 * The security restrictions on every page, tested one by one. Each must work even where another
 * restriction would be enough.
 */
import { EventEmitter } from 'node:events';
import { beforeEach, expect, it, vi } from 'vitest';

type Handler = (...args: unknown[]) => unknown;

const fake = vi.hoisted(() => ({
  app: null as EventEmitter | null,
  /** The session whose calls are recorded. */
  which: 'persist:window',
  session: {} as Record<string, Handler>,
  /** Arguments of `appendSwitch`, `setProxy` and `onBeforeRequest`, in order. */
  switches: [] as unknown[][],
  proxies: [] as unknown[],
  requests: [] as unknown[][],
}));
vi.mock('electron', () => {
  const quiet = () => undefined;
  const unused = {
    setPermissionRequestHandler: quiet,
    setPermissionCheckHandler: quiet,
    setDevicePermissionHandler: quiet,
    on: quiet,
    setProxy: quiet,
    webRequest: { onBeforeRequest: quiet },
  };
  const recorded = {
    setPermissionRequestHandler: (handler: Handler) => (fake.session['request'] = handler),
    setPermissionCheckHandler: (handler: Handler) => (fake.session['check'] = handler),
    setDevicePermissionHandler: (handler: Handler) => (fake.session['device'] = handler),
    on: (name: string, handler: Handler) => (fake.session[name] = handler),
    setProxy: (proxy: unknown) => fake.proxies.push(proxy),
    webRequest: { onBeforeRequest: (...given: unknown[]) => fake.requests.push(given) },
  };
  return {
    app: {
      on: (name: string, handler: Handler) => fake.app!.on(name, handler),
      commandLine: { appendSwitch: (...given: unknown[]) => fake.switches.push(given) },
    },
    session: {
      get defaultSession() {
        return fake.which === 'default' ? recorded : unused;
      },
      fromPartition: (name: string) => (fake.which === name ? recorded : unused),
    },
  };
});
const { restrictPages, restrictSessions } =
  await import('../../../src/main/desktop/security-restrictions');

/** Both sessions have the same restrictions. */
const SESSIONS = ['persist:window', 'default'];

/** Fake web contents. */
class Contents extends EventEmitter {
  open: Handler | null = null;
  policy: string | null = null;
  readonly commands: unknown[][] = [];
  readonly debugger = {
    attach: () => undefined,
    sendCommand: (...command: unknown[]) => Promise.resolve(this.commands.push(command)),
  };
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.policy = policy;
  }
  setWindowOpenHandler(handler: Handler): void {
    this.open = handler;
  }
}

beforeEach(() => {
  fake.app = new EventEmitter();
  fake.which = 'persist:window';
  fake.session = {};
  fake.switches = [];
  fake.proxies = [];
  fake.requests = [];
});

it.each([
  'will-navigate',
  'will-frame-navigate',
  'will-redirect',
  'will-attach-webview',
  'will-prevent-unload',
])('prevents %s on every page', (name) => {
  restrictPages();
  const contents = new Contents();
  fake.app!.emit('web-contents-created', {}, contents);
  const preventDefault = vi.fn();
  contents.emit(name, { preventDefault });
  expect(preventDefault).toHaveBeenCalledOnce();
});

it('opens no window', () => {
  restrictPages();
  const contents = new Contents();
  fake.app!.emit('web-contents-created', {}, contents);
  const request = { url: 'https://developers.cloudflare.com/', disposition: 'new-window' };
  expect(contents.open!(request)).toEqual({ action: 'deny' });
});

it("every session has no spell-check language, which would be downloaded, and only the system's proxy", () => {
  restrictPages();
  const setSpellCheckerLanguages = vi.fn();
  const setProxy = vi.fn();
  fake.app!.emit('session-created', { setSpellCheckerLanguages, setProxy });
  expect(setProxy.mock.calls).toEqual([[{ mode: 'system' }]]);
  expect(setSpellCheckerLanguages.mock.calls).toEqual([[[]]]);
});

it.each(SESSIONS)(
  'denies every permission, requested or queried, and every device (%s session)',
  (which) => {
    fake.which = which;
    restrictSessions(null);
    const { request, check, device } = fake.session;
    const answer = vi.fn();
    request!({}, 'geolocation', answer);
    expect(answer.mock.calls).toEqual([[false]]);
    expect(check!({}, 'clipboard-read', '')).toBe(false);
    expect(device!({ deviceType: 'usb' })).toBe(false);
  },
);

it.each(SESSIONS)('downloads nothing (%s session)', (which) => {
  fake.which = which;
  restrictSessions(null);
  const preventDefault = vi.fn();
  fake.session['will-download']!({ preventDefault });
  expect(preventDefault).toHaveBeenCalledOnce();
});

it('removes WebRTC and file dialogs from every page, and turns off its UDP', () => {
  restrictPages();
  const contents = new Contents();
  fake.app!.emit('web-contents-created', {}, contents);
  expect(contents.policy).toBe('disable_non_proxied_udp');
  const source = expect.stringContaining('delete globalThis.RTCPeerConnection') as unknown;
  expect(contents.commands).toEqual([
    ['Page.enable'],
    ['Page.addScriptToEvaluateOnNewDocument', { source, runImmediately: true }],
    ['Page.setInterceptFileChooserDialog', { enabled: true, cancel: true }],
  ]);
});

it('turns off name lookups, pasting by script, picture-in-picture and the eyedropper before Chromium starts', () => {
  restrictPages();
  expect(fake.switches).toEqual([
    [
      'blink-settings',
      'dnsPrefetchingEnabled=false,DOMPasteAllowed=false,pictureInPictureEnabled=false',
    ],
    ['disable-features', 'IsolateSandboxedIframes,EyeDropper'],
  ]);
});

/** Whether the window's session cancels a request. */
function cancels(url: string): boolean {
  const [, handler] = fake.requests[0] as [unknown, Handler];
  const answer = vi.fn();
  handler({ url }, answer);
  return (answer.mock.calls[0]![0] as { cancel: boolean }).cancel;
}

it.each(SESSIONS)(
  'cancels every request and leads it to a proxy that does not exist (%s session)',
  (which) => {
    fake.which = which;
    restrictSessions(null);
    const [filter] = fake.requests[0]!;
    const urls = ['http', 'https', 'ws', 'wss', 'ftp'].map((scheme) => `${scheme}://*/*`);
    expect(filter).toEqual({ urls });
    expect(cancels('https://api.cloudflare.com/')).toBe(true);
    expect(cancels('http://127.0.0.1:5173/')).toBe(true);
    const proxyRules = 'socks5://255.255.255.255:1';
    expect(fake.proxies).toEqual([
      { mode: 'fixed_servers', proxyRules, proxyBypassRules: '<-loopback>' },
    ]);
  },
);

it('lets a page with hot reload reach its own server only', () => {
  restrictSessions('http://localhost:5173/');
  expect(cancels('http://localhost:5173/src/main.ts')).toBe(false);
  expect(cancels('ws://localhost:5173/')).toBe(false);
  expect(cancels('http://localhost:5174/')).toBe(true);
  expect(fake.proxies).toEqual([]);
});
