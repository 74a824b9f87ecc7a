/** The calls of room `recovery`: after the database was damaged, what can still be had is offered. */
import type { Handlers } from '../../shared/contract/bridge';
import { failed, success } from '../../shared/failure';
import type { SignIns } from '../sign-ins';
import { adopt } from '../changes/adopt-edits';
import { settle, recover, type OpenedStore, type SetAside } from '../database';
import type { Store } from '../database/tables';
import type { Banners } from './banners';

/** What the room needs. */
export interface RecoveryOptions {
  store: Store;
  signIns: Pick<SignIns, 'orphans' | 'finishInterrupted'>;
  banners: Banners;
  /** The newest database that was moved aside and that nobody has dealt with yet, or null. */
  setAside: SetAside | null;
  /** The next one to offer, after one was dealt with; or null. */
  nextSetAside: () => SetAside | null;
  /** Looks through the whole database; damage found here is dealt with at the next start. */
  check: OpenedStore['checkInSteps'];
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** The room, and the look at the keychain that belongs to it. */
export interface RecoveryService {
  handlers: Handlers<'recovery'>;
  /** After the first paint: looks through the database, and for keys whose record was lost with it. */
  start(): void;
  /**
   * Offers keys that no record knows. It asks the keychain, which may ask the person for its
   * password: call it when that is expected. Never fails.
   */
  lookForKeys(): Promise<void>;
  /** The person put this banner away: what it offered is not offered again, but an older one may be. */
  dismissed(kind: string): void;
}

/** Builds the room. */
export function createRecovery(options: RecoveryOptions): RecoveryService {
  const { store, signIns, banners, nextSetAside, check, yieldToEventLoop } = options;
  /** The one that is offered. */
  let { setAside } = options;
  const offer = (): void => {
    if (setAside) banners.show({ kind: 'database-set-aside', ...setAside });
  };
  offer();

  async function lookForKeys(): Promise<void> {
    const orphans = await signIns.orphans.list();
    if (!orphans.ok || orphans.value.length === 0) banners.hide('keys-without-record');
    else banners.show({ kind: 'keys-without-record', signInIds: orphans.value });
  }

  return {
    lookForKeys,
    dismissed(kind) {
      if (!setAside || kind !== 'database-set-aside') return;
      // Where that could not be remembered, the next one would be the same.
      setAside = settle(store, setAside).ok ? nextSetAside() : null;
      offer();
    },
    start() {
      void check(yieldToEventLoop).then((checked) => {
        if (checked.ok || checked.failure.code === 'app.stopping') return;
        banners.show({ kind: 'store-failing', failure: checked.failure });
      });
      if (setAside) void lookForKeys();
    },
    handlers: {
      async recover() {
        if (!setAside) return failed('change.none');
        const taken = recover(store, setAside.path, adopt);
        if (!taken.ok) return taken;
        settle(store, setAside);
        void signIns.finishInterrupted();
        await lookForKeys();
        return taken;
      },
      async removeKeys() {
        const removed = await signIns.orphans.removeKeys();
        await lookForKeys();
        return removed;
      },
      async adoptKey(request) {
        const adopted = await signIns.orphans.adoptKey(request);
        if (!adopted.ok) return adopted;
        await lookForKeys();
        return success({ signInId: adopted.value.signInId });
      },
    },
  };
}
