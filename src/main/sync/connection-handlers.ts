/** The calls of the namespace `connection`: whether Cloudflare answers, and what waits for it. */
import type { Handlers } from '../../shared/contract/bridge';
import type { Connection } from '../../shared/connection';
import { success } from '../../shared/failure';
import type { RateLimiter } from '../rate-limit/rate-limiter';
import type { Store } from '../database/tables';
import type { Connectivity } from './connectivity';
import type { SendStatus } from './status';

/** What the calls need. */
export interface ConnectionOptions {
  store: Store;
  connectivity: Pick<Connectivity, 'status' | 'probeNow'>;
  limiter: Pick<RateLimiter, 'blockedUntil'>;
  progress: Pick<SendStatus, 'heldUntil'>;
  now: () => number;
  /** Asks Cloudflare, and sends everything that waits, at once. */
  tryNow: () => void;
}

/** The calls, and what they answer with. */
export interface ConnectionCalls {
  handlers: Handlers<'connection'>;
  current(): Connection;
}

/** Builds the calls. */
export function createConnection(options: ConnectionOptions): ConnectionCalls {
  const { store, connectivity, limiter, progress, now, tryNow } = options;

  /** When the next probe is due; else when changes continue that wait for others to get through. */
  function nextTryAt(probeAt: number | null): number | null {
    const heldUntil = progress.heldUntil();
    return probeAt ?? (heldUntil > now() ? heldUntil : null);
  }

  function current(): Connection {
    const status = connectivity.status();
    const waiting = store.read((tables) => tables.outbox.count());
    return {
      ...status,
      nextTryAt: nextTryAt(status.nextTryAt),
      blockedUntil: limiter.blockedUntil(),
      waiting: waiting.ok ? waiting.value : 0,
    };
  }

  return {
    current,
    handlers: {
      get: () => success(current()),
      tryNow() {
        tryNow();
        return success(null);
      },
      networkBack() {
        void connectivity.probeNow();
        return success(null);
      },
    },
  };
}
