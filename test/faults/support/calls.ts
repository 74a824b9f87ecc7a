/** The calls of the contract, made in the app's own page. */
import type { LetterheadApi, Namespace, CallOf } from '../../../src/shared/contract/bridge';
import type { Outcome } from '../../../src/shared/failure';

type Caller<R extends Namespace, N> = N extends keyof LetterheadApi[R]
  ? LetterheadApi[R][N] extends (...args: infer Request) => Promise<Outcome<infer Answer>>
    ? { request: Request; answer: Answer }
    : never
  : never;

/** A page in which an expression can be evaluated. */
interface Evaluating {
  evaluate<T>(expression: string): Promise<T>;
}

/** Makes calls. */
export interface Calls {
  /** One call; its outcome as the window gets it. Rejects with `Gone` when the app ends meanwhile. */
  outcome<R extends Namespace, N extends CallOf<R>>(
    room: R,
    name: N,
    ...request: Caller<R, N>['request']
  ): Promise<Outcome<Caller<R, N>['answer']>>;
  /** The value of a call that must succeed. */
  value<R extends Namespace, N extends CallOf<R>>(
    room: R,
    name: N,
    ...request: Caller<R, N>['request']
  ): Promise<Caller<R, N>['answer']>;
}

/** Makes the calls in a page. */
export function createCalls(page: Evaluating): Calls {
  const calls: Calls = {
    outcome: (room, name, ...request) =>
      page.evaluate(`window.letterhead.${room}.${name}(${JSON.stringify(request[0] ?? null)})`),
    value: async (room, name, ...request) => {
      const outcome = await calls.outcome(room, name, ...request);
      if (!outcome.ok) throw new Error(`${room}.${name}: ${JSON.stringify(outcome.failure)}`);
      return outcome.value;
    },
  };
  return calls;
}
