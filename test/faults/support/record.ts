/**
 * What is known about one organization from outside the app: what the person did and was told, what
 * Cloudflare held when, and which requests came. The oracle judges the app by this and by the disk.
 */
import { FIELD_NAMES, type Edits, type FieldName, type Profile } from '../../../src/shared/profile';
import { now } from './time';

/** Longest time from a key to the disk that is promised, ms. */
export const KEPT_WITHIN_MS = 500;

/** The texts a person may have seen in a field when they began to change it. */
export type Began = Partial<Record<FieldName, readonly string[]>>;

/** Something the person handed over to be sent. */
export interface Submission {
  at: number;
  /** When the app said that it took it, or was found to have; null: nobody knows. */
  doneAt: number | null;
  edits: Edits;
  began: Began;
}

/** The draft as it may be on disk from some moment on. */
export interface Moment {
  what: string;
  /** A key is on disk at most half a second later, a call when it is answered. */
  by: 'key' | 'call';
  /** Texts not submitted. */
  edits: Edits;
  began: Began;
  sentAt: number;
  /** When the app was known to have it; null: nobody knows. */
  ackAt: number | null;
  submission: Submission | null;
}

/** The person gave a pending change up, or decided a conflict. */
export interface Decision {
  at: number;
  kind: 'discard' | 'theirs' | 'mine';
  /** Whether the app said that it was done. */
  sure: boolean;
  fields: readonly FieldName[];
  /** The change's texts. */
  mine: Profile;
  /** Cloudflare's texts the person saw, in a conflict. */
  theirs: Profile | null;
}

/** One text at Cloudflare from some moment on. */
export interface Held {
  at: number;
  field: FieldName;
  text: string;
  by: 'beginning' | 'somebody' | 'app';
}

/** A profile that Cloudflare told the app. */
export interface Told {
  at: number;
  fields: Profile;
}

/** A PUT that arrived. */
export interface Write {
  at: number;
  before: Profile;
  fields: Profile;
  applied: boolean;
  fault: string | null;
}

/** Everything known about one organization. */
export interface Known {
  id: string;
  name: string;
  /** The states the draft may be in on disk; the first surely was once. */
  moments: Moment[];
  submissions: Submission[];
  decisions: Decision[];
  held: Held[];
  told: Told[];
  writes: Write[];
  /** One line per event, for a person who looks for a fault. */
  history: string[];
}

/** Begins to know an organization. */
export function begin(id: string, name: string, profile: Profile): Known {
  const at = now();
  const nothing: Moment = {
    what: 'the beginning',
    by: 'call',
    edits: {},
    began: {},
    sentAt: at,
    ackAt: at,
    submission: null,
  };
  return {
    id,
    name,
    moments: [nothing],
    submissions: [],
    decisions: [],
    held: FIELD_NAMES.map((field) => ({ at, field, text: profile[field], by: 'beginning' })),
    told: [],
    writes: [],
    history: [],
  };
}

/** Adds a line to an organization's history. */
export function note(known: Known, line: string): void {
  known.history.push(`${now().toFixed(1).slice(6)} ${line}`);
}

/** The newest state of the draft as the person left it. */
export function latest(known: Known): Moment {
  return known.moments.at(-1)!;
}

/** The person does something to the draft now. */
export function attempt(
  known: Known,
  moment: Pick<Moment, 'what' | 'by' | 'edits' | 'began'>,
  submitted: { edits: Edits; began: Began } | null = null,
): Moment {
  const at = now();
  const submission = submitted && { at, doneAt: null, ...submitted };
  const begun: Moment = { ...moment, sentAt: at, ackAt: null, submission };
  known.moments.push(begun);
  if (submission) known.submissions.push(submission);
  note(known, `${moment.what} … ${JSON.stringify(submitted?.edits ?? moment.edits)}`);
  return begun;
}

/** The app has it. */
export function acknowledge(known: Known, moment: Moment): void {
  moment.ackAt = now();
  if (moment.submission) moment.submission.doneAt = moment.ackAt;
  note(known, `${moment.what}: done`);
}

/** The app said that it did not do it: as if it had never been tried. */
export function withdraw(known: Known, moment: Moment, why: string): void {
  known.moments = known.moments.filter((one) => one !== moment);
  known.submissions = known.submissions.filter((one) => one !== moment.submission);
  note(known, `${moment.what}: ${why}`);
}

/** Whether a state of the draft must be on disk at `at` (or a later one). */
export function mustBeKept({ by, ackAt }: Moment, at: number): boolean {
  if (ackAt === null) return false;
  return by === 'call' ? ackAt <= at : ackAt + KEPT_WITHIN_MS <= at;
}

/**
 * The app was found in the state `index`: earlier ones are over, later ones never happened.
 * @param base the texts the draft on disk begins from: a restored revision's are known to the app alone
 */
export function foundAt(known: Known, index: number, base: Profile | null): void {
  const found = known.moments[index]!;
  for (const { submission } of known.moments.slice(0, index + 1)) {
    if (submission) submission.doneAt ??= now();
  }
  const never = new Set(known.moments.slice(index + 1).map(({ submission }) => submission));
  known.submissions = known.submissions.filter((one) => !never.has(one));
  const began = { ...found.began };
  for (const field of FIELD_NAMES) {
    if (base && found.edits[field] !== undefined) began[field] ??= [base[field]];
  }
  const ackAt = found.ackAt ?? now();
  known.moments = [{ ...found, began, ackAt, by: 'call', submission: null }];
  note(known, `on disk: ${found.what} ${JSON.stringify(found.edits)}`);
}
