/**
 * After a change was given up while its write may have reached Cloudflare, its end is found out by
 * reading: what Cloudflare then holds is what the person sees, and is told of. Until a read worked it
 * is tried again, also after a restart.
 */
import { healing, type Outcome } from '../../shared/failure';
import type { Timers } from '../cloudflare/timers';
import type { Store } from '../store/tables';
import { backoff } from './backoff';

/** What this needs. */
export interface GivenUpOptions {
  store: Store;
  /** Reads one profile and stores it. Never rejects. */
  refresh: (organizationId: string) => Promise<Outcome<null>>;
  /** Whether a send of this organization is under way: reading would tell too little, too early. */
  isSending: (organizationId: string) => boolean;
  random: () => number;
  timers: Timers;
}

/** Finds out what became of writes that were given up. */
export interface GivenUp {
  /** Reads what there is to read; safe to call at any time. */
  wake(): void;
  /**
   * A send of this organization ended. Others are left alone: one that cannot be read for good would
   * be asked for after every save.
   */
  sendEnded(organizationId: string): void;
  stop(): void;
}

/** Builds it; nothing is read before `wake`. */
export function createGivenUp(options: GivenUpOptions): GivenUp {
  const { store, refresh, isSending, random, timers } = options;
  let working = false;
  let again = false;
  let stopped = false;
  let failures = 0;
  let timer: unknown = null;

  function waiting(): string[] {
    const read = store.read((tables) => tables.givenUp.ids());
    return read.ok ? read.value.filter((id) => !isSending(id)) : [];
  }

  /** Reads one; says whether it is worth trying again by itself. */
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
      const read = store.read((tables) => tables.givenUp.get(organizationId));
      if (!read.ok || read.value) wake();
    },
    stop() {
      stopped = true;
      timers.clear(timer);
    },
  };
}
