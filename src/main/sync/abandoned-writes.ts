/**
 * Follows writes whose change was discarded while they may have reached Cloudflare. The profile is read
 * until a read shows how they ended, also after a restart. The person then sees what Cloudflare holds, and
 * the change machine reports it.
 */
import { healing, type Outcome } from '../../shared/failure';
import type { Timers } from '../lib/timers';
import type { Store } from '../store/tables';
import { backoff } from '../lib/backoff';

/** What this needs. */
export interface AbandonedWritesOptions {
  store: Store;
  /** Reads one profile and stores it. Never rejects. */
  refresh: (organizationId: string) => Promise<Outcome<null>>;
  /** Whether a send of this organization is under way: a read would come too early. */
  isSending: (organizationId: string) => boolean;
  random: () => number;
  timers: Timers;
}

/** Finds out how abandoned writes ended. */
export interface AbandonedWrites {
  /** Reads every entry that needs it. Safe to call at any time. */
  wake(): void;
  /**
   * A send of this organization ended. Other entries are not read: one that can never be read would be
   * asked for after every save.
   */
  sendEnded(organizationId: string): void;
  stop(): void;
}

/** Builds it; nothing is read before `wake`. */
export function createAbandonedWrites(options: AbandonedWritesOptions): AbandonedWrites {
  const { store, refresh, isSending, random, timers } = options;
  let working = false;
  let again = false;
  let stopped = false;
  let failures = 0;
  let timer: unknown = null;

  function waiting(): string[] {
    const read = store.read((tables) => tables.abandoned.ids());
    return read.ok ? read.value.filter((id) => !isSending(id)) : [];
  }

  /** Reads one; says whether to try again later. */
  async function settle(id: string): Promise<boolean> {
    const read = await refresh(id);
    if (!read.ok) return healing(read.failure.code) === 'itself';
    // A read that began before the write ended does not count.
    return waiting().includes(id);
  }

  async function work(): Promise<void> {
    let left = false;
    for (const id of waiting()) {
      if (stopped) return;
      if (await settle(id)) left = true;
    }
    failures = left ? failures + 1 : 0;
    if (left && !stopped) timer = timers.set(wake, backoff(failures, random()));
  }

  function wake(): void {
    if (stopped) return;
    timers.clear(timer);
    timer = null;
    again = working;
    if (working) return;
    working = true;
    void work().finally(() => {
      working = false;
      if (again) wake();
    });
  }

  return {
    wake,
    sendEnded(organizationId) {
      if (waiting().includes(organizationId)) wake();
    },
    stop() {
      stopped = true;
      timers.clear(timer);
    },
  };
}
