/**
 * The reading queue: which profile is read next, and for whom. The initial fetch, a background check, a check or a
 * refresh of selected entries that the person requested, and the reads that show how abandoned writes ended differ only
 * in priority. So an entry is read once for all of them.
 *
 * The order is stored with each entry (database/read-order.ts): entries that were never tried come first, then the
 * others, beginning with the one tried longest ago. An entry that fails goes to the end. A failure that affects
 * everything of a sign-in stops only that sign-in; one that affects every read stops the queue, longer each time.
 * Only the open page has no place in this order: it is read at once, because somebody is looking at it.
 */
import { recoveryOf, type Failure } from '../../shared/failure';
import type { Result } from '../../shared/result';
import type { SelectedRefreshStatus } from '../../shared/selection-actions';
import type { Change } from '../database';
import { backoff, waitOf } from '../lib/backoff';
import type { Timers } from '../lib/timers';
import type { Priority, RateLimiter } from '../rate-limit';
import { SLOTS_PER_KIND } from '../sync';
import { Check, type CheckProgress, type CheckResult } from './check';
import { createInitialFetch } from './initial-fetch';
import type { ReadResult } from './read';
import { refreshNames, type NamesOptions } from './names';
import { ReadingSignIns, type SignInState } from './reading-sign-ins';
import { Refresh, type SignInsOf } from './refresh';

/** Concurrent reads per sign-in in the background. */
const BACKGROUND_READS = 4;
/**
 * Concurrent reads while a person waits for a check and Cloudflare answers normally. Enough for the rate limit to be
 * the only brake, even if each answer takes 150 ms.
 */
const ASKED_READS = 32;
/** After this many failures in a row that are Cloudflare's fault, not the entry's, nothing is read for a while. */
const MAX_FAILURES_IN_A_ROW = 8;
/** Longest timer, in ms: timers do not count the time while the computer sleeps. */
const MAX_TIMER_MS = 60_000;
/** The key of the refresh of selected entries; that of a batch is its id. */
const SELECTED = 'selected';
/** Shortest time between two automatic reads of the open page, in ms. One request may fail each time. */
export const RECHECK_INTERVAL_MS = 30_000;

/** Dependencies of the reading queue. */
export interface ReadQueueOptions extends NamesOptions {
  /**
   * Reads one profile and stores it. A second call during the read may raise its priority. Never rejects.
   */
  readProfile: (entryId: string, priority: Priority) => Promise<Result<ReadResult>>;
  limiter: Pick<RateLimiter, 'isReserved' | 'timeFor' | 'waitsUntil'>;
  /** Whether a change of this entry is being sent. When the send ends, the change feed reports the entry. */
  isSending: (entryId: string) => boolean;
  /** Whether Cloudflare is known to be unreachable. */
  isOffline: () => boolean;
  /** The entry whose page is open, and why its last read failed. */
  openPage: () => { id: string; failure: Failure | null } | null;
  /** Called when a list request shows that its sign-in does not work. */
  onSignInIssue: (signInId: string, failure: Failure) => void;
  /** Called when the progress of the check, or of a refresh of selected entries or for a batch, changed. */
  onProgress: (topic: 'checks' | 'selection-actions' | 'batches') => void;
  now: () => number;
  /** A clock that never goes back, in ms. */
  elapsed: () => number;
  random: () => number;
  timers: Timers;
}

/** Why an entry is not read now although it is its turn. */
interface Wait {
  /**
   * `retry`: until its read is repeated; `other-entry`: until a write through another entry is over, then it is read even
   * without a check; `next-check`: it has no copy, and no retry would help; `help`: only a person or another sign-in can.
   */
  for: 'retry' | 'other-entry' | 'next-check' | 'help';
  /** Until when, on the monotonic clock. */
  until: number;
  /** How often it failed in a row. */
  failures: number;
  /** Its sign-in; undefined: not known. With another one it is tried at once. */
  signInId: string | null | undefined;
}

/** What a failure affects: every read, everything of its sign-in, or one entry. */
function scopeOf({ code }: Failure): 'all' | 'sign-in' | 'entry' {
  if (/^(network|database)\.|^app\.stopping$/.test(code)) return 'all';
  const signIn = recoveryOf(code) === 'sign-in' || code === 'cloudflare.rate-limited';
  return signIn ? 'sign-in' : 'entry';
}

/** The reading queue. */
export type ReadQueue = ReturnType<typeof createReadQueue>;

/** Creates the queue. It reads nothing before `start`. */
export function createReadQueue(options: ReadQueueOptions) {
  const { database, limiter, isSending, now, elapsed, random, timers } = options;
  const signIns = new ReadingSignIns(database);
  const isActive = (id: string): boolean => signIns.isActive(id);
  /** Entries whose abandoned write may still arrive. */
  let abandoned: readonly string[] = [];
  /** Entries without a copy that a person has in view, in the table, with their sign-ins. They are read before the others. */
  const inView = new Map<string, string | null>();
  /** The entries that wait, because a read of them failed or its copy was not stored. */
  const waits = new Map<string, Wait>();
  let check: Check | null = null;
  /** Refreshes by their keys. The result for the selected entries stays until it is dismissed. */
  const refreshes = new Map<string, Refresh>();
  let running = false;
  let failuresInARow = 0;
  /** How often the queue was stopped since the last successful read. */
  let pauses = 0;
  /** Until when nothing is read, on the monotonic clock. */
  let pausedUntil = 0;
  let timer: unknown = null;
  let recheckFrom = 0;
  /** Until when the open page waits for a write through another entry: as its failure says, and on the monotonic clock. */
  let pageWait = { retryAt: 0, until: 0 };
  let unsubscribe = (): void => undefined;

  const isPaused = (): boolean => pausedUntil > elapsed() || options.isOffline();
  const initialFetch = createInitialFetch(database, limiter, signIns, isPaused, BACKGROUND_READS);

  const isRefreshing = (key: string): boolean => refreshes.get(key)?.isRunning === true;
  const isAsked = (): boolean =>
    check?.priority.current === 'asked' || [...refreshes.keys()].some(isRefreshing);

  // --- what is read next

  function maxReads(): number {
    return isAsked() && failuresInARow === 0 ? ASKED_READS : BACKGROUND_READS;
  }

  /** Starts as many reads as may run at once. */
  function fill(): void {
    if (!running) return;
    timers.clear(timer);
    timer = null;
    for (const refresh of refreshes.values()) {
      for (const id of refresh.signInIds)
        if (!signIns.has(id)) refresh.failRest({ code: 'sign-in.not-found' }, isActive, id);
    }
    const wakeAt: number[] = [];
    if (pausedUntil <= elapsed())
      for (const [id, state] of signIns.all()) wakeAt.push(fillSignIn(id, state));
    wakeAt.push(readWaitingPage());
    endIfComplete();
    initialFetch.report();
    // A failure of the database in between stops everything.
    if (pausedUntil > elapsed()) wakeAt.push(pausedUntil);
    const next = Math.min(...wakeAt);
    if (!Number.isFinite(next)) return;
    timers.clear(timer);
    timer = timers.set(fill, Math.min(Math.max(1, next - elapsed()), MAX_TIMER_MS));
  }

  /**
   * Reads the open page once it need not wait any more for a write through another entry: outside of the queue, as when it
   * was opened, whatever became of its sign-in. Returns when, on the monotonic clock.
   */
  function readWaitingPage(): number {
    const page = options.openPage();
    if (page?.failure?.code !== 'profile.just-saved') return Infinity;
    const { retryAt = 0 } = page.failure;
    if (pageWait.retryAt !== retryAt)
      pageWait = { retryAt, until: elapsed() + waitOf(page.failure, now()) };
    if (pageWait.until > elapsed()) return pageWait.until;
    void options.readProfile(page.id, 'person');
    return Infinity;
  }

  /** Starts reads of one sign-in. Returns when to look again, on the monotonic clock; infinite: when something changes. */
  function fillSignIn(signInId: string, state: SignInState): number {
    if (state.failure) {
      // A send may have found that the sign-in does not work.
      if (check?.has(signInId)) giveUp(signInId, state.failure);
      else failRefreshes(state.failure, signInId);
      return Infinity;
    }
    if (state.pausedUntil > elapsed()) return state.pausedUntil;
    let nextAt = Infinity;
    for (const { id, priority } of candidates(signInId, state)) {
      if (state.active.size >= maxReads()) return Infinity;
      // The copy may be older than what the send writes. When the send ends, the change feed reports the entry.
      if (isActive(id) || isSending(id)) continue;
      const wait = waits.get(id);
      // What failed before a person asked does not wait (`forgetFailures`).
      if (wait && wait.signInId === signInId && wait.until > elapsed()) {
        nextAt = Math.min(nextAt, wait.until);
      } else void readOne(signInId, state, id, priority);
    }
    return nextAt;
  }

  /** The entries of a sign-in to read, the most urgent first. A generator, because the first few are usually enough. */
  function* candidates(
    signInId: string,
    state: SignInState,
  ): Generator<{ id: string; priority: Priority }> {
    const isChecking = check !== null && joinCheck(check, signInId);
    // Nothing more may start, which is so most of the time.
    if (state.active.size >= maxReads()) return;
    const lastTry = isChecking && check ? check.lastTry : -1;
    // Those that are being read, being sent (of one user, at most as many as there are slots), or waiting.
    const passedOver = state.active.size + 2 * SLOTS_PER_KIND + Math.min(waits.size, 1_000);
    const found = database.read(({ organizations }) =>
      organizations.toRead(signInId, lastTry, maxReads() + passedOver),
    );
    if (!found.ok) return stopAll(found.failure);
    for (const id of abandoned) if (signInOf(id) === signInId) yield { id, priority: 'send' };
    for (const refresh of refreshes.values())
      for (const id of refresh.left(signInId)) yield { id, priority: 'asked' };
    const priority = isChecking && check ? check.priority.current : 'background';
    for (const [id, wait] of waits)
      if (wait.for === 'other-entry' && signInOf(id) === signInId) yield { id, priority };
    for (const [id, itsSignIn] of inView)
      if (itsSignIn === signInId && !isActive(id) && isUnread(id)) yield { id, priority };
    for (const id of found.value) yield { id, priority };
  }

  /** The sign-ins that these entries have now; null: none. None if the database fails. */
  const signInsOf: SignInsOf = (ids) => {
    const found = database.read(({ organizations }) => organizations.signInsOf(ids));
    return found.ok ? found.value : new Map();
  };

  /** The sign-in that an entry has now; null: none; undefined: the entry is not saved, or the database fails. */
  const signInOf = (id: string): string | null | undefined => signInsOf([id]).get(id);

  // --- reading one

  async function readOne(
    signInId: string,
    state: SignInState,
    id: string,
    priority: Priority,
  ): Promise<void> {
    state.active.add(id);
    const isFirst = isUnread(id);
    const result = await options.readProfile(id, priority);
    state.active.delete(id);
    inView.delete(id);
    if (!running) return;
    if (result.ok) succeed(id, result.value, isFirst);
    else fail(signInId, id, result.failure, isFirst);
    fill();
  }

  function succeed(id: string, { isChanged, isStored }: ReadResult, isFirst: boolean): void {
    failuresInARow = 0;
    pauses = 0;
    if (isStored || isSending(id)) waits.delete(id);
    else postpone(id);
    if (isStored && isFirst) initialFetch.copied();
    if (check) {
      check.read(id, { isChanged, isStored });
      options.onProgress('checks');
    }
    for (const refresh of refreshes.values()) refresh.end(id, { isChanged });
    retryIfStillAbandoned(id);
  }

  function fail(signInId: string, id: string, failure: Failure, isFirst: boolean): void {
    if (failure.code === 'organization.not-saved-here') return forget(id);
    const scope = scopeOf(failure);
    if (scope === 'sign-in') {
      // If the entry got another sign-in during the read, that one was used in the end (read.ts).
      const used = signInOf(id) ?? '';
      const state = signIns.get(used);
      if (state) stopSignIn(used, state, failure);
      return;
    }
    const isTemporary = recoveryOf(failure.code) === 'automatic';
    // This says nothing about Cloudflare.
    const mustWait = failure.code === 'profile.just-saved';
    // Even for a network failure: if only this entry causes it, it must not come first again.
    const stored = database.write(({ organizations }) => organizations.tried(id, isTemporary));
    if (stored.ok && !(isFirst && isTemporary)) check?.fail(id);
    if (scope === 'all') return stopAll(failure);
    if (!stored.ok) return stopAll(stored.failure);
    if (check) {
      if (isTemporary && !mustWait) check.note(failure);
      options.onProgress('checks');
    }
    for (const refresh of refreshes.values()) refresh.end(id, { failure });
    if (!mustWait) failuresInARow = isTemporary ? failuresInARow + 1 : 0;
    if (isTemporary) postpone(id, waitOf(failure, now()), mustWait ? 'other-entry' : 'retry');
    else {
      const reason = isFirst ? 'next-check' : 'help';
      waits.set(id, { for: reason, until: Infinity, failures: 0, signInId });
    }
    if (failuresInARow >= MAX_FAILURES_IN_A_ROW) stopAll(failure);
  }

  /**
   * Tries an entry again after a while that grows with its failures.
   * @param asked the shortest wait, in ms
   */
  function postpone(id: string, asked = 0, reason: Wait['for'] = 'retry'): void {
    const failures = (waits.get(id)?.failures ?? 0) + 1;
    const until = elapsed() + Math.max(backoff(failures, random()), asked);
    waits.set(id, { for: reason, until, failures, signInId: signInOf(id) });
  }

  /** A read that began before the abandoned write ended does not show how it ended. */
  function retryIfStillAbandoned(id: string): void {
    if (!abandoned.includes(id)) return;
    updateAbandoned();
    if (abandoned.includes(id)) postpone(id);
  }

  /** Stops all reads for a while, longer each time, and ends the check and the refresh of selected entries. */
  function stopAll(failure: Failure): void {
    // Reads that were under way fail for the same reason.
    if (pausedUntil <= elapsed()) pauses += 1;
    const wait = Math.max(backoff(pauses, random()), waitOf(failure, now()));
    pausedUntil = elapsed() + wait;
    failuresInARow = 0;
    check?.endEarly(failure);
    failRefreshes(failure);
  }

  /** Stops the reads of one sign-in: until its row changes, or until Cloudflare answers it again. */
  function stopSignIn(signInId: string, state: SignInState, failure: Failure): void {
    if (failure.code === 'cloudflare.rate-limited') {
      state.pausedUntil = elapsed() + Math.max(backoff(1, random()), waitOf(failure, now()));
    } else state.failure = failure;
    giveUp(signInId, failure);
  }

  // --- the check

  /** Lets a sign-in take part in the check. Returns whether its profiles can be read already. */
  function joinCheck(current: Check, signInId: string): boolean {
    if (current.isEnding) return false;
    if (!current.has(signInId) && current.join(signInId)) void readNames(current, signInId);
    return current.isReading(signInId);
  }

  async function readNames(current: Check, signInId: string): Promise<void> {
    const { signal, priority } = current;
    const failure = await refreshNames(options, signInId, { signal, priority });
    if (current !== check) return;
    if (failure === 'replaced') {
      // The next look at the queue reads the list with the new key.
      current.rejoin(signInId);
      return fill();
    }
    current.listed(signInId);
    const state = signIns.get(signInId);
    // A refused or unreadable list says nothing about the profiles.
    if (failure !== null && state) {
      if (recoveryOf(failure.code) === 'sign-in') options.onSignInIssue(signInId, failure);
      const scope = scopeOf(failure);
      if (scope === 'all') stopAll(failure);
      else if (scope === 'sign-in') stopSignIn(signInId, state, failure);
    }
    fill();
  }

  /** Gives a sign-in up: takes it out of the check and of the refresh of selected entries. */
  function giveUp(signInId: string, failure: Failure): void {
    if (check) {
      check.giveUp(signInId, failure);
      options.onProgress('checks');
    }
    failRefreshes(failure, signInId);
  }

  function failRefreshes(failure: Failure, signInId?: string): void {
    for (const refresh of refreshes.values()) refresh.failRest(failure, isActive, signInId);
  }

  /** A person waits for these entries, or all: those being read wait no longer for the background's share of the limit. */
  function raiseReads(ids?: readonly string[]): void {
    for (const [, { active }] of signIns.all())
      for (const id of active) if (ids?.includes(id) ?? true) void options.readProfile(id, 'asked');
  }

  function endCheck(isStopped = false): void {
    if (!check) return;
    const ended = check;
    check = null;
    ended.end(isStopped);
    options.onProgress('checks');
  }

  // --- reacting to changes

  /** Ends the check if none of its remaining entries can be read now. */
  function endIfComplete(): void {
    if (check && signIns.isIdle && (check.isEnding || !check.isListing)) endCheck();
  }

  /** Drops an entry that is no longer saved. */
  function forget(id: string): void {
    waits.delete(id);
    check?.forget([id]);
    for (const refresh of refreshes.values()) refresh.forget(id);
  }

  function updateAbandoned(): void {
    const found = database.read((tables) => tables.abandoned.ids());
    if (found.ok) abandoned = found.value;
  }

  function onChange({ organizations, removed, signIns: changed, topics, by }: Change): void {
    if (changed.size > 0) signIns.update([...changed]);
    if (topics.has('abandoned')) updateAbandoned();
    for (const id of removed) forget(id);
    // Neither a send nor a save adds entries.
    const mayAdd = by === null && (organizations === 'all' || organizations.size > 0);
    if (mayAdd || changed.size > 0 || removed.size > 0 || topics.has('abandoned')) fill();
  }

  /**
   * Forgets failures, so that `fill` tries again at once: all entries that failed, and these sign-ins.
   * @param retried `keychain`: those whose keychain may have been unlocked
   */
  function forgetFailures(retried: 'all' | 'keychain' | 'none'): void {
    pausedUntil = 0;
    pauses = 0;
    failuresInARow = 0;
    const toNextCheck: string[] = [];
    for (const [id, wait] of [...waits]) {
      waits.delete(id);
      if (wait.for === 'next-check') toNextCheck.push(id);
      if (wait.for === 'other-entry')
        waits.set(id, { ...wait, until: 0, failures: 0, signInId: undefined });
    }
    signIns.retry(retried);
    check?.forget(toNextCheck);
    if (toNextCheck.length > 0)
      database.write(({ organizations }) => organizations.markUnread(toNextCheck));
  }

  // --- progress

  function isUnread(id: string): boolean {
    const found = database.read(({ organizations }) => organizations.isUnread(id));
    return found.ok && found.value;
  }

  const publish = (key: string): void =>
    options.onProgress(key === SELECTED ? 'selection-actions' : 'batches');

  function refresh(key: string, ids: readonly string[]): void {
    signIns.updateAll();
    refreshes.set(key, new Refresh(ids, refreshes.get(key), signInsOf, () => publish(key)));
    forgetFailures('keychain');
    for (const [id, failure] of signIns.failed()) failRefreshes(failure, id);
    report(key);
    raiseReads(ids);
    fill();
  }

  /** Publishes the progress of a refresh, which is forgotten if it has no entries. */
  function report(key: string): void {
    if (refreshes.get(key)?.status().total === 0) refreshes.delete(key);
    publish(key);
  }

  /** Ends a refresh and forgets its result. Reads under way continue. */
  function drop(key: string): void {
    refreshes.delete(key);
    publish(key);
  }

  return {
    /** Reads entries without a copy or with an abandoned write, from now on. */
    start(): void {
      running = true;
      unsubscribe = database.changes.subscribe(onChange);
      signIns.updateAll(true);
      updateAbandoned();
      fill();
    },
    /**
     * Tries again what failed.
     * @param why unless the person asked, no sign-in that failed is tried: its keychain would prompt them
     */
    retry(why: 'asked' | 'network-back'): void {
      if (!running) return;
      forgetFailures(why === 'asked' ? 'all' : 'none');
      updateAbandoned();
      fill();
    },
    /** Reads the open page again if it says that Cloudflare could not be reached. */
    recheckPage(): void {
      const page = options.openPage();
      if (page === null || elapsed() < recheckFrom) return;
      if (!page.failure?.code.startsWith('network.')) return;
      recheckFrom = elapsed() + RECHECK_INTERVAL_MS;
      void options.readProfile(page.id, 'person');
    },
    /**
     * Starts a check of all entries: each is read once, in the order of the queue. Only one may run.
     */
    check(priority: 'background' | 'asked'): Promise<CheckResult> {
      forgetFailures(priority === 'asked' ? 'keychain' : 'none');
      return new Promise((end) => {
        const current = new Check(database, priority, end);
        check = current;
        signIns.updateAll();
        for (const [id, failure] of signIns.failed()) {
          if (current.leftOf(id) > 0) current.giveUp(id, failure);
        }
        options.onProgress('checks');
        if (priority === 'asked') raiseReads();
        fill();
      });
    },
    /** Turns a background check into one that a person waits for: faster, and trying locked keychains again. */
    raiseCheck(): void {
      if (!check || check.priority.current === 'asked') return;
      check.priority.raise('asked');
      forgetFailures('keychain');
      raiseReads();
      fill();
    },
    /** Ends the check. Reads under way continue. */
    stopCheck: (): void => endCheck(true),
    /** The check that is running, or null. */
    runningCheck: (): CheckProgress | null => check?.progress() ?? null,
    /** Reads these selected entries, in this order, then those that a running refresh has not read yet. */
    refreshSelected: (ids: readonly string[]): void => refresh(SELECTED, ids),
    /** Reads those of these entries that have no copy before the others, until the next call. */
    readFirst(ids: readonly string[]): void {
      inView.clear();
      const unread = database.read(({ profiles }) => profiles.among(ids).unread);
      if (!unread.ok || unread.value.length === 0) return;
      const itsSignIns = signInsOf(unread.value);
      for (const id of unread.value) inView.set(id, itsSignIns.get(id) ?? null);
      fill();
    },
    /** Reads again those selected entries that failed. The result is forgotten if all of them were removed. */
    retrySelected(): void {
      if (isRefreshing(SELECTED)) return;
      const failed = refreshes.get(SELECTED)?.failed ?? [];
      if (failed.length > 0) refresh(SELECTED, failed);
      else report(SELECTED);
    },
    /** Ends the refresh of selected entries. Reads under way continue. */
    stopSelected: (): void => refreshes.get(SELECTED)?.stop(),
    /** Forgets the result of a refresh of selected entries that has ended. */
    dismissSelected(): void {
      if (!isRefreshing(SELECTED)) drop(SELECTED);
    },
    /** The progress or result of the refresh of selected entries; null if there is none. */
    selectedStatus: (): SelectedRefreshStatus | null => refreshes.get(SELECTED)?.status() ?? null,
    /** Reads the entries that a batch left out because they were never read, in this order. */
    readFor: refresh,
    stopReadingFor: drop,
    isReadingFor: isRefreshing,
    /** The progress of the initial fetch, or null while there is nothing to read. */
    initialFetch: initialFetch.status,
    /** Stops everything, within milliseconds. */
    stop(): void {
      running = false;
      unsubscribe();
      timers.clear(timer);
      endCheck(true);
    },
  };
}
