/**
 * Reads the profiles of organizations that were added but never read, a few at a time behind
 * everything a person waits for, so that a list of new organizations fills by itself.
 */
import { healing, type Outcome } from '../../shared/failure';
import type { Store } from '../store/tables';

/** Reads at once. */
const AT_ONCE = 4;

/** What first reads need. */
export interface FirstReadsOptions {
  store: Store;
  /** Reads one profile in the background and stores it. Never rejects. */
  refresh: (organizationId: string) => Promise<Outcome<null>>;
}

/** Reads what was never read. */
export interface FirstReads {
  /** Looks for organizations without a copy and reads them; safe to call at any time. */
  wake(): void;
  stop(): void;
}

/** Builds it; nothing is read before `wake`. */
export function createFirstReads({ store, refresh }: FirstReadsOptions): FirstReads {
  let waiting: { id: string; signIn: string | null }[] = [];
  let active = 0;
  let stopped = false;

  async function work(): Promise<void> {
    active += 1;
    for (let next = waiting.shift(); next !== undefined && !stopped; next = waiting.shift()) {
      const { id, signIn } = next;
      // Listed while another read of it was under way: that has ended since.
      const known = store.read((tables) => tables.profiles.get(id));
      if (known.ok && known.value) continue;
      const read = await refresh(id);
      if (read.ok) continue;
      // Without network the others would fail alike, without this sign-in those that need it; they
      // are read at the next wake.
      const heals = healing(read.failure.code);
      if (heals === 'itself') waiting = [];
      if (heals === 'sign-in') waiting = waiting.filter((other) => other.signIn !== signIn);
    }
    active -= 1;
  }

  return {
    wake() {
      const unread = store.read((tables) =>
        tables.profiles
          .unread(0, Number.MAX_SAFE_INTEGER)
          .entries.map(({ organizationId, credentialId }) => ({
            id: organizationId,
            signIn: credentialId,
          })),
      );
      if (!unread.ok || stopped) return;
      waiting = unread.value;
      const free = Math.min(AT_ONCE - active, waiting.length);
      for (let worker = 0; worker < free; worker += 1) void work();
    },
    stop() {
      stopped = true;
    },
  };
}
