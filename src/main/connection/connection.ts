/** The calls of room `connection`, and the event that tells the window whether Cloudflare answers. */
import type { Handlers } from '../../shared/bridge';
import type { Connection } from '../../shared/connection';
import { success } from '../../shared/failure';
import type { Emit } from '../ipc';
import type { Store } from '../store/tables';
import type { ConnectionStatus } from '../sync/connectivity';

/** What the room needs. */
export interface ConnectionOptions {
  store: Store;
  status: () => ConnectionStatus;
  emit: Emit;
  /** Asks Cloudflare, and sends everything that waits, at once. */
  tryNow: () => void;
  /** Runs a function after the current piece of work. */
  later: (work: () => void) => void;
  /** Until when Cloudflare's rate limit keeps us from asking, ms since the epoch, or null. */
  blockedUntil: () => number | null;
  /** When changes go on that wait for others to get through, ms since the epoch; a time gone by: now. */
  heldUntil: () => number;
  now: () => number;
  /** Asks Cloudflare whether it answers. */
  probe: () => void;
}

/** The room, and how others say that something about it changed. */
export interface ConnectionRoom {
  handlers: Handlers<'connection'>;
  changed(): void;
}

/** Builds the room. */
export function createConnection(options: ConnectionOptions): ConnectionRoom {
  const { store, status, emit, tryNow, later, blockedUntil, heldUntil, probe } = options;
  let due = false;
  let told = '';

  function nextTryAt(probeAt: number | null): number | null {
    return probeAt ?? (heldUntil() > options.now() ? heldUntil() : null);
  }

  function current(): Connection {
    const known = status();
    const waiting = store.read((tables) => tables.outbox.count());
    return {
      ...known,
      nextTryAt: nextTryAt(known.nextTryAt),
      blockedUntil: blockedUntil(),
      waiting: waiting.ok ? waiting.value : 0,
    };
  }

  function tell(): void {
    due = false;
    const connection = current();
    // An answer a moment later is no news; the line on screen counts in minutes.
    const { answeredAt, ...rest } = connection;
    const text = JSON.stringify([rest, Math.floor((answeredAt ?? 0) / 10_000)]);
    if (text === told) return;
    told = text;
    emit('connectionChanged', connection);
  }

  return {
    handlers: {
      get: () => success(current()),
      tryNow() {
        tryNow();
        return success(null);
      },
      networkBack() {
        probe();
        return success(null);
      },
    },
    changed() {
      if (due) return;
      due = true;
      later(tell);
    },
  };
}
