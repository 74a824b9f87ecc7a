/**
 * The gate: the only way from the window into main. It checks three things of every call: the sender is our
 * own page, the request fits its schema, and the answer is an explicit success or a coded failure that fits
 * its schema (so nothing undeclared can leak). It knows no feature. It listens to all calls of the contract
 * from the beginning; a call whose handler is not loaded yet waits for it.
 */
import * as v from 'valibot';
import { callChannel, type SomeHandlers } from '../../shared/contract/bridge';
import { calls } from '../../shared/contract/index';
import { failureSchema } from '../../shared/failure';
import { failed, success, type Result } from '../../shared/result';

/** Attaches a handler to a channel; `ipcMain.handle` in the app. */
export type HandleChannel<Event> = (
  channel: string,
  handler: (event: Event, request: unknown) => Promise<Result<unknown>>,
) => void;

/** Dependencies of the gate. */
export interface GateOptions<Event> {
  listen: HandleChannel<Event>;
  /** Whether an event comes from the main frame of our window at our own origin. */
  isTrusted: (event: Event) => boolean;
  /** Called after a bug in a handler, with the name of the call; never with its payload. */
  onUnexpected: (where: string, error: unknown) => void;
}

interface AnyCall {
  request: v.GenericSchema;
  answer: v.GenericSchema;
}
type AnyHandler = (request: unknown) => unknown;

/**
 * Removes what a request contained. Electron keeps it until it is answered, which may take as long as a person needs,
 * and the handler, which has the parsed one, must be able to forget a key in it.
 */
function empty(request: unknown): void {
  if (typeof request !== 'object' || request === null) return;
  for (const name of Object.keys(request)) Reflect.deleteProperty(request, name);
}

/** Builds the gate, and listens to every call of the contract. */
export function createGate<Event>({ listen, isTrusted, onUnexpected }: GateOptions<Event>) {
  async function answer(
    where: string,
    call: AnyCall,
    handler: Promise<AnyHandler>,
    parsed: v.SafeParseResult<v.GenericSchema>,
  ): Promise<Result<unknown>> {
    if (!parsed.success) return failed('gate.malformed');
    try {
      const result = (await (await handler)(parsed.output)) as Result<unknown>;
      if (result.ok) return success(v.parse(call.answer, result.value));
      return { ok: false, failure: v.parse(failureSchema, result.failure) };
    } catch (error) {
      onUnexpected(where, error);
      return failed('app.unexpected');
    }
  }

  function parse(call: AnyCall, request: unknown): v.SafeParseResult<v.GenericSchema> {
    // One issue is enough: a list of a million invalid items must not produce a million issues.
    const parsed = v.safeParse(call.request, request, { abortEarly: true });
    empty(request);
    return parsed;
  }

  /** By channel, what takes the handler of its call. */
  const awaited = new Map<string, (handler: AnyHandler) => void>();
  for (const [namespace, inNamespace] of Object.entries(calls)) {
    for (const [name, call] of Object.entries(inNamespace as Record<string, AnyCall>)) {
      const handler = new Promise<AnyHandler>((resolve) =>
        awaited.set(callChannel(namespace, name), resolve),
      );
      listen(callChannel(namespace, name), async (event, request) =>
        isTrusted(event)
          ? answer(`${namespace}.${name}`, call, handler, parse(call, request))
          : failed('gate.untrusted-sender'),
      );
    }
  }

  return {
    /** Registers handlers, and answers those of their calls that are already waiting. */
    register(handlers: SomeHandlers): void {
      for (const [namespace, inNamespace] of Object.entries(handlers)) {
        for (const [name, handler] of Object.entries(inNamespace)) {
          awaited.get(callChannel(namespace, name))?.(handler as AnyHandler);
        }
      }
    },
  };
}

/** Where features register their handlers. */
export type Gate = ReturnType<typeof createGate>;
