/**
 * Checks the pending changes and the saves of earlier runs, once the keychain has returned the keys of their MACs
 * (database/row-macs.ts), and gives those that are intact MACs of this run. Then the old keys are deleted: a copy of
 * the database that is put back later has only MACs that are not valid any more.
 *
 * The app may end between any two steps. The keychain has the old keys and the new one before the first row gets a
 * new MAC, and loses the old ones after the last.
 */
import { success, type Outcome } from '../../shared/outcome';
import type { Database } from '../database';
import type { SystemKeychain } from '../keychain';

/** Rows that get new MACs in one transaction, which takes a few milliseconds. */
const SLICE = 64;

/** Dependencies. */
export interface VerificationOptions {
  database: Database;
  keychain: Pick<SystemKeychain, 'macKeys' | 'setMacKeys'>;
  yieldToEventLoop: () => Promise<void>;
  /** Called when the changes and saves of earlier runs have been checked. */
  onChecked: () => void;
}

/** Creates the check. It uses the keychain only after `start`. */
export function createVerification(options: VerificationOptions) {
  const { database, keychain, yieldToEventLoop, onChecked } = options;
  const { macs } = database;
  let running: Promise<Outcome<null>> | null = null;
  let isChecked = false;
  /** Whether the keychain has the key of this run. */
  let hasKey = false;
  /** Whether the keychain refused the key of this run the last time. */
  let isRefused = false;
  /** Whether that is the only key that it has. */
  let isStored = false;
  let stopped = false;
  let unsubscribe = (): void => undefined;

  /** Gives new MACs in slices. */
  async function renewAll(): Promise<Outcome<null>> {
    const first = database.write((tables) => {
      tables.abandoned.renewMacs();
      tables.ownWrites.renewMacs();
      return null;
    });
    if (!first.ok) return first;
    for (const table of ['outbox', 'saves'] as const) {
      for (let after: number | null = 0; after !== null;) {
        const from: number = after;
        const renewed = database.write((tables) => tables[table].renewMacs(from, SLICE));
        if (!renewed.ok) return renewed;
        after = renewed.value;
        await yieldToEventLoop();
      }
    }
    return success(null);
  }

  async function check(): Promise<Outcome<null>> {
    const earlier = await keychain.macKeys();
    isRefused = !earlier.ok;
    if (!earlier.ok) return earlier;
    // Nothing of this data folder is in the keychain yet, so there is no place for the key.
    if (earlier.value === null && isChecked) return success(null);
    const keys = (earlier.value ?? []).filter((key) => key !== macs.key);
    // Later, only the key of this run is still to be stored.
    if (!isChecked) macs.useEarlierKeys(keys);
    if (!hasKey) macs.signWithEarlierKey();
    if (earlier.value !== null) {
      const added = await keychain.setMacKeys([...keys, macs.key]);
      hasKey ||= added.ok;
      isRefused = !added.ok;
      // Rows keep their MACs as long as the keychain does not have the key of new ones.
      if (!added.ok) {
        onChecked();
        return added;
      }
      macs.signWithOwnKey();
    }
    if (!isChecked) {
      const renewed = await renewAll();
      if (!renewed.ok) return renewed;
      isChecked = true;
      if (keys.length > 0) macs.dropEarlierKeys();
    }
    isStored = earlier.value !== null && (await keychain.setMacKeys([macs.key])).ok;
    onChecked();
    return success(null);
  }

  function run(): Promise<Outcome<null>> {
    running ??= check().finally(() => (running = null));
    return running;
  }

  return {
    /** Starts the check, and repeats it when the keychain becomes usable. Call after the first paint. */
    start(): void {
      // The keychain works again, or the first sign-in was stored in it.
      unsubscribe = database.changes.subscribe(({ signIns }) => {
        if (signIns.size > 0 && !stopped && !(isChecked && isStored)) void run();
      });
      void run();
    },
    /**
     * Resolves when everything has been checked. Fails with `keychain.*` or `database.*` if the keys cannot be read.
     */
    ready: (): Promise<Outcome<null>> => (isChecked ? Promise.resolve(success(null)) : run()),
    /**
     * Resolves when the keychain has the key of this run, or has refused it. No write may leave before that: if the app
     * were killed, the next run could not check what it had written, and would take its own text for someone else's.
     */
    async keyHandled(): Promise<void> {
      if (hasKey) return;
      if (running) await running;
      else if (!isRefused) await run();
    },
    stop(): void {
      stopped = true;
      unsubscribe();
    },
  };
}

/** The check of what earlier runs left. */
export type Verification = ReturnType<typeof createVerification>;
