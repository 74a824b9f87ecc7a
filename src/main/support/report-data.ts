/**
 * What support may know of the database: counts, states and failure codes. Names, email addresses, ids and
 * texts are never collected, so nothing has to be masked afterwards. Sign-ins are called A, B, …
 */
import { FAILURES, type Failure } from '../../shared/failure';
import type { Outcome } from '../../shared/outcome';
import { touchedFields } from '../../shared/patch';
import type { Settings } from '../../shared/settings';
import type { CredentialRow, OutboxRow, Store, Tables } from '../database';

/** One sign-in. `issue` is a failure as text. */
export interface SignInFacts {
  letter: string;
  state: CredentialRow['state'];
  issue: string | null;
  organizations: number;
  waiting: number;
  paused: number;
}

/** One pending change. `signIn` is the letter of its sign-in; `failure` is a failure as text. */
export interface ChangeFacts {
  signIn: string | null;
  state: OutboxRow['state'];
  failure: string | null;
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
  /** Changes that need attention come first. */
  changes: ChangeFacts[];
  jobs: { running: number; paused: number };
  /** Number of abandoned writes whose result is not known yet. */
  abandoned: number;
}

/** A failure as text: its code, and the HTTP status if there was one. Never its ray id, messages or links. */
export function failureText(failure: Failure | null): string | null {
  if (!failure) return null;
  const code = failure.code in FAILURES ? failure.code : 'unknown';
  return Number.isInteger(failure.status) ? `${code} (HTTP ${failure.status})` : code;
}

/** A, B, … Z, AA, AB, …: identifies a sign-in throughout one text. */
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
    issue: failureText(issue),
    organizations: uses.get(id) ?? 0,
    waiting: waiting.get(id) ?? 0,
    paused: paused.get(id) ?? 0,
  }));
  return { facts, letters };
}

/** States by how much attention they need, most first. */
const STATES_BY_PRIORITY: readonly OutboxRow['state'][] = [
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
    failure: failureText(failure),
    attempts,
    fields: touchedFields(patch).length,
  }));
  return facts.sort(
    (a, b) => STATES_BY_PRIORITY.indexOf(a.state) - STATES_BY_PRIORITY.indexOf(b.state),
  );
}

/** Reads the facts. Fails with `store.*`. */
export function storeFacts(store: Store): Outcome<StoreFacts> {
  return store.read((tables) => {
    const totals = tables.organizations.totals();
    const { facts: signIns, letters } = signInFacts(tables);
    const jobs = tables.bulk.all();
    return {
      organizations: totals.saved,
      withoutSignIn: totals.withoutSignIn,
      neverRead: totals.unread,
      changedElsewhere: totals.changedElsewhere,
      drafts: totals.drafts,
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

/** The preferences, one per line. */
export function settingLines({ checkEvery, notify, appearance }: Settings): string[] {
  return [
    `Background check: ${checkEvery}`,
    `Notifications: ${notify ? 'on' : 'off'}`,
    `Appearance: ${appearance}`,
  ];
}
