/**
 * The gate: the one way from the window into main. Every call is checked three times: the sender is
 * our own page, the request fits its schema, and the answer is an explicit success or a coded
 * failure that fits its schema too (so nothing undeclared can leak out). It knows no feature. All calls of
 * the contract are listened to from the beginning; one whose feature is not loaded yet waits for it.
 */
import * as v from 'valibot';
import { callChannel, type Handlers, type Namespace } from '../../shared/contract/bridge';
import { calls } from '../../shared/contract/index';
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
  /** Answers these calls of a namespace from now on; those made before are answered now. */
  register<R extends Namespace>(namespace: R, handlers: Partial<Handlers<R>>): void;
  /** Every feature is registered: a call without a handler is a bug, and fails instead of waiting. */
  complete(): void;
}

interface AnyCall {
  request: v.GenericSchema;
  answer: v.GenericSchema;
}
type AnyHandler = (request: unknown) => unknown;

/** A handler that is there, or will be. */
class Registration {
  readonly handler: Promise<AnyHandler>;
  isThere = false;
  #resolve: (handler: AnyHandler) => void = () => undefined;

  constructor() {
    this.handler = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  provide(handler: AnyHandler): void {
    this.isThere = true;
    this.#resolve(handler);
  }
}

/** Builds the gate and listens. */
export function createGate<Event>({ listen, isTrusted, onUnexpected }: GateOptions<Event>): Gate {
  async function answer(
    where: string,
    call: AnyCall,
    { handler }: Registration,
    request: unknown,
  ): Promise<Outcome<unknown>> {
    // The first thing wrong is enough: a list of a million wrong things must not become a million issues.
    const parsed = v.safeParse(call.request, request, { abortEarly: true });
    if (!parsed.success) return failed('gate.malformed');
    try {
      const outcome = (await (await handler)(parsed.output)) as Outcome<unknown>;
      if (outcome.ok) return success(v.parse(call.answer, outcome.value));
      return { ok: false, failure: v.parse(failureSchema, outcome.failure) };
    } catch (error) {
      onUnexpected(where, error);
      return failed('app.unexpected');
    }
  }

  const registrations = new Map<string, Registration>();
  for (const [namespace, inNamespace] of Object.entries(calls)) {
    for (const [name, call] of Object.entries(inNamespace as Record<string, AnyCall>)) {
      const registration = new Registration();
      registrations.set(callChannel(namespace, name), registration);
      listen(callChannel(namespace, name), async (event, request) =>
        isTrusted(event)
          ? answer(`${namespace}.${name}`, call, registration, request)
          : failed('gate.foreign'),
      );
    }
  }

  return {
    register(namespace, handlers) {
      for (const [name, handler] of Object.entries(handlers)) {
        registrations.get(callChannel(namespace, name))?.provide(handler as AnyHandler);
      }
    },
    complete() {
      for (const [channel, registration] of registrations) {
        if (registration.isThere) continue;
        onUnexpected(channel, new Error('no feature answers this call'));
        registration.provide(() => failed('app.unexpected'));
      }
    },
  };
}
