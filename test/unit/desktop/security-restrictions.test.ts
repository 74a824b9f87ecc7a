/**
 * The security restrictions on every page, tested one by one. Each must work even where another
 * restriction would be enough.
 */
import { EventEmitter } from 'node:events';
import { beforeEach, expect, it, vi } from 'vitest';

type Handler = (...args: unknown[]) => unknown;

const fake = vi.hoisted(() => ({
  app: null as EventEmitter | null,
  session: {} as Record<string, Handler>,
}));
vi.mock('electron', () => ({
  app: { on: (name: string, handler: Handler) => fake.app!.on(name, handler) },
  session: {
    defaultSession: {
      setPermissionRequestHandler: (handler: Handler) => (fake.session['request'] = handler),
      setPermissionCheckHandler: (handler: Handler) => (fake.session['check'] = handler),
      setDevicePermissionHandler: (handler: Handler) => (fake.session['device'] = handler),
      on: (name: string, handler: Handler) => (fake.session[name] = handler),
    },
  },
}));
const { restrictPages, restrictSession } =
  await import('../../../src/main/desktop/security-restrictions');

/** Fake web contents. */
class Contents extends EventEmitter {
  open: Handler | null = null;
  setWindowOpenHandler(handler: Handler): void {
    this.open = handler;
  }
}

beforeEach(() => {
  fake.app = new EventEmitter();
  fake.session = {};
});

it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
  'prevents %s on every page',
  (name) => {
    restrictPages();
    const contents = new Contents();
    fake.app!.emit('web-contents-created', {}, contents);
    const preventDefault = vi.fn();
    contents.emit(name, { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
  },
);

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

it('denies every permission, requested or queried, and every device', () => {
  restrictSession();
  const { request, check, device } = fake.session;
  const answer = vi.fn();
  request!({}, 'geolocation', answer);
  expect(answer.mock.calls).toEqual([[false]]);
  expect(check!({}, 'clipboard-read', '')).toBe(false);
  expect(device!({ deviceType: 'usb' })).toBe(false);
});

it('downloads nothing', () => {
  restrictSession();
  const preventDefault = vi.fn();
  fake.session['will-download']!({ preventDefault });
  expect(preventDefault).toHaveBeenCalledOnce();
});
