/** Matches requests for faults, hooks and holds, and runs the hooks. */
import type { Hold, Hook, Match, RecordedRequest } from './types';

/** `Promise.withResolvers`, which Node 20 does not have. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Creates a function that counts matching requests. It returns the new count, or 0 if a request does not match. */
export function counter(match: Match): (request: RecordedRequest) => number {
  let seen = 0;
  return (request) => {
    if (match.method !== undefined && match.method.toUpperCase() !== request.method) return 0;
    if (typeof match.path === 'string' && !request.route.endsWith(match.path)) return 0;
    // Not `test`: a regular expression with the flag g would continue from its last index.
    if (match.path instanceof RegExp && request.route.search(match.path) < 0) return 0;
    seen += 1;
    return seen;
  };
}

interface Entry {
  matches: (request: RecordedRequest) => boolean;
  hook: Hook;
}

/** The hooks before or after an answer, in the order they were added. */
export class Hooks {
  readonly #entries = new Set<Entry>();

  add(match: Match, hook: Hook): () => void {
    const count = counter(match);
    const matches = (request: RecordedRequest) => {
      const seen = count(request);
      return seen > 0 && (match.nth === undefined || match.nth === seen);
    };
    const entry = { matches, hook };
    this.#entries.add(entry);
    return () => {
      this.#entries.delete(entry);
    };
  }

  async run(request: RecordedRequest): Promise<void> {
    // Every entry counts the request before the first hook runs. If a hook waited in between, the
    // next requests would be counted out of order.
    const due = [...this.#entries].filter((entry) => entry.matches(request));
    for (const entry of due) await entry.hook(request);
  }

  /** Adds a hook that pauses the first matching request (or the nth) until it is released. */
  hold(match: Match): Hold {
    const arrived = deferred<RecordedRequest>();
    const released = deferred<void>();
    const remove = this.add({ nth: 1, ...match }, async (request) => {
      remove();
      arrived.resolve(request);
      await released.promise;
    });
    return {
      arrived: arrived.promise,
      release: () => {
        remove();
        released.resolve();
      },
    };
  }
}
