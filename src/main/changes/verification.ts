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
import { failed, success, type Result } from '../../shared/result';
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

/** The key and the mark in the keychain, and when the mark was last replaced, or that was tried. */
type StoredKey = { key: string; mark: string; replacedAt: number };

/**
 * `failure`: why the last try failed. `without`: there is no keychain now, so what earlier runs left was checked without
 * the key. `stored`: null if the keychain has no key of this data folder yet.
 */
type State =
  | { is: 'unread'; failure: FailureCode | null }
  | { is: 'without' }
  | { is: 'read'; stored: StoredKey | null };

const storedIn = (state: State) => (state.is === 'read' ? state.stored : null);
const failureIn = (state: State) => (state.is === 'unread' ? state.failure : null);

type Calls = Record<string, (request: never) => unknown>;

/** The same calls; each may answer later. */
type Delayed<T extends Calls> = {
  [C in keyof T]: (
    ...args: Parameters<T[C]>
  ) => ReturnType<T[C]> | Promise<Awaited<ReturnType<T[C]>>>;
};

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
  let state: State = { is: 'unread', failure: null };
  let running: Promise<Result<null>> | null = null;
  let isRemoved = false;
  /** Aborted while the app is quitting. */
  let hurry = new AbortController();

  /**
   * Checks every row. As long as the key of the folder is not in use, only what this run stored is ours.
   * @param isFolderKey whether the keychain had the key, so that sign-ins we stored pass; null: they are not checked
   */
  async function checkRows(isFolderKey: boolean | null): Promise<Result<null>> {
    const first = database.write((tables) => {
      if (isFolderKey !== null) tables.signIns.checkMacs(isFolderKey);
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

  const setFolderKey = async (key: FolderKey): Promise<Result<null>> =>
    isRemoved ? failed('app.stopping') : keychain.setFolderKey(key);

  const newMark = (): string => randomBytes(8).toString('hex');
  const putMark = (mark: string): Result<void> =>
    database.write(({ settings }) => settings.put(MARK_SETTING, mark));

  /** Replaces the mark, if the keychain lets us. Until it has both, the database keeps its mark. */
  async function replaceMark(stored: StoredKey): Promise<void> {
    const { key, mark } = stored;
    stored.replacedAt = elapsed();
    const next = newMark();
    if (!(await setFolderKey({ key, marks: [mark, next] })).ok || !putMark(next).ok) return;
    stored.mark = next;
    await setFolderKey({ key, marks: [next] });
  }

  /** Makes the key of this run that of the data folder. */
  async function storeOwnKey(): Promise<Result<StoredKey>> {
    const mark = newMark();
    const put = putMark(mark);
    if (!put.ok) return put;
    const set = await setFolderKey({ key: macs.own, marks: [mark] });
    return set.ok ? success({ key: macs.own, mark, replacedAt: elapsed() }) : set;
  }

  /** @param mustStore whether the keychain gets a key even if it has nothing of this data folder yet */
  async function read(mustStore: boolean): Promise<Result<State>> {
    const found = await keychain.folderKey();
    if (!found.ok) return found;
    const folder = found.value;
    if (folder === null || folder === 'none') {
      const rows = database.read(({ signIns }) => signIns.all());
      if (!rows.ok) return rows;
      // Without the file `keychain-id` the keychain seems to have nothing, also at the next start.
      const isLost = rows.value.some((row) => row.state === 'stored');
      const mustHave = folder === 'none' || mustStore || isLost;
      const stored = mustHave ? await storeOwnKey() : success(null);
      if (!stored.ok) return stored;
      macs.use(macs.own);
      const checked = await checkRows(false);
      return checked.ok ? success({ is: 'read', stored: stored.value }) : checked;
    }
    const mark = database.read(({ settings }) => settings.get(MARK_SETTING));
    if (!mark.ok) return mark;
    const known = folder.marks.find((one) => one === mark.value);
    if (known === undefined) {
      const distrusted = await checkRows(true);
      if (!distrusted.ok) return distrusted;
    }
    macs.use(folder.key);
    const checked = await checkRows(true);
    if (!checked.ok) return checked;
    const current = known ?? folder.marks.at(-1) ?? '';
    const put = known === undefined ? putMark(current) : success(undefined);
    if (!put.ok) return put;
    const stored = { key: folder.key, mark: current, replacedAt: 0 };
    await replaceMark(stored);
    return success({ is: 'read', stored });
  }

  function ended(result: Result<State>): Result<null> {
    const isFirst = state.is === 'unread';
    if (result.ok) state = result.value;
    else if (isFirst) state = { is: 'unread', failure: result.failure.code };
    if (result.ok && isFirst) onChecked();
    return result.ok ? success(null) : result;
  }

  async function run(mustStore = false): Promise<Result<null>> {
    if (!running) return start(read(mustStore));
    const result = await running;
    return result.ok && mustStore && !storedIn(state) ? run(true) : result;
  }

  async function checkWithout(): Promise<Result<State>> {
    macs.use(macs.own);
    const checked = await checkRows(null);
    return checked.ok ? success({ is: 'without' }) : checked;
  }

  /** Reads the key, or checks without it. */
  function start(work: Promise<Result<State>>): Promise<Result<null>> {
    running = work.then(ended).finally(() => (running = null));
    return running;
  }

  const ready = (): Promise<Result<null>> =>
    state.is === 'read' ? Promise.resolve(success(null)) : run();

  /** Waits for `work` up to `WAIT_MS` or until `hurry`; then fails with `keychain.timed-out`. */
  function wait(work: Promise<Result<null>>): Promise<Result<null>> {
    const late = delay(timers, WAIT_MS, hurry.signal);
    return Promise.race([work, late.then(() => failed('keychain.timed-out'))]);
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
  ): Delayed<T> {
    const wrapped = Object.entries(calls).map(([name, call]) => [
      name,
      (request: never) =>
        state.is === 'unread' ? around(() => call(request), request) : call(request),
    ]);
    return Object.fromEntries(wrapped) as Delayed<T>;
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
      if (state.is !== 'unread') return;
      if (running || !failureIn(state)) await run();
      // One start of the keychain's helper may fail.
      if (failureIn(state) === 'keychain.unavailable') await run();
      if (failureIn(state) === 'keychain.unavailable') await (running ?? start(checkWithout()));
    },
    /** Call when the keychain has just returned a key, so that writing to it asks no one: replaces an old mark. */
    keychainAnswered(): void {
      const stored = storedIn(state);
      if (stored && elapsed() - stored.replacedAt >= MARK_MS) void replaceMark(stored);
    },
    /** Resolves when the keychain has a key of this data folder. Call before a sign-in is stored there. Fails like `ready`. */
    stored: (): Promise<Result<null>> => (storedIn(state) ? ready() : run(true)),
    /** Deletes the key, because everything is removed. From then on none is stored, unless this fails with `keychain.*`. */
    async deleteKey(): Promise<Result<null>> {
      isRemoved = true;
      const deleted = await keychain.deleteFolderKey();
      isRemoved = deleted.ok;
      return deleted;
    },
    /** Ends the waits of all calls, because the app is quitting. If it does not quit after all, later calls wait again. */
    hurry(): void {
      hurry.abort();
      hurry = new AbortController();
    },
    /**
     * The same calls. Until the key has been read, each that is about what an earlier run left waits for it, and fails with
     * `change.needs-keychain` if that takes over 2 s.
     */
    afterKey: <T extends Calls>(calls: T): Delayed<T> =>
      unlessChecked(calls, async (call, request = {}) => {
        if (isKnown(request)) return call();
        const result = await wait(ready());
        return result.ok ? call() : failed('change.needs-keychain');
      }),
    /**
     * Like `afterKey`, of calls that work without the key, too: each waits up to 2 s for it, then runs. What was withdrawn
     * or discarded becomes drafts then, and the MAC of a change whose sign-in was changed no longer fits.
     */
    afterKeyIfSoon: <T extends Calls>(calls: T): Delayed<T> =>
      unlessChecked(calls, async (call, request = {}) => {
        if (!isKnown(request)) await wait(ready());
        return call();
      }),
    /** The same calls. Each waits up to 2 s for the key, unless the keychain has refused it, and then works without it. */
    withKeyIfSoon: <T extends Calls>(calls: T): Delayed<T> =>
      unlessChecked(calls, async (call) => {
        if (running || !failureIn(state)) await wait(ready());
        return call();
      }),
  };
}

/** The check of what earlier runs left. */
export type Verification = ReturnType<typeof createVerification>;
