/**
 * Reads one profile and stores it: for an open page, or for the reading queue. The copy goes through the change machine,
 * which may confirm a pending change but never changes a text that was typed.
 */
import { recoveryOf, type Failure } from '../../shared/failure';
import { failed, success, type Result } from '../../shared/result';
import { type Applied, applyEvent, replacedTexts, trustOf } from '../changes';
import { authorizerOf, explainForbidden, isForbidden, type EntryRef } from '../cloudflare';
import type { Tables } from '../database';
import { comparePriorities, RaisablePriority, type Priority } from '../rate-limit';
import { fetchCopy, PROFILE_GONE, type FetchedCopy, type SyncDependencies } from '../sync';
import { createWriteBatch } from './write-batch';

/** Options of a read. */
export interface ReadOptions {
  /** Whether the organization's page is open. Then changes found are shown there and not marked in the list. */
  isPageOpen: boolean;
  priority?: Priority;
}

/** The result of a read. */
export interface ReadResult {
  /** Whether the copy was stored. One that may be older than what a send wrote is not. */
  isStored: boolean;
  /** Whether someone else had changed the profile since the last read. */
  isChanged: boolean;
}

/** A running read. */
interface RunningRead {
  work: Promise<Result<ReadResult>>;
  isPageOpen: boolean;
  readonly priority: RaisablePriority;
}

/** Creates the reader. */
export function createProfileReader(deps: SyncDependencies) {
  const { database, cloudflare, sendStatus } = deps;
  const stopping = new AbortController();
  const writeBatched = createWriteBatch(database, deps.later ?? setImmediate);
  const running = new Map<string, RunningRead>();

  /** Passes a copy to the change machine. Returns what it did, or why the copy was not stored. */
  function observe(
    tables: Tables,
    entryId: string,
    { copy, at }: FetchedCopy,
    isPageOpen: boolean,
  ): Applied | Failure {
    const applied = applyEvent(
      tables,
      entryId,
      { type: 'observe', copy },
      { at, isPageOpen, failure: PROFILE_GONE },
    );
    if (!applied) return { code: 'organization.not-saved-here' };
    return applied.stop === 'gone' ? PROFILE_GONE : applied;
  }

  async function fetchAndStore(
    entry: EntryRef,
    signInId: string,
    isPageOpen: () => boolean,
    priority: RaisablePriority,
    signal: AbortSignal,
  ): Promise<Failure | ReadResult> {
    const entryId = entry.id;
    const auth = authorizerOf(database, deps.authorizationOf, signInId);
    const justSaved = (tables: Tables): Failure | null =>
      deps.justSaved.reasonToWait(tables, entryId);
    const wait = database.read(justSaved);
    if (!wait.ok) return wait.failure;
    if (wait.value) return wait.value;
    const version = deps.versionOf?.(signInId);
    const request = { signal, priority };
    const isSending = (): boolean => sendStatus.of(entryId).step !== null;
    const wasSending = isSending();
    const read = sendStatus.beginRead(entryId);
    const fetched = await fetchCopy(deps, auth, entry, request);
    if (!fetched.ok) {
      read.end();
      const failure = isForbidden(fetched.failure)
        ? await explainForbidden(cloudflare, auth, fetched.failure, entry.kind, request)
        : fetched.failure;
      const isReplaced = deps.versionOf?.(signInId) !== version;
      // The key that was refused has been replaced in the meantime: try again with the new one.
      if (isReplaced && recoveryOf(failure.code) === 'sign-in') {
        return fetchAndStore(entry, signInId, isPageOpen, priority, signal);
      }
      return failure;
    }
    deps.onSignInWorks?.(signInId);
    let wasOpen = false;
    const storeCopy = (tables: Tables): ReturnType<typeof observe> | Failure | null => {
      const justSavedMeanwhile = justSaved(tables);
      if (justSavedMeanwhile) return justSavedMeanwhile;
      // Skip the copy if it may be older than what a send wrote or stored. A copy shows how our writes ended
      // only if it was requested after the last send ended and after the last copy was stored.
      if (wasSending || isSending() || read.isOutdated()) return null;
      // Nor while what waits cannot be checked, which the copy may confirm.
      if (trustOf(tables, entryId) === 'unknown') return null;
      wasOpen = isPageOpen();
      return observe(tables, entryId, fetched.value, wasOpen);
    };
    const isUrgent = comparePriorities(priority.current, 'send') <= 0;
    const stored = isUrgent ? database.write(storeCopy) : await writeBatched(storeCopy);
    read.end();
    if (!stored.ok) return stored.failure;
    const result = stored.value;
    if (result === null) return { isStored: false, isChanged: false };
    if ('code' in result) return result;
    sendStatus.copied(entryId);
    const { at, messages } = fetched.value;
    const { found, before, stop } = result;
    // What the first copy says is no news.
    const news = before.saved === 'unread' ? [] : [...found];
    if (found.length > 0) sendStatus.superseded(entryId);
    if (stop === 'confirmed') {
      const texts = replacedTexts(result);
      sendStatus.set(entryId, { confirmed: { at, alsoUpdated: news, messages, ...texts } });
    } else if (wasOpen) sendStatus.changedElsewhere(entryId, at, news);
    return { isStored: true, isChanged: news.length > 0 };
  }

  async function run(
    entryId: string,
    options: ReadOptions,
    priority: RaisablePriority,
  ): Promise<Result<ReadResult>> {
    // A signal of its own, because every request of the read adds a listener.
    const signal = AbortSignal.any([stopping.signal]);
    const organization = database.read((tables) => tables.organizations.get(entryId));
    if (!organization.ok) return organization;
    const signInId = organization.value?.signInId ?? null;
    const isPageOpen = (): boolean => running.get(entryId)?.isPageOpen ?? options.isPageOpen;
    sendStatus.set(entryId, { refreshing: true });
    const result: Failure | ReadResult = !organization.value
      ? { code: 'organization.not-saved-here' }
      : signInId === null
        ? { code: 'sign-in.not-found' }
        : await fetchAndStore(organization.value, signInId, isPageOpen, priority, signal);
    const failure = 'code' in result ? result : null;
    const isReplaced = (): boolean => {
      const now = database.read((tables) => tables.organizations.get(entryId));
      return now.ok && now.value !== null && now.value.signInId !== signInId;
    };
    if (failure && failure.code !== 'app.stopping' && isReplaced()) {
      if (signInId !== null && recoveryOf(failure.code) === 'sign-in') {
        deps.onSignInIssue(signInId, failure);
      }
      // The failure says nothing about the sign-in that the entry has now, and callers that joined wait for that one.
      return run(entryId, options, priority);
    }
    running.delete(entryId);
    if (failure?.code === 'organization.not-saved-here') {
      // The organization was removed. If it is added again, its page must not start with this status.
      sendStatus.forget(entryId);
      return { ok: false, failure };
    }
    const isStopped = failure?.code === 'app.stopping';
    sendStatus.set(entryId, {
      refreshing: false,
      ...(isStopped ? {} : { refreshFailure: failure }),
    });
    if (!('code' in result)) return success(result);
    if (signInId !== null && recoveryOf(result.code) === 'sign-in') {
      deps.onSignInIssue(signInId, result);
    }
    return { ok: false, failure: result };
  }

  return {
    /**
     * Reads the profile and stores the result. If the organization is already being read, the call joins that
     * read and may raise its priority. A failure is also kept in the send status.
     */
    read(entryId: string, options: ReadOptions): Promise<Result<ReadResult>> {
      const current = running.get(entryId);
      if (current) {
        current.isPageOpen ||= options.isPageOpen;
        current.priority.raise(options.priority ?? 'person');
        return current.work;
      }
      const priority = new RaisablePriority(options.priority ?? 'person');
      const entry: RunningRead = {
        work: Promise.resolve(failed('app.stopping')),
        isPageOpen: options.isPageOpen,
        priority,
      };
      running.set(entryId, entry);
      entry.work = run(entryId, options, priority).catch((): Result<ReadResult> => {
        running.delete(entryId);
        sendStatus.set(entryId, { refreshing: false });
        return { ok: false, failure: { code: 'app.unexpected' } };
      });
      return entry.work;
    },
    stop: (): void => stopping.abort(),
  };
}
