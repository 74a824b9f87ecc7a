/**
 * Asks Cloudflare's audit log who made the changes that the person has in view: the newest of the open page (a conflict
 * is about it, too), and those of its history that were listed. Nothing waits for that: a request has the lowest
 * priority, one goes out at a time, and what it finds reaches the window by the change feed. A log is asked for all
 * changes in view together, and reads at most three pages. What it cannot tell is not asked again. An organization and
 * an account each have a log of their own, with what was done through them.
 */
import type { Failure } from '../../shared/failure';
import type { Revision } from '../../shared/history';
import { profileIdOf } from '../../shared/organization';
import { failed } from '../../shared/result';
import { pick } from '../../shared/patch';
import { applyEdits, changedFields, EMPTY_PROFILE } from '../../shared/profile';
import {
  authorizerOf,
  profilePath,
  type AuditEntry,
  type AuthorizationSource,
  type Cloudflare,
  type EntryRef,
} from '../cloudflare';
import { waitOf } from '../lib/backoff';
import { wakeable } from '../lib/wakeable';
import type { Database, StoredRevision, Tables } from '../database';
import { authorOf, TOLERANCE_MS, type FoundChange } from './author';

/** How long a log that gave nothing is left alone in this run, in ms. */
export const REST_MS = 24 * 3_600_000;
/** How long a log is left alone after a failure that may pass: unreachable, 429 or 5xx, in ms. */
export const RETRY_MS = 10 * 60_000;
/**
 * A log is asked only this soon after its sign-in worked, in ms. Its key is in memory then
 * (sign-ins/authorizations.ts), so no question makes the keychain ask the person.
 */
const WORKED_MS = 60_000;
/** The most pages of a log that are read for its questions. */
const MAX_PAGES = 3;

/** Dependencies of the lookup. */
export interface AuthorLookupOptions {
  database: Database;
  cloudflare: Cloudflare;
  authorizationOf: AuthorizationSource;
  now: () => number;
  /** Ms of the monotonic clock. */
  elapsed: () => number;
  /** The organization whose page the person opened last, or null. */
  openId: () => string | null;
}

/** A revision whose author is not known. */
interface Question extends StoredRevision {
  since: number;
}

/** A log to ask, and what about. */
interface Inquiry {
  /** Whose log it is. */
  entry: EntryRef;
  signInId: string;
  /** Newest first, never empty. */
  questions: readonly Question[];
}

/** What a log has of the time that its questions are about. */
interface LogPart {
  entries: AuditEntry[];
  isComplete: boolean;
  /** How far back the pages went, ms since the epoch. */
  since: number;
}

/**
 * How long a log is left alone after a failure, in ms. Null if the failure says nothing about the log and the key is no
 * longer in memory: then it is asked as soon as the sign-in works.
 */
function restAfter(failure: Failure, now: number, hasKey: boolean): number | null {
  const { code, status } = failure;
  // A log may have a limit of its own, whatever else Cloudflare answers.
  const isAnswered = status !== undefined && !code.startsWith('network.');
  const isOfLog = isAnswered || code === 'network.timed-out' || code === 'cloudflare.unreadable';
  if (!isOfLog && !hasKey) return null;
  const mayPass = status === 429 || (status !== undefined && status >= 500);
  return isOfLog && !mayPass ? REST_MS : Math.max(RETRY_MS, waitOf(failure, now));
}

/** The paths of the profile that an entry shows: its own, and that of its organization. */
function pathsOf({ organizations }: Tables, id: string): string[] {
  const entry = organizations.get(id);
  if (!entry) return [];
  const organization = profilePath({ kind: 'organization', id: profileIdOf(entry) });
  return [...new Set([profilePath(entry), organization])];
}

/** What is known here of the change that a revision shows. */
function changeOf(tables: Tables, { id, entryId, since, at, texts }: Question): FoundChange {
  const before = tables.revisions.copyBefore(entryId, id);
  const now = applyEdits(EMPTY_PROFILE, texts);
  const then = applyEdits(EMPTY_PROFILE, before?.texts ?? {});
  return {
    paths: pathsOf(tables, entryId),
    since,
    writtenBefore: before?.author?.at ?? null,
    readAt: at,
    isSuperseded: tables.revisions.copyBefore(entryId, null)?.id !== id,
    changed: pick(now, changedFields(then, now)),
    ownRequests: tables.ownRequests.of(entryId),
    isPartial: tables.organizations.get(entryId)?.kind === 'account',
  };
}

/** Creates the lookup. It asks nothing before its `start`. */
export function createAuthorLookup(options: AuthorLookupOptions) {
  const { database, cloudflare, now, elapsed, openId } = options;
  const stopping = new AbortController();
  /** When each sign-in worked last. All times are of the monotonic clock, in ms. */
  const workedAt = new Map<string, number>();
  /** When each log may be asked again with a sign-in. */
  const restsUntil = new Map<string, number>();
  /** The revisions without an author that the history of the open page has listed. */
  let listed = { entryId: '', ids: new Set<number>() };
  let unsubscribe = (): void => undefined;

  const keyOf = ({ entry, signInId }: Omit<Inquiry, 'questions'>) => `${entry.id} ${signInId}`;

  const isKeyInMemory = (signInId: string): boolean =>
    elapsed() - (workedAt.get(signInId) ?? -Infinity) <= WORKED_MS;

  /** What is to be asked about the open page, or null. */
  function inquiryOf(tables: Tables, id: string): Inquiry | null {
    const entry = tables.organizations.get(id);
    const signInId = entry?.signInId ?? null;
    if (!entry || signInId === null || !isKeyInMemory(signInId)) return null;
    if ((restsUntil.get(keyOf({ entry, signInId })) ?? 0) > elapsed()) return null;
    const newest = tables.revisions.copyBefore(id, null);
    const ids = listed.entryId === id ? listed.ids : [];
    const found = [newest, ...Array.from(ids, (one) => tables.revisions.get(one))];
    const questions = new Map<number, Question>();
    for (const revision of found) {
      const since = revision?.since;
      if (revision && since !== undefined) questions.set(revision.id, { ...revision, since });
    }
    if (questions.size === 0) return null;
    const newestFirst = [...questions.values()].sort(
      (one, other) => other.at - one.at || other.id - one.id,
    );
    return { entry, signInId, questions: newestFirst };
  }

  /** Asks about what is in view, until there is nothing left to ask. */
  const run = wakeable(async () => {
    for (;;) {
      const id = openId();
      if (id === null || stopping.signal.aborted) return;
      const inquiry = database.read((tables) => inquiryOf(tables, id));
      if (!inquiry.ok || !inquiry.value) return;
      await ask(inquiry.value);
      // Something else may be in view now. What was asked is answered, or its log rests.
    }
  });

  /** Reads the part of a log that the questions are about. */
  async function read({ entry, signInId, questions }: Inquiry): Promise<LogPart | Failure> {
    // The request may have waited its turn for longer than the key stays in memory.
    const authorization: AuthorizationSource = async (id) =>
      isKeyInMemory(id) ? options.authorizationOf(id) : failed('keychain.locked');
    const auth = authorizerOf(database, authorization, signInId);
    const since = Math.min(...questions.map((question) => question.since)) - TOLERANCE_MS;
    const before = Math.max(...questions.map(({ at }) => at)) + TOLERANCE_MS;
    const request = { signal: stopping.signal, priority: 'idle' } as const;
    const entries: AuditEntry[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const window = { since, before, cursor };
      const page = await cloudflare.auditLog(auth, entry, window, request);
      if (!page.ok) return page.failure;
      entries.push(...page.value.value.entries);
      cursor = page.value.value.nextCursor;
      if (cursor === null) return { entries, isComplete: true, since: -Infinity };
    }
    return { entries, isComplete: false, since: Math.min(...entries.map(({ at }) => at)) };
  }

  /** Stores what an answer tells of each question. Returns false if it has no entry of any of the changes. */
  function storeAuthors(tables: Tables, questions: readonly Question[], answer: LogPart): boolean {
    // From oldest to newest: who made a change also tells that it was before the next one.
    const findings = questions.toReversed().map((question) => {
      const finding = authorOf(answer.entries, changeOf(tables, question), answer.isComplete);
      if (typeof finding === 'object') tables.revisions.setAuthor(question.id, finding);
      return { question, finding };
    });
    if (findings.every(({ finding }) => finding === 'no-entry')) return false;
    const [newest] = questions;
    for (const { question, finding } of findings) {
      // An older change that the pages did not reach is asked about again, without the newer ones.
      const isAnswered = question === newest || question.since - TOLERANCE_MS >= answer.since;
      if (typeof finding !== 'object' && isAnswered) tables.revisions.setAuthor(question.id, null);
    }
    return true;
  }

  async function ask(inquiry: Inquiry): Promise<void> {
    const rest = (ms: number): void => void restsUntil.set(keyOf(inquiry), elapsed() + ms);
    const answer = await read(inquiry);
    if ('code' in answer) {
      const ms = restAfter(answer, now(), isKeyInMemory(inquiry.signInId));
      if (ms !== null) rest(ms);
      return;
    }
    const stored = database.write((tables) => storeAuthors(tables, inquiry.questions, answer));
    if (!stored.ok) rest(RETRY_MS);
    else if (!stored.value) rest(REST_MS);
  }

  return {
    start(): void {
      unsubscribe = database.changes.subscribe(({ organizations }) => {
        const id = openId();
        if (organizations === 'all' || (id !== null && organizations.has(id))) run();
      });
    },
    /** Call when a page of the history was read for the window. */
    listed(entryId: string, revisions: readonly Revision[]): void {
      if (listed.entryId !== entryId) listed = { entryId, ids: new Set() };
      for (const { id, kind, author } of revisions) {
        if (kind === 'observed' && author === null) listed.ids.add(id);
      }
      run();
    },
    /** Call when Cloudflare accepted a sign-in. */
    signInWorks(signInId: string): void {
      workedAt.set(signInId, elapsed());
      run();
    },
    stop(): void {
      stopping.abort();
      unsubscribe();
    },
  };
}
