/** How requests leave: what is asked when a proxy grants no tunnel, and what is made of the answer. */
import { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';
import type { FetchInit } from '../../src/main/cloudflare/http';
import { networkFailureCode } from '../../src/main/cloudflare/network-errors';

const URL_ = 'https://api.cloudflare.com/client/v4/organizations/one/profile';

const fake = vi.hoisted(() => ({
  fetch: (() => undefined) as (...args: unknown[]) => unknown,
  asked: [] as Record<string, unknown>[],
  question: null as (EventEmitter & { end(): void; abort(): void }) | null,
}));
vi.mock('electron', () => ({
  session: {
    fromPartition: () => ({
      setUserAgent: () => undefined,
      fetch: (...args: unknown[]) => fake.fetch(...args),
    }),
  },
  net: {
    request: (options: Record<string, unknown>) => {
      fake.asked.push(options);
      return fake.question;
    },
  },
}));
const { networkFetch } = await import('../../src/main/network-fetch');

/** A request of Electron's that does `happens` when it is sent. */
class Question extends EventEmitter {
  readonly end;
  readonly abort = vi.fn();
  constructor(happens: (self: EventEmitter) => void) {
    super();
    this.end = vi.fn(() => queueMicrotask(() => happens(this)));
  }
}

let controller: AbortController;
const noTunnel = new Error('net::ERR_TUNNEL_CONNECTION_FAILED');

/** The code of the failure that fetch ends with. */
async function failure(): Promise<string> {
  const init: FetchInit = {
    ...{ method: 'PUT', headers: { 'X-Auth-Key': 'secret' }, body: 'secret' },
    ...{ signal: controller.signal, redirect: 'manual', credentials: 'omit', cache: 'no-store' },
  };
  return networkFetch('1.0.0')(URL_, init).then(
    () => 'answered',
    (error: unknown) => networkFailureCode(error),
  );
}

beforeEach(() => {
  controller = new AbortController();
  fake.asked = [];
  fake.fetch = () => Promise.reject(noTunnel);
});

test('a proxy that asks for a password is told from one that refuses', async () => {
  const question = new Question((self) => self.emit('login', { isProxy: true }, vi.fn()));
  fake.question = question;
  expect(await failure()).toBe('network.proxy-sign-in');
  expect(question.abort).toHaveBeenCalled();
  // It comes after the abort, and nobody else listens.
  question.emit('error', noTunnel);
});

test('so is one whose answer comes through, with a body that breaks off', async () => {
  fake.fetch = () => {
    const body = new ReadableStream({ start: (stream) => stream.error(noTunnel) });
    return Promise.resolve(new Response(body, { status: 407 }));
  };
  expect(await failure()).toBe('network.proxy-sign-in');
  expect(fake.asked).toEqual([]);
});

test('the question may be answered so, too', async () => {
  fake.question = new Question((self) => self.emit('response', { statusCode: 407 }));
  expect(await failure()).toBe('network.proxy-sign-in');
});

test.each<[string, (self: EventEmitter) => void]>([
  ['it refuses for another reason', (self) => self.emit('error', noTunnel)],
  ['it lets through by now', (self) => self.emit('response', { statusCode: 403 })],
  ['it sends elsewhere', (self) => self.emit('redirect')],
  ['a server asks, and no proxy', (self) => self.emit('login', { isProxy: false }, vi.fn())],
  ['the request is given up', () => controller.abort()],
])('%s: the first failure stands', async (_what, happens) => {
  fake.question = new Question(happens);
  expect(await failure()).toBe('network.intercepted');
});

test('asks nothing when the request was given up before', async () => {
  const question = new Question(() => undefined);
  fake.question = question;
  controller.abort();
  expect(await failure()).toBe('network.intercepted');
  expect(question.end).not.toHaveBeenCalled();
});

test('the question holds nothing of the request', async () => {
  fake.question = new Question((self) => self.emit('error', noTunnel));
  await failure();
  expect(fake.asked).toHaveLength(1);
  const { session: _, ...options } = fake.asked[0]!;
  expect(options).toEqual({
    ...{ method: 'HEAD', url: 'https://api.cloudflare.com/', credentials: 'omit' },
    ...{ cache: 'no-store', redirect: 'manual' },
  });
});

test.each(['net::ERR_CONNECTION_RESET', 'net::ERR_PROXY_AUTH_UNSUPPORTED'])(
  'asks nothing more after %s',
  async (message) => {
    fake.fetch = () => Promise.reject(new Error(message));
    await failure();
    expect(fake.asked).toEqual([]);
  },
);
