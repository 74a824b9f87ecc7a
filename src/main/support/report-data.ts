/**
 * What support may know of the database: how many, in which state, which failure code. Masking works
 * by leaving out: names, e-mails, ids and texts are never taken, so nothing has to be found in them
 * again. Sign-ins and organizations that meet in several lines are called A, B and 1, 2.
 */
import { FAILURES, type Failure, type Outcome } from '../../shared/failure';
import { touchedFields } from '../../shared/patch';
import type { Settings } from '../../shared/settings';
import type { CredentialRow, OutboxRow, Store, Tables } from '../database/tables';

/** A failure as support may know it: its code, and the HTTP status if there was one. */
export type FailureWord = string;

/** One sign-in. */
export interface SignInFacts {
  letter: string;
  state: CredentialRow['state'];
  issue: FailureWord | null;
  organizations: number;
  waiting: number;
  paused: number;
}

/** One pending change. */
export interface ChangeFacts {
  signIn: string | null;
  state: OutboxRow['state'];
  failure: FailureWord | null;
  attempts: number;
  fields: number;
}

/** Everything support may know of the database. */
export interface StoreFacts {
  organizations: number;
  withoutSignIn: number;
  neverRead: number;
  changedElsewhere: number;
  drafts: number;
  signIns: SignInFacts[];
  /** Those that need somebody first. */
  changes: ChangeFacts[];
  jobs: { running: number; paused: number };
  /** Discarded writes whose end is not known yet. */
  abandoned: number;
}

/** A failure in a word: never its ray id, messages or links. */
export function failureWord(failure: Failure | null): FailureWord | null {
  if (!failure) return null;
  const code = failure.code in FAILURES ? failure.code : 'unknown';
  return Number.isInteger(failure.status) ? `${code} (HTTP ${failure.status})` : code;
}

/** A, B, … Z, AA, AB, …: the same sign-in has the same letter throughout one text. */
export function letterOf(index: number): string {
  const before = index < 26 ? '' : letterOf(Math.floor(index / 26) - 1);
  return before + String.fromCharCode(65 + (index % 26));
}

function signInFacts(tables: Tables): { facts: SignInFacts[]; letters: Map<string, string> } {
  const rows = tables.credentials.all();
  const uses = tables.list.bySignIn();
  const waiting = tables.outbox.waitingCounts();
  const paused = tables.outbox.pausedCounts();
  const letters = new Map(rows.map(({ id }, index) => [id, letterOf(index)]));
  const facts = rows.map(({ id, state, issue }) => ({
    letter: letters.get(id) ?? '?',
    state,
    issue: failureWord(issue),
    organizations: uses.get(id) ?? 0,
    waiting: waiting.get(id) ?? 0,
    paused: paused.get(id) ?? 0,
  }));
  return { facts, letters };
}

const URGENCY: readonly OutboxRow['state'][] = [
  'refused',
  'differs',
  'conflict',
  'paused',
  'waiting',
  'queued',
];

function changeFacts({ outbox }: Tables, letters: Map<string, string>): ChangeFacts[] {
  const signIns = new Map(
    outbox.entries().map(({ organizationId, credentialId }) => [organizationId, credentialId]),
  );
  const facts = outbox.all().map(({ organizationId, state, failure, attempts, patch }) => ({
    signIn: letters.get(signIns.get(organizationId) ?? '') ?? null,
    state,
    failure: failureWord(failure),
    attempts,
    fields: touchedFields(patch).length,
  }));
  return facts.sort((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state));
}

/** Reads them. Fails with `store.*`. */
export function storeFacts(store: Store): Outcome<StoreFacts> {
  return store.read((tables) => {
    const figures = tables.organizations.figures();
    const { facts: signIns, letters } = signInFacts(tables);
    const jobs = tables.bulk.all();
    return {
      organizations: figures.saved,
      withoutSignIn: figures.withoutSignIn,
      neverRead: figures.unread,
      changedElsewhere: figures.changedElsewhere,
      drafts: figures.drafts,
      signIns,
      changes: changeFacts(tables, letters),
      jobs: {
        running: jobs.filter(({ paused }) => !paused).length,
        paused: jobs.filter(({ paused }) => paused).length,
      },
      abandoned: tables.abandoned.ids().length,
    };
  });
}

/** The preferences in words of their own. */
export function settingLines({ checkEvery, notify, appearance }: Settings): string[] {
  return [
    `Background check: ${checkEvery}`,
    `Notifications: ${notify ? 'on' : 'off'}`,
    `Appearance: ${appearance}`,
  ];
}
