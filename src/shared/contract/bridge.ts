/**
 * Types derived from the contract (the bridge in the window, the handlers in main) and the names of the
 * IPC channels. Calls and events are declared in index.ts.
 */
import type * as v from 'valibot';
import type { calls, events, valueEvents } from './index';
import type { Result } from '../result';

type Calls = typeof calls;
type Events = typeof events;
type Schema = v.GenericSchema;
interface Call {
  request: Schema;
  answer: Schema;
}

/** A namespace of the contract, such as `drafts`. */
export type Namespace = keyof Calls;
/** The name of a call in a namespace, such as `keep`. */
export type CallOf<N extends Namespace> = keyof Calls[N] & string;
/** The name of an event. */
export type EventName = keyof Events;
/** The name of an event that carries a value of main. */
export type ValueEvent = keyof typeof valueEvents;
/** The payload of an event. */
export type EventPayload<E extends EventName> = v.InferOutput<Events[E]>;

type RequestOf<C> = C extends Call ? v.InferOutput<C['request']> : never;
type AnswerOf<C> = C extends Call ? v.InferOutput<C['answer']> : never;
/** An answer as a handler returns it. The IPC gate parses it with the schema, which may transform it. */
type HandlerAnswer<C> = C extends Call ? v.InferInput<C['answer']> : never;

/** A call as the window makes it; without an argument if the request is `null`. */
type Caller<C> =
  RequestOf<C> extends null
    ? () => Promise<Result<AnswerOf<C>>>
    : (request: RequestOf<C>) => Promise<Result<AnswerOf<C>>>;

/** The implementation of a call in main. */
export type Handler<C> = (
  request: RequestOf<C>,
) => Result<HandlerAnswer<C>> | Promise<Result<HandlerAnswer<C>>>;

/** The type of `window.letterhead`. */
export type LetterheadApi = {
  [N in Namespace]: { [C in CallOf<N>]: Caller<Calls[N][C]> };
} & {
  /** Subscribes to an event; returns a function that unsubscribes. */
  on: { [E in EventName]: (listener: (payload: EventPayload<E>) => void) => () => void };
};

/** The handlers of one namespace. */
export type Handlers<N extends Namespace> = { [C in CallOf<N>]: Handler<Calls[N][C]> };

/** Handlers of some calls, as main registers them at the gate. */
export type SomeHandlers = { [N in Namespace]?: Partial<Handlers<N>> };

type CallsExcept<Some, N extends Namespace> = Exclude<
  CallOf<N>,
  N extends keyof Some ? keyof Some[N] : never
>;

/** The handlers of every call that is not in `Some`. */
export type HandlersExcept<Some extends SomeHandlers> = {
  [N in Namespace as [CallsExcept<Some, N>] extends [never] ? never : N]: Pick<
    Handlers<N>,
    CallsExcept<Some, N>
  >;
};

/** The names that the contract declares. The preload knows nothing else about the contract. */
export interface DeclaredNames {
  /** The names of the calls, by namespace. */
  calls: Record<string, readonly string[]>;
  events: readonly string[];
}

/** The names that a contract declares. */
export function namesOf(contract: { calls: object; events: object }): DeclaredNames {
  const namespaces = Object.entries(contract.calls).map(
    ([namespace, callsOfNamespace]: [string, object]) => [namespace, Object.keys(callsOfNamespace)],
  );
  return { calls: Object.fromEntries(namespaces), events: Object.keys(contract.events) };
}

/** The IPC channel of a call. */
export function callChannel(namespace: string, name: string): string {
  return `call:${namespace}.${name}`;
}

/** The IPC channel of an event. */
export function eventChannel(name: string): string {
  return `event:${name}`;
}
