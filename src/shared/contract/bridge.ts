/**
 * What follows from the contract: the types of the bridge in the window and of the handlers in main,
 * and the names of the channels between them. Nothing is declared here; see index.ts.
 */
import type * as v from 'valibot';
import type { calls, events } from './index';
import type { Outcome } from '../failure';

type Calls = typeof calls;
type Events = typeof events;
type Schema = v.GenericSchema;
interface Call {
  request: Schema;
  answer: Schema;
}

/** A room of the contract, such as `drafts`. */
export type Namespace = keyof Calls;
/** A call of a room, such as `keep`. */
export type CallOf<R extends Namespace> = keyof Calls[R] & string;
/** An event's name. */
export type EventName = keyof Events;
/** What an event carries. */
export type EventPayload<E extends EventName> = v.InferOutput<Events[E]>;

type RequestOf<C> = C extends Call ? v.InferOutput<C['request']> : never;
type AnswerOf<C> = C extends Call ? v.InferOutput<C['answer']> : never;
/** An answer as main gives it to the gate, whose schema may write it in another way. */
type GivenAnswer<C> = C extends Call ? v.InferInput<C['answer']> : never;

/** One call as the window makes it: without an argument where the request is nothing. */
type Caller<C> =
  RequestOf<C> extends null
    ? () => Promise<Outcome<AnswerOf<C>>>
    : (request: RequestOf<C>) => Promise<Outcome<AnswerOf<C>>>;

/** One call as a feature of main answers it. */
export type Handler<C> = (
  request: RequestOf<C>,
) => Outcome<GivenAnswer<C>> | Promise<Outcome<GivenAnswer<C>>>;

/** What the window finds as `window.letterhead`. */
export type LetterheadApi = {
  [R in Namespace]: { [N in CallOf<R>]: Caller<Calls[R][N]> };
} & {
  /** Listens to an event; the answer stops listening. */
  on: { [E in EventName]: (listener: (payload: EventPayload<E>) => void) => () => void };
};

/** The handlers of one room: what a feature of main registers at the gate. */
export type Handlers<R extends Namespace> = { [N in CallOf<R>]: Handler<Calls[R][N]> };

/** The names the contract declares: all that the preload knows of it. */
export interface DeclaredNames {
  /** The names of the calls of each room. */
  calls: Record<string, readonly string[]>;
  events: readonly string[];
}

/** The names a contract declares. */
export function namesOf(contract: { calls: object; events: object }): DeclaredNames {
  const namespaces = Object.entries(contract.calls).map(
    ([namespace, inNamespace]: [string, object]) => [namespace, Object.keys(inNamespace)],
  );
  return { calls: Object.fromEntries(namespaces), events: Object.keys(contract.events) };
}

/** The channel of a call. */
export function callChannel(namespace: string, name: string): string {
  return `call:${namespace}.${name}`;
}

/** The channel of an event. */
export function eventChannel(name: string): string {
  return `event:${name}`;
}
