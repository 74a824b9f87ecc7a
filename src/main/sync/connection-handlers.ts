/** Handlers of the namespace `connection`: whether Cloudflare answers, and how many changes wait. */
import type { Handlers } from '../../shared/contract/bridge';
import type { Connection } from '../../shared/connection';
import { success } from '../../shared/result';
import type { RateLimiter } from '../rate-limit';
import type { Database } from '../database';
import type { Connectivity } from './connectivity';
import type { SendStatus } from '../changes';

/** Dependencies of the handlers. */
export interface ConnectionOptions {
  database: Database;
  connectivity: Pick<Connectivity, 'status' | 'probeNow'>;
  limiter: Pick<RateLimiter, 'blockedUntil'>;
  sendStatus: Pick<SendStatus, 'breakerUntil'>;
  now: () => number;
  /** Probes Cloudflare and sends everything that waits, now. */
  tryNow: () => void;
}

/** Creates the handlers. */
export function createConnection(options: ConnectionOptions) {
  const { database, connectivity, limiter, sendStatus, now, tryNow } = options;

  function current(): Connection {
    const status = connectivity.status();
    const breakerUntil = sendStatus.breakerUntil();
    const waiting = database.read((tables) => tables.outbox.count());
    return {
      ...status,
      breakerUntil: breakerUntil > now() ? breakerUntil : null,
      blockedUntil: limiter.blockedUntil(),
      waiting: waiting.ok ? waiting.value : 0,
    };
  }

  const handlers: Handlers<'connection'> = {
    get: () => success(current()),
    tryNow() {
      tryNow();
      return success(null);
    },
    networkBack() {
      void connectivity.probeNow();
      return success(null);
    },
  };

  return { current, handlers };
}
