/**
 * The one way to main. Requests cross as plain snapshots, because a `$state` proxy cannot be cloned,
 * and a call that breaks answers a failure like any other, so that nobody here needs to catch.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import { failed, type Outcome } from '../../shared/failure';

type AnyCall = (request?: unknown) => Promise<Outcome<unknown>>;

/** Wraps what the preload put on the window: same calls, same events. */
export function createApi(bridge: LetterheadApi): LetterheadApi {
  const wrapped = (call: AnyCall): AnyCall => {
    return async (request) => {
      try {
        return await (request === undefined ? call() : call($state.snapshot(request)));
      } catch {
        return failed('app.unexpected');
      }
    };
  };
  const rooms = Object.entries(bridge).map(([room, members]) => {
    if (room === 'on') return [room, members];
    const calls = Object.entries(members as Record<string, AnyCall>);
    return [room, Object.fromEntries(calls.map(([name, call]) => [name, wrapped(call)]))];
  });
  return Object.fromEntries(rooms) as LetterheadApi;
}
