/**
 * The only way to call main. Requests are sent as plain snapshots, because a `$state` proxy cannot be cloned. A
 * call that throws returns a failure instead, so that callers never need to catch.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import { failed, type Result } from '../../shared/result';

type AnyCall = (request?: unknown) => Promise<Result<unknown>>;

/** Wraps the bridge that the preload exposes. The wrapper has the same calls and events. */
export function createApi(bridge: LetterheadApi): LetterheadApi {
  const wrap = (call: AnyCall): AnyCall => {
    return async (request) => {
      try {
        return await (request === undefined ? call() : call($state.snapshot(request)));
      } catch {
        return failed('app.unexpected');
      }
    };
  };
  const namespaces = Object.entries(bridge).map(([namespace, members]) => {
    if (namespace === 'on') return [namespace, members];
    const calls = Object.entries(members as Record<string, AnyCall>);
    return [namespace, Object.fromEntries(calls.map(([name, call]) => [name, wrap(call)]))];
  });
  return Object.fromEntries(namespaces) as LetterheadApi;
}
