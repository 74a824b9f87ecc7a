/**
 * A scripted main, computed from the contract: a call nobody scripted answers a failure, every request and
 * answer is held against its schema, and events can be sent. For tests of the window without main.
 */
import * as v from 'valibot';
import type {
  CallOf,
  EventName,
  EventPayload,
  Handler,
  LetterheadApi,
  Namespace,
} from '../../src/shared/contract/bridge';
import { calls, events } from '../../src/shared/contract/index';
import { failed, type Outcome } from '../../src/shared/failure';
import type { OrganizationRow } from '../../src/shared/organization';
import { ScriptedList } from './list';

type HandlerOf<R extends Namespace, N extends CallOf<R>> = Handler<(typeof calls)[R][N]>;
type AnyHandler = (request: unknown) => Outcome<unknown> | Promise<Outcome<unknown>>;

/** What the window asked for. */
export interface RecordedCall {
  /** Room and name, such as `drafts.keep`. */
  name: string;
  request: unknown;
}

/** The double of main. */
export class ScriptedMain {
  /** Every call in the order it was made. */
  readonly recorded: RecordedCall[] = [];
  /** What went wrong with the contract: calls nobody scripted, requests and answers it does not allow. */
  readonly troubles: string[] = [];
  #list: ScriptedList | null = null;
  readonly #handlers = new Map<string, AnyHandler>();
  readonly #held = new Map<string, Promise<void>>();
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>();
  /** What stands for `window.letterhead`. */
  readonly bridge: LetterheadApi;

  constructor() {
    const namespaces = Object.entries(calls).map(([namespace, members]) => [
      namespace,
      Object.fromEntries(
        Object.entries(members).map(([name, call]) => [
          name,
          (request: unknown = null) => this.#call(`${namespace}.${name}`, call, request),
        ]),
      ),
    ]);
    const on = Object.fromEntries(
      Object.keys(events).map((name) => [
        name,
        (listener: (payload: unknown) => void) => {
          const listeners = this.#listeners.get(name) ?? new Set();
          this.#listeners.set(name, listeners.add(listener));
          return () => void listeners.delete(listener);
        },
      ]),
    );
    this.bridge = { ...Object.fromEntries(namespaces), on } as LetterheadApi;
  }

  /** Scripts a call: a function of the request, for all calls from now on. */
  answer<R extends Namespace, N extends CallOf<R>>(
    namespace: R,
    name: N,
    handler: HandlerOf<R, N>,
  ): this {
    this.#handlers.set(`${namespace}.${name}`, handler as AnyHandler);
    return this;
  }

  /** The list; scripted from the first time it is asked for. */
  get list(): ScriptedList {
    return (this.#list ??= new ScriptedList(this));
  }

  /** Answers to this call are made as usual but given only when the function that comes back is called. */
  hold(name: string): () => void {
    let release = (): void => {};
    this.#held.set(name, new Promise((resolve) => (release = resolve)));
    return () => {
      this.#held.delete(name);
      release();
    };
  }

  /** Scripts the list: it holds these organizations. */
  lists(rows: readonly OrganizationRow[]): this {
    this.list.hold(rows);
    return this;
  }

  /** Whether a call is scripted. */
  scripted(name: string): boolean {
    return this.#handlers.has(name);
  }

  /** Sends an event to the window. */
  emit<E extends EventName>(event: E, payload: EventPayload<E>): void {
    const parsed = v.parse(events[event], payload);
    for (const listener of this.#listeners.get(event) ?? []) listener(parsed);
  }

  /** The requests of one call, in order. */
  requests(name: string): unknown[] {
    return this.recorded.filter((call) => call.name === name).map((call) => call.request);
  }

  async #call(
    name: string,
    call: { request: v.GenericSchema; answer: v.GenericSchema },
    request: unknown,
  ): Promise<Outcome<unknown>> {
    // As the bridge does: what cannot be cloned cannot cross, and what is malformed is refused.
    const crossed: unknown = structuredClone(request);
    this.recorded.push({ name, request: crossed });
    if (!v.is(call.request, crossed)) {
      this.troubles.push(`${name}: a request that the contract does not allow`);
      return failed('gate.malformed');
    }
    const held = this.#held.get(name);
    const outcome = await this.#handlers.get(name)?.(crossed);
    await held;
    if (!outcome) {
      this.troubles.push(`${name}: nobody scripted it`);
      return failed('app.unexpected');
    }
    if (!outcome.ok) return outcome;
    if (!v.is(call.answer, outcome.value)) {
      this.troubles.push(`${name}: an answer that the contract does not allow`);
    }
    return { ok: true, value: v.parse(call.answer, outcome.value) };
  }
}
