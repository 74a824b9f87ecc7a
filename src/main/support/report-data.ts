/**
 * The facts about the database that support may see: counts, states and failure codes. Names, email addresses,
 * ids and texts are never collected, so nothing has to be masked afterwards. Sign-ins are labeled A, B, …
 */
import { FAILURES, type Failure } from '../../shared/failure';
import type { Result } from '../../shared/result';
import { touchedFields } from '../../shared/patch';
import type { Settings } from '../../shared/settings';
import type { SignInRow, OutboxRow, Database, Tables } from '../database';

/** One sign-in. */
export interface SignInFacts {
  /** A, B, …; never the name that the person gave the sign-in. */
  label: string;
  state: SignInRow['state'];
  /** The failure because of which the sign-in does not work (see `failureText`), or null. */
  issue: string | null;
  /** Number of organizations that use the sign-in. */
  organizations: number;
  /** Number of pending changes of these organizations. */
  waiting: number;
  /** How many of the pending changes are paused. */
  paused: number;
}

/** One pending change. */
export interface ChangeFacts {
  /** The label of its sign-in, or null if it has none. */
  signIn: string | null;
  state: OutboxRow['state'];
  /** The last failure as text (see `failureText`), or null. */
  failure: string | null;
  attempts: number;
  /** Number of changed fields. */
  fields: number;
}

/** All facts about the database. A number is a count of organizations unless its name says otherwise. */
export interface DatabaseFacts {
  organizations: number;
  withoutSignIn: number;
  neverRead: number;
  changedElsewhere: number;
  drafts: number;
  signIns: SignInFacts[];
  /** Changes that need attention come first. */
  changes: ChangeFacts[];
  saves: { running: number; paused: number };
  /** Number of abandoned writes whose result is not known yet. */
  abandoned: number;
}

/** A failure as text: its code, and the HTTP status if there was one. Never its ray id, messages or links. */
export function failureText(failure: Failure | null): string | null {
  if (!failure) return null;
  const code = failure.code in FAILURES ? failure.code : 'unknown';
  return Number.isInteger(failure.status) ? `${code} (HTTP ${failure.status})` : code;
}

/**
 * The label of a sign-in in one report: A, B, … Z, AA, AB, …
 * @param index position among the sign-ins, from 0
 */
export function lettersFor(index: number): string {
  const prefix = index < 26 ? '' : lettersFor(Math.floor(index / 26) - 1);
  return prefix + String.fromCharCode(65 + (index % 26));
}

/** The facts about all sign-ins, and their labels by id. */
function signInFacts(tables: Tables): { facts: SignInFacts[]; labels: Map<string, string> } {
  const rows = tables.signIns.all();
  const organizationCounts = tables.list.bySignIn();
  const waitingCounts = tables.outbox.waitingCounts();
  const pausedCounts = tables.outbox.pausedCounts();
  const labels = new Map(rows.map(({ id }, index) => [id, lettersFor(index)]));
  const facts = rows.map(({ id, state, issue }) => ({
    label: labels.get(id) ?? '?',
    state,
    issue: failureText(issue),
    organizations: organizationCounts.get(id) ?? 0,
    waiting: waitingCounts.get(id) ?? 0,
    paused: pausedCounts.get(id) ?? 0,
  }));
  return { facts, labels };
}

/** States of a change, in the order of a report: those that need attention come first. */
const STATES_BY_PRIORITY: readonly OutboxRow['state'][] = [
  'refused',
  'differs',
  'conflict',
  'paused',
  'waiting',
  'queued',
];

function changeFacts({ outbox }: Tables, labels: Map<string, string>): ChangeFacts[] {
  const signInIds = new Map(outbox.entries().map(({ entryId, signInId }) => [entryId, signInId]));
  const facts = outbox.all().map(({ entryId, state, failure, attempts, patch }) => ({
    signIn: labels.get(signInIds.get(entryId) ?? '') ?? null,
    state,
    failure: failureText(failure),
    attempts,
    fields: touchedFields(patch).length,
  }));
  return facts.sort(
    (a, b) => STATES_BY_PRIORITY.indexOf(a.state) - STATES_BY_PRIORITY.indexOf(b.state),
  );
}

/** Reads the facts. Fails with `database.*`. */
export function databaseFacts(database: Database): Result<DatabaseFacts> {
  return database.read((tables) => {
    const totals = tables.organizations.totals();
    const { facts: signIns, labels } = signInFacts(tables);
    const saves = tables.saves.all();
    return {
      organizations: totals.saved,
      withoutSignIn: totals.withoutSignIn,
      neverRead: totals.unread,
      changedElsewhere: totals.changedElsewhere,
      drafts: totals.drafts,
      signIns,
      changes: changeFacts(tables, labels),
      saves: {
        running: saves.filter(({ paused }) => !paused).length,
        paused: saves.filter(({ paused }) => paused).length,
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
