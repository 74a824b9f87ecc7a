/** Makes IPC calls (src/shared/contract) in the app's own page, as the page would. */
import type { LetterheadApi, Namespace, CallOf } from '../../../src/shared/contract/bridge';
import type { Result } from '../../../src/shared/result';

type Caller<R extends Namespace, N> = N extends keyof LetterheadApi[R]
  ? LetterheadApi[R][N] extends (...args: infer Request) => Promise<Result<infer Answer>>
    ? { request: Request; answer: Answer }
    : never
  : never;

/** A page in which an expression can be evaluated. */
interface Evaluating {
  evaluate<T>(expression: string): Promise<T>;
}

/** Functions that make a call. */
export interface Calls {
  /** Resolves with the outcome of a call, as the window gets it. Rejects with `Gone` if the app exits meanwhile. */
  outcome<R extends Namespace, N extends CallOf<R>>(
    namespace: R,
    name: N,
    ...request: Caller<R, N>['request']
  ): Promise<Result<Caller<R, N>['answer']>>;
  /** Resolves with the value of a call that must succeed. */
  value<R extends Namespace, N extends CallOf<R>>(
    namespace: R,
    name: N,
    ...request: Caller<R, N>['request']
  ): Promise<Caller<R, N>['answer']>;
}

/** Creates the functions that make calls in this page. */
export function createCalls(page: Evaluating): Calls {
  const calls: Calls = {
    outcome: (namespace, name, ...request) =>
      page.evaluate(
        `window.letterhead.${namespace}.${name}(${JSON.stringify(request[0] ?? null)})`,
      ),
    value: async (namespace, name, ...request) => {
      const outcome = await calls.outcome(namespace, name, ...request);
      if (!outcome.ok) throw new Error(`${namespace}.${name}: ${JSON.stringify(outcome.failure)}`);
      return outcome.value;
    },
  };
  return calls;
}
