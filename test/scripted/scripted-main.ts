/**
 * A test double of main for tests of the window, computed from the contract. What the window calls by itself is
 * answered as by an idle main (idle-main.ts); any other call without a script is an issue. Every request and answer is
 * checked against its schema, and tests can send events.
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
import { failed, type Result } from '../../src/shared/result';
import type { OrganizationRow } from '../../src/shared/organization';
import { IDLE } from './idle-main';
import { ScriptedList } from './scripted-list';

type HandlerOf<R extends Namespace, N extends CallOf<R>> = Handler<(typeof calls)[R][N]>;
const idleHandlers = new Map(
  Object.entries(IDLE).flatMap(([namespace, inNamespace]) =>
    Object.entries(inNamespace).map(([name, handler]) => [
      `${namespace}.${name}`,
      handler as AnyHandler,
    ]),
  ),
);

type AnyHandler = (request: unknown) => Result<unknown> | Promise<Result<unknown>>;

/** A call the window made. */
export interface RecordedCall {
  /** Namespace and name, such as `drafts.save`. */
  name: string;
  request: unknown;
}

export class ScriptedMain {
  /** All calls, in order. */
  readonly recorded: RecordedCall[] = [];
  /** Violations of the contract: calls without a script, malformed requests, malformed answers. */
  readonly issues: string[] = [];
  #list: ScriptedList | null = null;
  readonly #handlers = new Map<string, AnyHandler>();
  readonly #held = new Map<string, Promise<void>>();
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>();
  /** Stands in for `window.letterhead`. */
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

  /** Scripts a call from now on with a function of the request. */
  answer<R extends Namespace, N extends CallOf<R>>(
    namespace: R,
    name: N,
    handler: HandlerOf<R, N>,
  ): this {
    this.#handlers.set(`${namespace}.${name}`, handler as AnyHandler);
    return this;
  }

  /** The list. Its calls are scripted on first access. */
  get list(): ScriptedList {
    return (this.#list ??= new ScriptedList(this));
  }

  /** Delays the answers to a call until the returned function is called. */
  hold(name: string): () => void {
    let release = (): void => {};
    this.#held.set(name, new Promise((resolve) => (release = resolve)));
    return () => {
      this.#held.delete(name);
      release();
    };
  }

  /** Scripts the list with exactly these rows. */
  setRows(rows: readonly OrganizationRow[]): this {
    this.list.setRows(rows);
    return this;
  }

  /** Whether the test has scripted a call. */
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
  ): Promise<Result<unknown>> {
    // Like the bridge and the gate: clones the request and refuses it when it is malformed.
    const received: unknown = structuredClone(request);
    this.recorded.push({ name, request: received });
    if (!v.is(call.request, received)) {
      this.issues.push(`${name}: a request that the contract does not allow`);
      return failed('gate.malformed');
    }
    const held = this.#held.get(name);
    if (name === 'organizations.list' && !this.scripted(name)) void this.list;
    const handler = this.#handlers.get(name) ?? idleHandlers.get(name);
    const outcome = await handler?.(received);
    await held;
    if (!outcome) {
      this.issues.push(`${name}: not scripted`);
      return failed('app.unexpected');
    }
    if (!outcome.ok) return outcome;
    if (!v.is(call.answer, outcome.value)) {
      this.issues.push(`${name}: an answer that the contract does not allow`);
    }
    return { ok: true, value: v.parse(call.answer, outcome.value) };
  }
}
