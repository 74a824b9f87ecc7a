/** The real IPC gate with handlers that only record the requests that reach them. */
import { isDeepStrictEqual } from 'node:util';
import { createGate } from '../../../src/main/ipc/gate';
import { failed, type Result } from '../../../src/shared/result';
import type { Kind } from './kinds';

type Channel = (event: object, request: unknown) => Promise<Result<unknown>>;

const channels = new Map<string, Channel>();
const arrived: unknown[] = [];

const gate = createGate<object>({
  listen: (channel, handler) => channels.set(channel, handler),
  isTrusted: () => true,
  onUnexpected: (where, error) => {
    throw new Error(where, { cause: error });
  },
});
for (const channel of channels.keys()) {
  const [namespace, name] = channel.replace('call:', '').split('.') as [string, string];
  const record = (request: unknown): Result<never> => {
    arrived.push(request);
    return failed('app.unexpected');
  };
  gate.register({ [namespace]: { [name]: record } });
}

/** The names of all calls that the gate listens to. */
export const callNames = [...channels.keys()].map((channel) => channel.replace('call:', ''));

/** A clone as the window makes it, which the gate empties. Texts are shared: cloning the longest takes most of the time. */
function cloneOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value) && Object.keys(value).length === value.length) return value.map(cloneOf);
  if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value);
  const clone = {};
  for (const [key, one] of Object.entries(value)) {
    // `__proto__`, too, becomes an own property.
    const copy = { value: cloneOf(one), enumerable: true, configurable: true, writable: true };
    Object.defineProperty(clone, key, copy);
  }
  return clone;
}

/** Sends a request as the window does, which clones it. Returns what reached the handler, or that it was refused. */
async function send(name: string, request: unknown): Promise<'refused' | { arrived: unknown }> {
  arrived.length = 0;
  const answer = await channels.get(`call:${name}`)!({}, cloneOf(request));
  if (arrived.length > 0) return { arrived: arrived[0] };
  if (isDeepStrictEqual(answer, { ok: false, failure: { code: 'gate.malformed' } }))
    return 'refused';
  throw new Error(`${name} answers ${JSON.stringify(answer)}`);
}

/** Yields what is wrong with every request that a call accepts and should not. */
export async function* accepted(name: string, { wrong, extra = [] }: Kind): AsyncGenerator<string> {
  for (const [what, request] of wrong) {
    if ((await send(name, request)) !== 'refused') yield what;
  }
  for (const [what, request, rest] of extra) {
    const result = await send(name, request);
    if (result !== 'refused' && !isDeepStrictEqual(result.arrived, rest)) yield what;
  }
}

/** Yields every well-formed request that a call does not pass on unchanged. */
export async function* notPassedOn(name: string, { valid }: Kind): AsyncGenerator<unknown> {
  for (const request of valid) {
    const result = await send(name, request);
    if (!isDeepStrictEqual(result, { arrived: request })) yield request;
  }
}
