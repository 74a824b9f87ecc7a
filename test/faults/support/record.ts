/**
 * Fills the record of an organization: what is known about it from outside the app. That is what the person did, what
 * the app answered, which texts Cloudflare had when, and which requests arrived. The oracle compares the disk with
 * this record.
 */
import {
  applyPatches,
  omit,
  pick,
  textsOf,
  touchedFields,
  type Patch,
} from '../../../src/shared/patch';
import type { EntryKind } from '../../../src/shared/organization';
import { FIELD_NAMES, type Edits, type FieldName, type Profile } from '../../../src/shared/profile';
import { keptSince, type SaveRecord } from './save-record';
import type { Known, Moment, Seen, Submission } from './known';
import { overlap, type Stall } from './stalls';
import { now } from './time';

export type * from './known';

/** The app promises to store a keystroke within this time, in ms. */
const KEPT_WITHIN_MS = 500;

function setsOf(...profiles: (Edits | null)[]): Record<FieldName, Set<string>> {
  const sets = FIELD_NAMES.map((field) => [
    field,
    new Set(profiles.flatMap((texts) => texts?.[field] ?? [])),
  ]);
  return Object.fromEntries(sets) as Record<FieldName, Set<string>>;
}

/** Starts the record of an organization. */
export function begin(
  id: string,
  name: string,
  profile: Profile,
  stalls: readonly Stall[] = [],
  kind: EntryKind = 'organization',
): Known {
  const at = now();
  const nothing: Moment = {
    what: 'the start',
    by: 'call',
    edits: {},
    seen: {},
    sentAt: at,
    ackAt: at,
    submission: null,
    remembered: {},
  };
  return {
    id,
    name,
    kind,
    presence: 'there',
    sharedWith: [],
    moments: [nothing],
    submissions: [],
    decisions: [],
    offers: [],
    remembered: [],
    typedAt: {},
    released: [],
    remote: FIELD_NAMES.map((field) => ({ at, field, text: profile[field], by: 'start' })),
    reads: [],
    judged: { at, marked: false, saved: profile, pending: [], reads: 0 },
    writes: [],
    saved: setsOf(profile),
    under: setsOf(profile),
    stalls,
    complaints: [],
    history: [],
  };
}

/** Records that these entries show one record at Cloudflare, that of the first. */
export function shareRecord(first: Known, other: Known): void {
  other.remote = first.remote;
  first.sharedWith.push(other);
  other.sharedWith.push(first);
}

/** Records that an entry was removed, with all that the app kept of it. Its saves have no part in it any more. */
export function forget(known: Known, saves: readonly SaveRecord[]): void {
  const { id, name, kind, stalls, sharedWith, remote, reads, writes, complaints, history } = known;
  const { judged, ...nothing } = begin(id, name, applyPatches(null), stalls, kind);
  Object.assign(known, nothing, { sharedWith, remote, reads, writes, complaints, history });
  known.judged = { ...judged, saved: null, reads: reads.length };
  known.presence = 'removed';
  for (const { items } of saves) items.delete(id);
  note(known, 'removed');
}

/** Adds a line to the debugging history of an organization. */
export function note(known: Known, line: string): void {
  known.history.push(`${now().toFixed(1).slice(6)} ${line}`);
}

/** The newest state of the draft. */
export function latest(known: Known): Moment {
  return known.moments.at(-1)!;
}

/** Records that the app read a profile. */
export function noteRead(known: Known, fields: Profile): void {
  known.reads.push({ at: now(), fields });
  for (const field of FIELD_NAMES) {
    known.saved[field].add(fields[field]);
    known.under[field].add(fields[field]);
  }
}

/** What is submitted. */
type Submitted = Pick<Submission, 'edits' | 'seen'> & Partial<Pick<Submission, 'save'>>;

/** Records a submission that the app has not acknowledged yet. */
export function submit(known: Known, { edits, seen, save = null }: Submitted): Submission {
  const submission: Submission = {
    at: now(),
    doneAt: null,
    edits,
    seen,
    save,
    settled: new Set(),
    draftFrom: null,
  };
  known.submissions.push(submission);
  return submission;
}

/** Records that the app has a submission. */
export function settleSubmission(known: Known, submission: Submission, at: number): void {
  submission.doneAt ??= at;
  for (const field of touchedFields(submission.edits)) {
    const text = submission.edits[field]!;
    known.under[field].add(text);
    if (known.saved[field].has(text)) submission.settled.add(field);
  }
}

/**
 * Records a change of the draft that the app has not acknowledged yet.
 * @param moment `isTyped`: whether it may replace or remove texts of the draft that no state of it has, as typing does
 */
export function attempt(
  known: Known,
  {
    isTyped = true,
    ...moment
  }: Pick<Moment, 'what' | 'by' | 'edits' | 'seen'> &
    Partial<Pick<Moment, 'remembered' | 'isFill'>> & { isTyped?: boolean },
  submitted: Submitted | null = null,
): Moment {
  const attempted: Moment = {
    remembered: {},
    ...moment,
    sentAt: now(),
    ackAt: null,
    submission: submitted && submit(known, submitted),
  };
  const touched = [...touchedFields(moment.edits), ...touchedFields(latest(known).edits)];
  const fields = touchedFields(moment.edits).length > 0 ? touched : FIELD_NAMES;
  if (isTyped) noteTyped(known, fields);
  known.moments.push(attempted);
  note(known, `${moment.what} … ${JSON.stringify(submitted?.edits ?? moment.edits)}`);
  return attempted;
}

/**
 * Records that only these fields of a moment's submission were submitted, as found on disk or on the page. The others stay
 * drafts.
 */
export function narrow(known: Known, moment: Moment, fields: readonly FieldName[]): void {
  const { submission } = moment;
  if (!submission) return;
  if (fields.length === 0) return withdraw(known, moment, 'stays a draft');
  const { edits, seen } = submission;
  moment.edits = { ...omit(edits, fields), ...moment.edits };
  moment.seen = { ...omit(seen, fields), ...moment.seen };
  submission.edits = pick(edits, fields);
}

/**
 * Whether a text may be a draft although no state of the draft has it: its save was canceled, an act offered it, or its
 * run had not read the key.
 */
export function mayHaveComeBack(known: Known, field: FieldName, text: string): boolean {
  return (
    known.offers.some((one) => one.field === field && one.text === text) ||
    known.submissions.some(
      ({ edits, save, draftFrom }) =>
        edits[field] === text &&
        (draftFrom !== null || (save !== null && keptSince(save) !== null)),
    )
  );
}

/** Records that a run which began at `since` was killed before it had read the key: no one vouches for what it saved. */
export function killedWithoutKey(known: Known, since: number, at: number): void {
  for (const submission of known.submissions) {
    if (submission.at < since) continue;
    submission.draftFrom ??= at;
    // Its save counts as paused, whatever the person did with it.
    for (const action of submission.save?.actions ?? [])
      if (action.at >= since) action.doneAt = null;
  }
}

/** Records that the person tries to change these fields of the draft. */
export function noteTyped(known: Known, fields: readonly FieldName[] = FIELD_NAMES): void {
  for (const field of fields) known.typedAt[field] = now();
}

/** Records that the app has acknowledged a change of the draft. */
export function acknowledge(known: Known, moment: Moment): void {
  moment.ackAt = now();
  remember(known, moment);
  if (moment.submission) settleSubmission(known, moment.submission, moment.ackAt);
  note(known, `${moment.what}: done`);
}

/** Records that the history must have the texts that a change of the draft replaced. */
function remember(known: Known, { what, remembered }: Moment): void {
  for (const field of touchedFields(remembered)) {
    const text = remembered[field]!;
    // A text that equals the saved or pending one was no draft any more.
    if (!known.under[field].has(text)) known.remembered.push({ field, text, by: what });
  }
}

/** Removes a change of the draft that the app refused. */
export function withdraw(known: Known, moment: Moment, why: string): void {
  known.moments = known.moments.filter((one) => one !== moment);
  known.submissions = known.submissions.filter((one) => one !== moment.submission);
  note(known, `${moment.what}: ${why}`);
}

/** The text that a fill replaced, if it was read only after the fill was asked for. */
export function readMeanwhile(
  { reads }: Known,
  { isFill, sentAt }: Moment,
  field: FieldName,
  base: string | null | undefined,
): string[] {
  if (!isFill || typeof base !== 'string') return [];
  return reads.some(({ at, fields }) => at >= sentAt && fields[field] === base) ? [base] : [];
}

/** Whether this state of the draft, or a later one, must be on disk at the time `at`. */
export function mustBeKept({ by, ackAt }: Moment, at: number, stalls: readonly Stall[]): boolean {
  if (ackAt === null) return false;
  if (by === 'call') return ackAt <= at;
  // The main process cannot write while it is stopped.
  return ackAt + KEPT_WITHIN_MS + overlap(stalls, ackAt, at) <= at;
}

/** Records a normal exit, after which every keystroke must be on disk. */
export function closedNormally(known: Known): void {
  for (const moment of known.moments) moment.by = 'call';
  note(known, 'the app exited normally');
}

/** The state on disk that the record continues from. */
export interface Found {
  draft: { patch: Patch } | null;
  change: { patch: Patch } | null;
  profile: { fields: Profile | null } | null;
}

/** Records that the disk had state `index` of the draft. Earlier states are over; later states never happened. */
export function foundAt(known: Known, index: number, { draft, change, profile }: Found): void {
  const found = known.moments[index]!;
  for (const { submission } of known.moments.slice(0, index + 1)) {
    if (submission) settleSubmission(known, submission, now());
  }
  const never = new Set(known.moments.slice(index + 1).map(({ submission }) => submission));
  known.submissions = known.submissions.filter((one) => !never.has(one));
  const patch = draft?.patch ?? {};
  const seen: Seen = {};
  for (const field of touchedFields(patch)) {
    // For a restored version, only the app knows the base texts.
    const base = patch[field]?.base;
    const texts = found.seen[field] ?? (typeof base === 'string' ? [base] : []);
    seen[field] = [...texts, ...readMeanwhile(known, found, field, base)];
  }
  const ackAt = found.ackAt ?? now();
  if (found.ackAt === null) remember(known, found);
  known.moments = [
    {
      ...found,
      edits: textsOf(patch),
      seen,
      ackAt,
      by: 'call',
      submission: null,
      remembered: {},
      isFill: false,
    },
  ];
  known.offers = [];
  const fields = profile?.fields ?? null;
  const under = applyPatches(fields, change?.patch);
  known.saved = setsOf(applyPatches(fields));
  known.under = setsOf(applyPatches(fields), under);
  note(known, `on disk: ${found.what} ${JSON.stringify(textsOf(patch))}`);
}
