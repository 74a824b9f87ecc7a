/**
 * Finds out how abandoned writes ended. A write is abandoned if its change was discarded although the write may
 * still have reached Cloudflare. Reads the profile until a read shows the result, even after a restart of the
 * app. The change machine then reports what Cloudflare holds.
 */
import { recoveryOf } from '../../shared/failure';
import type { Outcome } from '../../shared/outcome';
import { backoff } from '../lib/backoff';
import type { Timers } from '../lib/timers';
import type { Change, Store } from '../database';

/** Dependencies of the reads of abandoned writes. */
export interface AbandonedWritesOptions {
  store: Store;
  /** Reads one profile and stores it. Never rejects. */
  refresh: (organizationId: string) => Promise<Outcome<null>>;
  /** Whether a send of this organization is running. Then a read would not show yet how its write ends. */
  isSending: (organizationId: string) => boolean;
  random: () => number;
  timers: Timers;
}

/** Finds out how abandoned writes ended. */
export interface AbandonedWrites {
  /** Reads the entries that have abandoned writes, now and whenever one is added. */
  start(): void;
  /** Reads all entries that have abandoned writes now, because the network is back or the person asked. */
  wake(): void;
  stop(): void;
}

/** Creates the reader of abandoned writes. It reads nothing before `start`. */
export function createAbandonedWrites(options: AbandonedWritesOptions): AbandonedWrites {
  const { store, refresh, isSending, random, timers } = options;
  /** Entries skipped because a send of theirs was running. */
  let beingSent: readonly string[] = [];
  /** Entries that could not be read because their sign-in does not work. */
  const withoutSignIn = new Set<string>();
  let working = false;
  let rerunRequested = false;
  let stopped = false;
  let failures = 0;
  let timer: unknown = null;
  let unsubscribe = (): void => undefined;

  function idsToRead(): string[] {
    const read = store.read((tables) => tables.abandoned.ids());
    const ids = read.ok ? read.value : [];
    beingSent = ids.filter(isSending);
    return ids.filter((id) => !isSending(id));
  }

  /** Reads one entry. Returns whether to try again later. */
  async function readOne(id: string): Promise<boolean> {
    const read = await refresh(id);
    const recovery = read.ok ? null : recoveryOf(read.failure.code);
    if (recovery === 'sign-in') withoutSignIn.add(id);
    else withoutSignIn.delete(id);
    if (recovery !== null) return recovery === 'automatic';
    // If the read began before the write ended, it shows nothing, and the entry still has an abandoned write.
    return idsToRead().includes(id);
  }

  async function readAll(): Promise<void> {
    let mustRetry = false;
    for (const id of idsToRead()) {
      if (stopped) return;
      if (await readOne(id)) mustRetry = true;
    }
    failures = mustRetry ? failures + 1 : 0;
    if (mustRetry && !stopped) timer = timers.set(wake, backoff(failures, random()));
  }

  function wake(): void {
    if (stopped) return;
    timers.clear(timer);
    timer = null;
    rerunRequested = working;
    if (working) return;
    working = true;
    void readAll().finally(() => {
      working = false;
      if (rerunRequested) wake();
    });
  }

  /**
   * Whether a sign-in of `withoutSignIn` works again. A sign-in that still has an issue is not tried: each
   * refusal would change its row, which would lead to the next try.
   */
  function hasSignInRecovered(): boolean {
    const read = store.read(({ organizations, credentials }) =>
      [...withoutSignIn].some((id) => {
        const credentialId = organizations.get(id)?.credentialId ?? null;
        return credentialId !== null && credentials.get(credentialId)?.issue === null;
      }),
    );
    return read.ok && read.value;
  }

  function onChange({ topics, organizations, signIns }: Change): void {
    const hasChanged = (id: string): boolean => organizations === 'all' || organizations.has(id);
    const sendEnded = beingSent.some((id) => hasChanged(id) && !isSending(id));
    if (topics.has('abandoned') || sendEnded || (signIns.size > 0 && hasSignInRecovered())) wake();
  }

  return {
    start() {
      unsubscribe = store.changes.subscribe(onChange);
      wake();
    },
    wake,
    stop() {
      stopped = true;
      unsubscribe();
      timers.clear(timer);
    },
  };
}
