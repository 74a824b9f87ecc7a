/**
 * Handlers of the namespace `recovery`. A damaged database was set aside during launch; the person is offered to
 * recover its readable data. Keys without a record (orphaned keys, see sign-ins/orphans.ts) are offered as well.
 */
import type { Handlers } from '../../shared/contract/bridge';
import { failed, success } from '../../shared/result';
import type { SignIns } from '../sign-ins';
import { adoptEdits } from '../changes';
import { markSetAsideHandled, recover, type OpenedDatabase, type SetAside } from '../database';
import type { Database } from '../database';
import type { Banners } from './banners';

/** Dependencies of recovery. */
export interface RecoveryOptions {
  database: Database;
  signIns: Pick<SignIns, 'orphans' | 'finishInterrupted'>;
  banners: Banners;
  /** The newest database that was set aside and that the person has not dealt with yet, or null. */
  setAside: SetAside | null;
  /** Returns the next database to offer after one was dealt with, or null. */
  nextSetAside: () => SetAside | null;
  /** Checks the whole database for damage, which the next launch repairs. */
  check: OpenedDatabase['checkInSteps'];
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** Builds the service, and shows the banner for a database that was set aside. */
export function createRecovery(options: RecoveryOptions) {
  const { database, signIns, banners, nextSetAside, check, yieldToEventLoop } = options;
  /** The database offered at the moment, or null. */
  let { setAside } = options;
  const offer = (): void => {
    if (setAside) banners.show({ kind: 'database-set-aside', ...setAside });
  };
  offer();

  /**
   * Searches for keys without a record and shows a banner for them. The keychain may ask the person for its
   * password, so call this when that is expected. Never rejects.
   */
  async function offerOrphanedKeys(): Promise<void> {
    const orphans = await signIns.orphans.list();
    if (!orphans.ok || orphans.value.length === 0) banners.hide('keys-without-record');
    else banners.show({ kind: 'keys-without-record', keys: orphans.value });
  }

  const handlers: Handlers<'recovery'> = {
    async recover() {
      if (!setAside || setAside.reason === 'older') return failed('change.not-found');
      const recovered = recover(database, setAside.path, adoptEdits);
      if (!recovered.ok) return recovered;
      markSetAsideHandled(database, setAside);
      void signIns.finishInterrupted();
      await offerOrphanedKeys();
      return recovered;
    },
    async removeKeys() {
      const removed = await signIns.orphans.removeKeys();
      await offerOrphanedKeys();
      return removed;
    },
    async adoptKey(request) {
      const adopted = await signIns.orphans.adoptKey(request);
      if (!adopted.ok) return adopted;
      await offerOrphanedKeys();
      return success({ signInId: adopted.value.signInId });
    },
  };

  return {
    offerOrphanedKeys,
    /** Call when the person dismissed a banner. A dismissed database is not offered again; an older one may follow. */
    dismissed(kind: string): void {
      if (!setAside || kind !== 'database-set-aside') return;
      // If the dismissal could not be saved, `nextSetAside` would return the same database again.
      setAside = markSetAsideHandled(database, setAside).ok ? nextSetAside() : null;
      offer();
    },
    /** Call after the first paint: checks the database, and searches for keys whose record was lost. */
    start(): void {
      void check(yieldToEventLoop).then((checked) => {
        if (checked.ok || checked.failure.code === 'app.stopping') return;
        banners.show({ kind: 'database-failing', failure: checked.failure });
      });
      if (setAside) void offerOrphanedKeys();
    },
    handlers,
  };
}

/** The handlers, and the search for keys without a record. */
export type RecoveryService = ReturnType<typeof createRecovery>;
