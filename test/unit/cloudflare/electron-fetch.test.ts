/**
 * Sending requests through Electron's `net`, and what is returned for each way in which they can
 * end.
 */
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { FetchAnswer, FetchInit } from '../../../src/main/cloudflare/http';
import { networkFailureCode } from '../../../src/main/cloudflare/network-errors';

const URL_ = 'https://api.cloudflare.com/client/v4/organizations/one/profile';

const fake = vi.hoisted(() => ({
  requests: [] as Record<string, unknown>[],
  request: null as unknown,
  /** The functions that end the closing of a session's connections, by the session's name. */
  closing: new Map<string, (result?: Promise<void>) => void>(),
  /** The sessions that looked for the proxy, by name. */
  resolved: [] as string[],
}));
vi.mock('electron', () => ({
  session: {
    fromPartition: (name: string) => ({
      name,
      setUserAgent: (): void => undefined,
      resolveProxy: () => {
        fake.resolved.push(name);
        return Promise.reject(new Error('no proxy service'));
      },
      closeAllConnections: () =>
        new Promise<void>((resolve) => void fake.closing.set(name, resolve)),
    }),
  },
  net: {
    request: (options: Record<string, unknown>) => {
      fake.requests.push(options);
      return fake.request;
    },
  },
}));
const { networkFetch } = await import('../../../src/main/cloudflare/electron-fetch');

/** A fake Electron request that runs `onSend` when it is sent. */
class Request extends EventEmitter {
  readonly end;
  readonly abort = vi.fn();
  constructor(onSend: (self: EventEmitter) => void = () => undefined) {
    super();
    this.end = vi.fn((_body?: string) => queueMicrotask(() => onSend(this)));
    fake.request = this;
  }
}

let controller: AbortController;
let shared: ReturnType<typeof networkFetch>;
beforeEach(() => {
  controller = new AbortController();
  fake.requests = [];
  fake.resolved = [];
  fake.closing.clear();
});

function send(fetch = networkFetch('1.0.0'), method = 'PUT'): Promise<FetchAnswer> {
  const init: FetchInit = {
    method,
    headers: { 'X-Auth-Key': 'secret' },
    body: '{"a":"ä"}',
    signal: controller.signal,
    redirect: 'manual',
    credentials: 'omit',
    cache: 'no-store',
  };
  return fetch(URL_, init);
}

/** Sends a request that must fail, and returns the failure code. */
const failure = (): Promise<string> =>
  send().then(
    () => 'answered',
    (error: unknown) => networkFailureCode(error),
  );

const answered = (statusCode: number, headers = {}, body: Buffer[] = []) =>
  Object.assign(Readable.from(body), { statusCode, headers });

test('passes URL, method, headers and body, and nothing else', async () => {
  const request = new Request((self) => self.emit('response', answered(200)));
  await send();
  expect(fake.requests).toEqual([
    {
      method: 'PUT',
      url: URL_,
      headers: { 'X-Auth-Key': 'secret' },
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      session: expect.anything(),
    },
  ]);
  expect(request.end).toHaveBeenCalledExactlyOnceWith('{"a":"ä"}');
});

test('returns the status, headers in any case, and the body chunk by chunk', async () => {
  const headers = { ratelimit: 'a, b', 'retry-after': '3' };
  new Request((self) =>
    self.emit('response', answered(404, headers, [Buffer.from('one'), Buffer.from('two')])),
  );
  const { status, header, body } = await send();
  expect([status, header('Retry-After'), header('Ratelimit'), header('etag')]).toEqual([
    404,
    '3',
    'a, b',
    null,
  ]);
  const pieces: string[] = [];
  for await (const piece of body) pieces.push(Buffer.from(piece).toString());
  expect(pieces).toEqual(['one', 'two']);
});

test.each<[string, (self: EventEmitter) => void]>([
  ['asks', (self) => self.emit('login', { isProxy: true }, vi.fn())],
  ['responds', (self) => self.emit('response', answered(407))],
])('distinguishes a proxy that %s for a password from one that refuses', async (_how, onSend) => {
  const request = new Request(onSend);
  expect(await failure()).toBe('network.proxy-sign-in');
  expect(request.abort).toHaveBeenCalled();
  // An error that arrives after the end must not be unhandled.
  request.emit('error', new Error('net::ERR_ABORTED'));
});

test('sends no password to a server that requests one, and returns its response', async () => {
  const nothing = vi.fn();
  new Request((self) => {
    self.emit('login', { isProxy: false }, nothing);
    self.emit('response', answered(401));
  });
  expect((await send()).status).toBe(401);
  expect(nothing).toHaveBeenCalledExactlyOnceWith();
});

test("reports Chromium's error when there is no response", async () => {
  new Request((self) => self.emit('error', new Error('net::ERR_TUNNEL_CONNECTION_FAILED')));
  expect(await failure()).toBe('network.intercepted');
});

test('reports why a body broke off, and ignores later events', async () => {
  const broken = Object.assign(new Readable({ read: () => undefined }), {
    statusCode: 200,
    headers: {},
  });
  const request = new Request((self) => self.emit('response', broken));
  const { body } = await send();
  const reading = (async () => {
    for await (const _ of body);
  })();
  const reset = new Error('net::ERR_CONNECTION_RESET');
  broken.push(Buffer.from('{"resu'));
  broken.destroy(reset);
  await expect(reading).rejects.toBe(reset);
  request.emit('error', reset);
});

test('can be aborted by its signal, even while the response arrives', async () => {
  const request = new Request(() => controller.abort());
  await expect(send()).rejects.toThrow('aborted');
  expect(request.abort).toHaveBeenCalledOnce();
  const answering = new Request((self) => self.emit('response', answered(200)));
  controller = new AbortController();
  await send();
  expect(answering.abort).not.toHaveBeenCalled();
  controller.abort();
  expect(answering.abort).toHaveBeenCalledOnce();
});

test('is not sent when its signal was aborted before', async () => {
  new Request();
  controller.abort();
  await expect(send()).rejects.toThrow('aborted');
  expect(fake.requests).toEqual([]);
});

describe('a write never goes over a connection that was used before:', () => {
  const used = (): string[] =>
    fake.requests.map(({ session }) => (session as { name: string }).name);
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  test('reads share a session, and writes at the same time have one each', async () => {
    const fetch = networkFetch('1.0.0');
    for (const method of ['GET', 'PUT', 'GET', 'PUT']) {
      new Request((self) => self.emit('response', answered(200)));
      await send(fetch, method);
    }
    const [read, write, secondRead, secondWrite] = used();
    expect(secondRead).toBe(read);
    expect(new Set([read, write, secondWrite]).size).toBe(3);
  });

  test('the session of a write has looked for the proxy since the read before it', async () => {
    const fetch = networkFetch('1.0.0');
    new Request((self) => self.emit('response', answered(200)));
    await send(fetch, 'GET');
    const { resolved } = fake;
    expect(resolved).toHaveLength(1);
    await send(fetch, 'GET');
    await send(fetch, 'PUT');
    expect(fake.resolved).toEqual([used()[2]]);
  });

  test('a session whose connections cannot be closed is not used again', async () => {
    const fetch = networkFetch('1.0.0');
    new Request((self) => self.emit('error', new Error('net::ERR_EMPTY_RESPONSE')));
    await send(fetch).catch(() => undefined);
    const [first] = used() as [string];
    fake.closing.get(first)!(Promise.reject(new Error('the network process has crashed')));
    await settle();
    await send(fetch).catch(() => undefined);
    expect(used()[1]).not.toBe(first);
  });

  test.each<[string, () => Promise<unknown>]>([
    [
      'was read',
      async () => {
        new Request((self) => self.emit('response', answered(200, {}, [Buffer.from('{}')])));
        for await (const _ of (await send(shared)).body);
      },
    ],
    [
      'was read in part',
      async () => {
        const body = [Buffer.from('one'), Buffer.from('two')];
        new Request((self) => self.emit('response', answered(200, {}, body)));
        for await (const _ of (await send(shared)).body) break;
      },
    ],
    [
      'never came',
      async () => {
        new Request((self) => self.emit('error', new Error('net::ERR_EMPTY_RESPONSE')));
        await send(shared).catch(() => undefined);
      },
    ],
  ])(
    'a session is used again when its connections are closed, after an answer that %s',
    async (_how, write) => {
      shared = networkFetch('1.0.0');
      await write();
      const [first] = used() as [string];
      await settle();
      await write();
      expect(used()[1]).not.toBe(first);
      fake.closing.get(first)!();
      await settle();
      await write();
      expect(used()[2]).toBe(first);
    },
  );
});
