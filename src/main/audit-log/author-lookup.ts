/**
 * Asks Cloudflare's audit log who made a change that was found there. Nothing waits for that, and nothing else may
 * wait because of it: a question goes out only after everything else has been quiet, one at a time, with the lowest
 * priority. A log that gave no result is asked again after a day. One run reads at most three pages.
 */
import type { Failure } from '../../shared/failure';
import { recordOf } from '../../shared/organization';
import { pick } from '../../shared/patch';
import { applyEdits, changedFields, EMPTY_PROFILE } from '../../shared/profile';
import {
  authorizerOf,
  profilePath,
  type AuditEntry,
  type AuthorizationSource,
  type Cloudflare,
} from '../cloudflare';
import type { AuthorQuestion, LogAccess, Store, Tables } from '../database';
import type { Timers } from '../lib/timers';
import { authorOf, TOLERANCE_MS, type FoundChange } from './author';

/** How long the app must be quiet before a question is sent, in ms. */
export const QUIET_MS = 5_000;
/** Delay before a log that gave no result is asked again, in ms. */
export const BACK_OFF_MS = 24 * 3_600_000;
/** Retry delay if the log could not be reached, in ms. */
export const RETRY_MS = 10 * 60_000;
/**
 * A question is sent only this soon after its sign-in worked, in ms. Its key is in memory then
 * (sign-ins/authorizations.ts), so no question makes the keychain ask the person.
 */
const WORKED_MS = 60_000;
/** The most pages of a log that are read for its questions. */
const MAX_PAGES = 3;
/** The most questions that are asked together. */
const MAX_QUESTIONS = 100;
/** The most other entries of a record whose writes count. */
const MAX_SIBLINGS = 100;

/** Looks up the authors of changes. */
export interface AuthorLookup {
  start(): void;
  /** Call when Cloudflare accepted a sign-in. */
  signInWorks(credentialId: string): void;
  stop(): void;
}

/** Dependencies of the lookup. */
export interface AuthorLookupOptions {
  store: Store;
  cloudflare: Cloudflare;
  authorizationOf: AuthorizationSource;
  /** Ms since the epoch. */
  now: () => number;
  /** Ms of the monotonic clock. */
  elapsed: () => number;
  timers: Timers;
  /** Whether a check or the initial fetch is running. Sends and jobs hold questions back by their answers (`onAnswer`). */
  isBusy: () => boolean;
}

/** What a log has of the time that its questions are about. */
interface LogPart {
  entries: AuditEntry[];
  isComplete: boolean;
}

/** Whether a failure says something about the log, rather than that the request did not reach it. */
function isOfLog({ code, status }: Failure): boolean {
  if (code === 'network.timed-out' || code === 'cloudflare.unreadable') return true;
  // A log may have a limit of its own, whatever else Cloudflare answers.
  return status !== undefined && !code.startsWith('network.');
}

/** The paths of the profile of an entry, in all entries that are known to show the same record. */
function pathsOf({ organizations }: Tables, id: string): string[] {
  const entries = [id, ...organizations.siblings(id, MAX_SIBLINGS)].flatMap(
    (one) => organizations.get(one) ?? [],
  );
  const paths = entries.map(profilePath);
  const [entry] = entries;
  const record = entry && recordOf(entry);
  // The organization of an account, which need not be saved here.
  if (record && record !== entry.id) paths.push(profilePath({ kind: 'organization', id: record }));
  return paths;
}

/** What is known here of the change that a question is about; null if its revision is gone. */
function changeOf(tables: Tables, question: AuthorQuestion): FoundChange | null {
  const { organizationId, revisionId, since, readAt } = question;
  const revision = tables.revisions.get(revisionId);
  if (!revision || revision.author !== null) return null;
  const before = tables.revisions.copyBefore(organizationId, revisionId);
  const texts = applyEdits(EMPTY_PROFILE, revision.texts);
  const textsBefore = applyEdits(EMPTY_PROFILE, before?.texts ?? {});
  const entries = [organizationId, ...tables.organizations.siblings(organizationId, MAX_SIBLINGS)];
  return {
    paths: pathsOf(tables, organizationId),
    since,
    writtenBefore: before?.author?.by === 'person' ? before.author.at : null,
    readAt,
    changed: pick(texts, changedFields(textsBefore, texts)),
    ownRequests: entries.flatMap((id) => tables.ownRequests.of(id)),
  };
}

/** Creates the lookup. */
export function createAuthorLookup(options: AuthorLookupOptions): AuthorLookup {
  const { store, cloudflare, now, elapsed, timers, isBusy } = options;
  const stopping = new AbortController();
  const workedAt = new Map<string, number>();
  let timer: unknown = null;
  let isAsking = false;
  /** No question goes out before this time of the monotonic clock, in ms. */
  let notBefore = 0;
  let unsubscribe: (() => void)[] = [];

  /** Starts to wait for quiet, or starts again. */
  function wait(): void {
    if (isAsking || stopping.signal.aborted) return;
    timers.clear(timer);
    timer = timers.set(() => void run(), Math.max(QUIET_MS, notBefore - elapsed()));
  }

  /** Whether the sign-in worked so recently that its key is in memory. */
  const isKeyInMemory = ({ credentialId }: LogAccess): boolean => {
    const at = workedAt.get(credentialId);
    return at !== undefined && elapsed() - at <= WORKED_MS;
  };

  async function run(): Promise<void> {
    timer = null;
    if (isBusy()) return wait();
    const logs = store.read((tables) => tables.authorQuestions.logs(now(), BACK_OFF_MS));
    if (!logs.ok) return;
    const next = logs.value.find(isKeyInMemory);
    if (!next) return;
    isAsking = true;
    const failure = await ask(next).finally(() => (isAsking = false));
    if (failure) notBefore = elapsed() + RETRY_MS;
    wait();
  }

  /** Reads the part of a log that the questions are about. */
  async function read(
    { logId, credentialId }: LogAccess,
    questions: readonly AuthorQuestion[],
  ): Promise<LogPart | Failure> {
    const auth = authorizerOf(store, options.authorizationOf, credentialId);
    const since = Math.min(...questions.map((question) => question.since)) - TOLERANCE_MS;
    const before = Math.max(...questions.map(({ readAt }) => readAt)) + TOLERANCE_MS;
    const request = { signal: stopping.signal, priority: 'idle' } as const;
    const entries: AuditEntry[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const window = { since, before, cursor };
      const page = await cloudflare.auditLog(auth, logId, window, request);
      if (!page.ok) return page.failure;
      entries.push(...page.value.value.entries);
      cursor = page.value.value.nextCursor;
      if (cursor === null) return { entries, isComplete: true };
    }
    return { entries, isComplete: false };
  }

  /** Stores the authors that an answer names. If it names none, the log is asked again later. */
  function storeAuthors(
    tables: Tables,
    log: LogAccess,
    questions: readonly AuthorQuestion[],
    answer: LogPart,
  ): void {
    let hasNoEntry = true;
    // From oldest to newest: who made a change also tells that it was before the next one.
    for (const question of questions.toReversed()) {
      const change = changeOf(tables, question);
      const finding = change ? authorOf(answer.entries, change, answer.isComplete) : 'unknown';
      if (finding !== 'no-entry') hasNoEntry = false;
      if (typeof finding === 'object') tables.revisions.setAuthor(question.revisionId, finding);
    }
    if (hasNoEntry) backOff(tables, log, questions);
    else for (const { revisionId } of questions) tables.authorQuestions.remove(revisionId);
  }

  function backOff(tables: Tables, log: LogAccess, questions: readonly AuthorQuestion[]): void {
    const times = { now: now(), at: now() + BACK_OFF_MS };
    const ids = questions.map(({ revisionId }) => revisionId);
    tables.authorQuestions.backOff(log, times, ids);
  }

  /** Asks a log. Returns why it could not be asked, or null. */
  async function ask(log: LogAccess): Promise<Failure | null> {
    const questions = store.read((tables) => tables.authorQuestions.of(log, MAX_QUESTIONS));
    if (!questions.ok) return questions.failure;
    const answer = await read(log, questions.value);
    if (!('code' in answer)) {
      const stored = store.write((tables) => storeAuthors(tables, log, questions.value, answer));
      return stored.ok ? null : stored.failure;
    }
    if (!isOfLog(answer)) return answer;
    const stored = store.write((tables) => backOff(tables, log, questions.value));
    return stored.ok ? null : stored.failure;
  }

  return {
    start() {
      unsubscribe = [
        store.changes.subscribe(({ topics }) => {
          if (topics.has('authors')) wait();
        }),
        cloudflare.onAnswer(() => {
          if (timer !== null) wait();
        }),
      ];
    },
    signInWorks(credentialId) {
      workedAt.set(credentialId, elapsed());
      if (timer === null) wait();
    },
    stop() {
      stopping.abort();
      timers.clear(timer);
      for (const end of unsubscribe) end();
    },
  };
}
