/**
 * Follows writes whose change was discarded while they may have reached Cloudflare. The profile is read
 * until a read shows how they ended, also after a restart. The person then sees what Cloudflare holds, and
 * the change machine reports it.
 */
import { recoveryOf, type Outcome } from '../../shared/failure';
import { backoff } from '../lib/backoff';
import type { Timers } from '../lib/timers';
import type { Change } from '../database/change-feed';
import type { Store } from '../database/tables';

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
  /** Reads what an earlier run left, and from then on what is discarded. */
  start(): void;
  /** Reads every entry that needs it: the network is back, or the person asks. */
  wake(): void;
  stop(): void;
}

/** Builds it; nothing is read before `start`. */
export function createAbandonedWrites(options: AbandonedWritesOptions): AbandonedWrites {
  const { store, refresh, isSending, random, timers } = options;
  /** Left alone because they were being sent. */
  let beingSent: readonly string[] = [];
  /** Could not be read with their sign-in. */
  const withoutSignIn = new Set<string>();
  let working = false;
  let again = false;
  let stopped = false;
  let failures = 0;
  let timer: unknown = null;
  let unsubscribe = (): void => undefined;

  function waiting(): string[] {
    const read = store.read((tables) => tables.abandoned.ids());
    const ids = read.ok ? read.value : [];
    beingSent = ids.filter(isSending);
    return ids.filter((id) => !isSending(id));
  }

  /** Reads one; says whether to try again later. */
  async function settle(id: string): Promise<boolean> {
    const read = await refresh(id);
    const heals = read.ok ? null : recoveryOf(read.failure.code);
    if (heals === 'sign-in') withoutSignIn.add(id);
    else withoutSignIn.delete(id);
    if (heals !== null) return heals === 'itself';
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

  /** A sign-in that is still refused is not asked again: each refusal changes its row. */
  function hasHealed(): boolean {
    const read = store.read(({ organizations, credentials }) =>
      [...withoutSignIn].some((id) => {
        const credentialId = organizations.get(id)?.credentialId ?? null;
        return credentialId !== null && credentials.get(credentialId)?.issue === null;
      }),
    );
    return read.ok && read.value;
  }

  function onChange({ topics, organizations, signIns }: Change): void {
    const isMeant = (id: string): boolean => organizations === 'all' || organizations.has(id);
    const sendEnded = beingSent.some((id) => isMeant(id) && !isSending(id));
    if (topics.has('abandoned') || sendEnded || (signIns.size > 0 && hasHealed())) wake();
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
