/** Matches requests for faults, hooks and holds, and runs the hooks. */
import type { Hold, Hook, Match, RecordedRequest } from './types';

/** A promise with its resolver outside (Node 20 has no `Promise.withResolvers`). */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** A counter over a match: answers how often the match has fitted, 0 when it does not fit now. */
export function counter(match: Match): (request: RecordedRequest) => number {
  let seen = 0;
  return (request) => {
    if (match.method !== undefined && match.method.toUpperCase() !== request.method) return 0;
    if (typeof match.path === 'string' && !request.route.endsWith(match.path)) return 0;
    // `search` and not `test`: a global expression would remember where it stopped.
    if (match.path instanceof RegExp && request.route.search(match.path) < 0) return 0;
    seen += 1;
    return seen;
  };
}

interface Entry {
  fits: (request: RecordedRequest) => boolean;
  hook: Hook;
}

/** Hooks of one moment (before or after), in the order they were added. */
export class Hooks {
  readonly #entries = new Set<Entry>();

  add(match: Match, hook: Hook): () => void {
    const count = counter(match);
    const fits = (request: RecordedRequest) => {
      const seen = count(request);
      return seen > 0 && (match.nth === undefined || match.nth === seen);
    };
    const entry = { fits, hook };
    this.#entries.add(entry);
    return () => {
      this.#entries.delete(entry);
    };
  }

  async run(request: RecordedRequest): Promise<void> {
    // All count first, so that waiting in one hook cannot shift what another counts as the nth.
    const due = [...this.#entries].filter((entry) => entry.fits(request));
    for (const entry of due) await entry.hook(request);
  }

  /** A hook that strikes once and keeps its request until it is released. */
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
