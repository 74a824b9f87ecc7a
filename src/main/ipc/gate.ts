/**
 * The gate: the one way from the window into main. Every call is checked three times: the sender is
 * our own page, the request fits its schema, and the answer is an explicit success or a coded
 * failure that fits its schema too (so nothing undeclared can leak out). It knows no feature.
 */
import * as v from 'valibot';
import { callChannel, type CallOf, type Handlers, type Room } from '../../shared/bridge';
import { calls } from '../../shared/contract';
import { failed, failureSchema, success, type Outcome } from '../../shared/failure';

/** Attaches a handler to a channel; `ipcMain.handle` in the app. */
export type Listen<Event> = (
  channel: string,
  handler: (event: Event, request: unknown) => Promise<Outcome<unknown>>,
) => void;

/** What the gate needs from its surroundings. */
export interface GateOptions<Event> {
  listen: Listen<Event>;
  /** Whether an event comes from the main frame of our window at our own origin. */
  isTrusted: (event: Event) => boolean;
  /** Told about what should not happen: a bug in a handler. Gets the call's name, never its payload. */
  onUnexpected: (where: string, error: unknown) => void;
}

/** The gate as features see it. */
export interface Gate {
  /** Registers the handlers of one room of the contract; every call of the room needs one. */
  register<R extends Room>(room: R, handlers: Handlers<R>): void;
}

interface AnyCall {
  request: v.GenericSchema;
  answer: v.GenericSchema;
}
type AnyHandler = (request: unknown) => unknown;

/** Builds the gate; nothing listens until a feature registers. */
export function createGate<Event>({ listen, isTrusted, onUnexpected }: GateOptions<Event>): Gate {
  async function answer(
    where: string,
    call: AnyCall,
    handler: AnyHandler,
    request: unknown,
  ): Promise<Outcome<unknown>> {
    // The first thing wrong is enough: a list of a million wrong things must not become a million issues.
    const parsed = v.safeParse(call.request, request, { abortEarly: true });
    if (!parsed.success) return failed('gate.malformed');
    try {
      const outcome = (await handler(parsed.output)) as Outcome<unknown>;
      if (outcome.ok) return success(v.parse(call.answer, outcome.value));
      return { ok: false, failure: v.parse(failureSchema, outcome.failure) };
    } catch (error) {
      onUnexpected(where, error);
      return failed('app.unexpected');
    }
  }

  return {
    register(room, handlers) {
      const declared = calls[room] as Record<string, AnyCall>;
      for (const [name, call] of Object.entries(declared)) {
        const handler = handlers[name as CallOf<typeof room>] as AnyHandler;
        listen(callChannel(room, name), async (event, request) =>
          isTrusted(event)
            ? answer(`${room}.${name}`, call, handler, request)
            : failed('gate.foreign'),
        );
      }
    },
  };
}
