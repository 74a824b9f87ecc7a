/**
 * Reads the key of the data folder from the keychain, and then checks what earlier runs left (database/row-macs.ts): a
 * pending change that is not ours becomes a draft, a save of many that is not ours is paused, and a sign-in becomes
 * read-only. Nothing goes to Cloudflare before (sign-ins/authorizations.ts).
 *
 * There is one key per data folder, made with its first sign-in. It stays the same, so the MACs of an older copy of the
 * database are still valid. Therefore keychain and database share a mark, which is replaced at each start, and hourly while
 * the keychain is used. In a database with another one, which was restored, nothing counts as ours.
 */
import { randomBytes } from 'node:crypto';
import type { FailureCode } from '../../shared/failure';
import { failed, success, type Outcome } from '../../shared/outcome';
import { MARK_SETTING, type Database } from '../database';
import type { FolderKey, SystemKeychain } from '../keychain';
import { DRAFT_SLICE_MS, processSlice } from '../lib/slices';
import { delay, type Timers } from '../lib/timers';
import { changeToDrafts, trustOf } from './repository';

/** Rows that are checked in one transaction, which takes a few milliseconds. */
const SLICE = 64;

/** How long a call of the window waits for the key, in ms. */
const WAIT_MS = 2_000;

/** How long a mark is kept while the keychain is used, in ms: a copy that is older counts as put back. */
export const MARK_MS = 3_600_000;

/** Dependencies. */
export interface VerificationOptions {
  database: Database;
  keychain: Pick<SystemKeychain, 'folderKey' | 'setFolderKey' | 'deleteFolderKey'>;
  now: () => number;
  /** Ms of the monotonic clock. */
  elapsed: () => number;
  timers: Timers;
  yieldToEventLoop: () => Promise<void>;
  /** Called once, when what earlier runs left has been checked. */
  onChecked: () => void;
}

type Calls = Record<string, (request: never) => unknown>;

/** What a call of the window is about: a save, an entry, or several. */
interface Subject {
  saveId?: string;
  entryId?: string;
  decisions?: readonly { entryId: string }[];
}

/** Creates the check. It uses the keychain only when `ready` is called, or one of the calls that wait for it. */
export function createVerification(options: VerificationOptions) {
  const { database, keychain, now, elapsed, timers, yieldToEventLoop, onChecked } = options;
  const { macs } = database;
  /** `without`: there is no keychain now, so what earlier runs left was checked without the key. */
  let state: 'unread' | 'without' | 'read' = 'unread';
  /** The key and the mark in the keychain; null: it has none, or they are not known. */
  let stored: { key: string; mark: string } | null = null;
  /** When the mark was last replaced, or that was tried. */
  let replacedAt = -Infinity;
  let failure: FailureCode | null = null;
  let running: Promise<Outcome<null>> | null = null;
  let isRemoved = false;
  let endWaits = (): void => undefined;
  let isHurried = new Promise<void>((resolve) => (endWaits = resolve));

  /** Checks every row. As long as the key of the folder is not in use, only what this run stored is ours. */
  async function checkRows({
    signIns = true,
    isFolderKey = false,
  }: {
    signIns?: boolean;
    /** Whether the keychain had the key, so that what we stored passes. */
    isFolderKey?: boolean;
  } = {}) {
    const first = database.write((tables) => {
      if (signIns) tables.signIns.checkMacs(isFolderKey);
      tables.saves.checkMacs();
      tables.abandoned.checkMacs();
      return null;
    });
    if (!first.ok) return first;
    const unsigned: string[] = [];
    for (let after: number | null = 0; after !== null;) {
      const from: number = after;
      const slice = database.write(({ outbox }) => outbox.checkMacs(from, SLICE));
      if (!slice.ok) return slice;
      unsigned.push(...slice.value.unsigned);
      after = slice.value.next;
      await yieldToEventLoop();
    }
    for (let rest: readonly string[] = unsigned; rest.length > 0;) {
      const slice = database.write((tables) => {
        const each = (id: string): void => {
          if (tables.outbox.trust(id) !== 'ours') changeToDrafts(tables, id, now());
        };
        return processSlice(rest, each, DRAFT_SLICE_MS);
      }, 'slice');
      if (!slice.ok) return slice;
      rest = slice.value;
      await yieldToEventLoop();
    }
    return success(null);
  }

  const setFolderKey = async (key: FolderKey): Promise<Outcome<null>> =>
    isRemoved ? failed('app.stopping') : keychain.setFolderKey(key);

  const putMark = (mark: string): Outcome<void> =>
    database.write(({ settings }) => settings.put(MARK_SETTING, mark));

  /** Replaces the mark, if the keychain lets us. Until it has both, the database keeps its mark. */
  async function replaceMark({ key, mark }: { key: string; mark: string }): Promise<void> {
    replacedAt = elapsed();
    const next = randomBytes(8).toString('hex');
    if (!(await setFolderKey({ key, marks: [mark, next] })).ok || !putMark(next).ok) return;
    stored = { key, mark: next };
    await setFolderKey({ key, marks: [next] });
  }

  /** Makes the key of this run that of the data folder. */
  async function storeOwnKey(): Promise<Outcome<null>> {
    const mark = randomBytes(8).toString('hex');
    const put = putMark(mark);
    if (!put.ok) return put;
    const set = await setFolderKey({ key: macs.own, marks: [mark] });
    stored = set.ok ? { key: macs.own, mark } : null;
    replacedAt = elapsed();
    return set;
  }

  /** @param mustStore whether the keychain gets a key even if it has nothing of this data folder yet */
  async function read(mustStore: boolean): Promise<Outcome<null>> {
    const found = await keychain.folderKey();
    if (!found.ok) return found;
    const folder = found.value;
    if (folder === null || folder === 'none') {
      const rows = database.read(({ signIns }) => signIns.all());
      if (!rows.ok) return rows;
      // Without the file `keychain-id` the keychain seems to have nothing, also at the next start.
      const isLost = rows.value.some((row) => row.state === 'stored');
      if (folder === 'none' || mustStore || isLost) {
        const set = await storeOwnKey();
        if (!set.ok) return set;
      }
      macs.use(macs.own);
      return checkRows();
    }
    const mark = database.read(({ settings }) => settings.get(MARK_SETTING));
    if (!mark.ok) return mark;
    const known = folder.marks.find((one) => one === mark.value);
    if (known === undefined) {
      const distrusted = await checkRows({ isFolderKey: true });
      if (!distrusted.ok) return distrusted;
    }
    macs.use(folder.key);
    const checked = await checkRows({ isFolderKey: true });
    if (!checked.ok) return checked;
    const current = known ?? folder.marks.at(-1) ?? '';
    const put = known === undefined ? putMark(current) : success(undefined);
    if (!put.ok) return put;
    stored = { key: folder.key, mark: current };
    await replaceMark(stored);
    return success(null);
  }

  function ended(outcome: Outcome<null>, next: 'without' | 'read'): Outcome<null> {
    failure = outcome.ok ? null : outcome.failure.code;
    if (!outcome.ok) return outcome;
    const isFirst = state === 'unread';
    state = next;
    if (isFirst) onChecked();
    return outcome;
  }

  async function run(mustStore = false): Promise<Outcome<null>> {
    if (!running) {
      running = read(mustStore)
        .then((outcome) => ended(outcome, 'read'))
        .finally(() => (running = null));
      return running;
    }
    const outcome = await running;
    return outcome.ok && mustStore && !stored ? run(true) : outcome;
  }

  async function checkWithout(): Promise<Outcome<null>> {
    macs.use(macs.own);
    return ended(await checkRows({ signIns: false }), 'without');
  }

  const ready = (): Promise<Outcome<null>> =>
    state === 'read' ? Promise.resolve(success(null)) : run();

  /** Waits up to 2 s. */
  function wait(work: Promise<Outcome<null>>): Promise<Outcome<null>> {
    const isLate = Promise.race([delay(timers, WAIT_MS), isHurried]);
    return Promise.race([work, isLate.then(() => failed('keychain.timed-out'))]);
  }

  /** Whether this run stored what a call is about, or found that someone else did. */
  function isKnown({ saveId, entryId, decisions }: Subject): boolean {
    const ids = decisions?.map((one) => one.entryId) ?? (entryId === undefined ? [] : [entryId]);
    const known = database.read((tables) =>
      saveId === undefined
        ? ids.length > 0 && ids.every((id) => trustOf(tables, id) !== 'unknown')
        : tables.saves.trust(saveId) !== 'unknown',
    );
    return known.ok && known.value;
  }

  /** The calls, each passed through `around` as long as nothing has been checked. */
  function unlessChecked<T extends Calls>(
    calls: T,
    around: (call: () => unknown, request: Subject | undefined) => Promise<unknown>,
  ): T {
    const wrapped = Object.entries(calls).map(([name, call]) => [
      name,
      (request: never) =>
        state === 'unread' ? around(() => call(request), request) : call(request),
    ]);
    return Object.fromEntries(wrapped) as T;
  }

  return {
    /**
     * Resolves when the key has been read and everything has been checked. Fails with `keychain.*` or `database.*`; each
     * call then tries again.
     */
    ready,
    /**
     * For a sign-in whose key is in memory only: asks the keychain, and continues whatever it says. If there is none,
     * what earlier runs left becomes drafts.
     */
    async askOnce(): Promise<void> {
      if (state !== 'unread') return;
      if (running || failure === null) await run();
      const isUnavailable = (): boolean => state === 'unread' && failure === 'keychain.unavailable';
      // One start of the keychain's helper may fail.
      if (isUnavailable()) await run();
      if (!isUnavailable()) return;
      running ??= checkWithout().finally(() => (running = null));
      await running;
    },
    /** Call when the keychain has just returned a key, so that writing to it asks no one: replaces an old mark. */
    keychainAnswered(): void {
      if (state === 'read' && stored && elapsed() - replacedAt >= MARK_MS) void replaceMark(stored);
    },
    /** Resolves when the keychain has a key of this data folder. Call before a sign-in is stored there. Fails like `ready`. */
    stored: (): Promise<Outcome<null>> => (stored ? ready() : run(true)),
    /** Deletes the key, because everything is removed. From then on none is stored, unless this fails with `keychain.*`. */
    async deleteKey(): Promise<Outcome<null>> {
      isRemoved = true;
      const deleted = await keychain.deleteFolderKey();
      isRemoved = deleted.ok;
      return deleted;
    },
    /** Ends the waits of all calls, because the app is quitting. It may go on; then later calls wait again. */
    hurry(): void {
      endWaits();
      isHurried = new Promise<void>((resolve) => (endWaits = resolve));
    },
    /**
     * The same calls. Until the key has been read, each that is about what an earlier run left waits for it, and fails with
     * `change.needs-keychain` if that takes over 2 s.
     */
    afterKey: <T extends Calls>(calls: T): T =>
      unlessChecked(calls, async (call, request = {}) => {
        if (isKnown(request)) return call();
        const outcome = await wait(ready());
        return outcome.ok ? call() : failed('change.needs-keychain');
      }),
    /** Like `afterKey`, of calls that only take something away from what is sent. Without the key, that becomes drafts. */
    afterKeyIfSoon: <T extends Calls>(calls: T): T =>
      unlessChecked(calls, async (call, request = {}) => {
        if (!isKnown(request)) await wait(ready());
        return call();
      }),
    /** The same calls. Each waits up to 2 s for the key, unless the keychain has refused it, and then works without it. */
    withKeyIfSoon: <T extends Calls>(calls: T): T =>
      unlessChecked(calls, async (call) => {
        if (running || failure === null) await wait(ready());
        return call();
      }),
  };
}

/** The check of what earlier runs left. */
export type Verification = ReturnType<typeof createVerification>;
