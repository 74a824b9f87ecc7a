/**
 * The invariants of the change machine that can be checked on a single transition. Those that need
 * to know what happened earlier (which texts the person saw, which fields a stranger wrote) use
 * memory.ts.
 */
import {
  savedTexts,
  textsUnderDraft,
  type ChangeEvent,
  type ChangeState,
  type Transition,
} from '../../src/main/changes/machine';
import { sameState } from '../../src/main/changes/state';
import { textsOf, touchedFields, type Patch } from '../../src/shared/patch';
import { EMPTY_PROFILE, FIELD_NAMES, type FieldName, type Profile } from '../../src/shared/profile';

/** The invariants. Tests and reports refer to them by number, which is the index here. */
export const INVARIANTS = [
  'The result is well formed',
  'The text saved last is pending, at Cloudflare or in the history',
  'Typed text stays on screen',
  'A write changes only fields of the patch whose job is not paused',
  "A write never overwrites someone else's text that the person did not see",
  'No conflict unless someone else wrote the field',
  'An earlier text of ours never stays at Cloudflare',
  'Left alone, every change ends',
  'A decision about another copy changes nothing',
  "A job touches only its own fields, and a decision is the person's",
] as const;

/** An invariant that does not hold. */
export interface Violation {
  invariant: number;
  why: string;
}

/** One transition of the machine. */
export interface Step {
  before: ChangeState;
  event: ChangeEvent;
  result: Transition;
}

function copyIn(event: ChangeEvent): Profile | null {
  if (event.type !== 'read' && event.type !== 'readBack' && event.type !== 'observe') return null;
  return event.copy === 'none' ? EMPTY_PROFILE : event.copy;
}

/** Events that discard or replace a saved text, which then goes to the history. */
const DISCARDING_EVENTS = new Set<ChangeEvent['type']>([
  'submit',
  'submitJob',
  'cancelJob',
  'discardPending',
  'resolve',
  'accept',
]);

/** Checks one invariant on a transition. Returns how it is violated, or null. */
type Check = (step: Step) => string | null;

function savedTextIsKept({ before, event, result }: Step): string | null {
  const after = result.state.pending?.patch ?? {};
  const copy = copyIn(event);
  const saves = event.type === 'submit' ? before.draft : {};
  const isKept = (field: FieldName, patch: Patch): boolean => {
    const text = patch[field]?.text;
    if (after[field]?.text === text || copy?.[field] === text) return true;
    if (!DISCARDING_EVENTS.has(event.type)) return false;
    const isInHistory = result.revisions.some(
      ({ kind, texts }) => (kind === 'discarded' || kind === 'replaced') && texts[field] === text,
    );
    // Cloudflare already has the saved text: nothing is left to send.
    return isInHistory || (patch === saves && savedTexts(before)?.[field] === text);
  };
  for (const patch of [before.pending?.patch ?? {}, saves]) {
    const lost = touchedFields(patch).find((field) => !isKept(field, patch));
    if (lost) return `the saved text of ${lost} is gone`;
  }
  return null;
}

function typedTextStays({ before, event, result }: Step): string | null {
  const after = result.state;
  const inHistory = (field: FieldName): boolean =>
    result.revisions.some(({ texts }) => texts[field] === before.draft[field]?.text);
  const lost = touchedFields(before.draft).find((field) => {
    const text = before.draft[field]?.text;
    if (after.draft[field]?.text === text || textsUnderDraft(after)[field] === text) return false;
    switch (event.type) {
      case 'discardDraft':
        return false;
      case 'edit':
        return event.field !== field;
      case 'restore':
        if (event.keepOthers && event.texts[field] === undefined) return true;
        return !event.replace || !inHistory(field);
      case 'submit':
        return after.pending?.patch[field] !== undefined;
      case 'submitJob':
        return event.edits[field]?.draftSeen !== text || !inHistory(field);
      default:
        return true;
    }
  });
  if (lost) return `the typed text of ${lost} is gone`;
  if (event.type !== 'edit') return null;
  const shown = after.draft[event.field]?.text ?? textsUnderDraft(after)[event.field];
  return shown === event.text ? null : `the screen does not show what was typed`;
}

function heldFields({ pending }: ChangeState, event: ChangeEvent): FieldName[] {
  const decidesWrite = event.type === 'read' && pending?.status === 'queued';
  const held = decidesWrite ? (event.held ?? []) : [];
  return touchedFields(pending?.patch ?? {}).filter((field) =>
    held.includes(pending?.patch[field]?.job ?? ''),
  );
}

function writesOnlyThePatch({ before, event, result }: Step): string | null {
  const copy = copyIn(event);
  const { put, sent } = result;
  if (!put || !copy) return put || sent ? 'a write without a read' : null;
  const held = heldFields(before, event);
  for (const field of FIELD_NAMES) {
    const edit = before.pending?.patch[field];
    const isWritten = edit !== undefined && !held.includes(field);
    if (put[field] !== (isWritten ? edit.text : copy[field])) return `the write changes ${field}`;
    if ((sent?.patch[field] !== undefined) !== isWritten)
      return `what was sent is wrong about ${field}`;
  }
  return sent?.version === before.pending?.version ? null : 'the write has another version';
}

type EditPart = 'base' | 'text' | 'job';

const sameEdit = (one: Patch, other: Patch, field: FieldName, parts: EditPart[]) =>
  (one[field] === undefined) === (other[field] === undefined) &&
  parts.every((part) => one[field]?.[part] === other[field]?.[part]);

function jobsKeepToTheirFields({ before, event, result }: Step): string | null {
  const after = result.state;
  const patch = before.pending?.patch ?? {};
  const left = after.pending?.patch ?? {};
  const owned = (job: string) => touchedFields(patch).filter((field) => patch[field]?.job === job);
  const held = heldFields(before, event);
  const firstChanged = (parts: EditPart[], fields: readonly FieldName[]) =>
    fields.find((field) => !sameEdit(patch, left, field, parts));
  let touched: FieldName | undefined;
  if (event.type === 'cancelJob' || event.type === 'releaseJob') {
    const own = owned(event.job);
    touched = firstChanged(
      ['base', 'text', 'job'],
      FIELD_NAMES.filter((field) => !own.includes(field)),
    );
    if (event.type === 'releaseJob') touched ??= firstChanged(['base', 'text'], own);
    if (event.type === 'cancelJob' && event.writing && after !== before) return 'it was writing';
  }
  if (event.type === 'submitJob') {
    touched = firstChanged(
      ['base', 'text', 'job'],
      FIELD_NAMES.filter((field) => event.edits[field] === undefined),
    );
    if (result.skipped && after !== before) return 'a skipped job left a trace';
  }
  if (event.type === 'read') touched = firstChanged(['text', 'job'], held);
  if (touched) return `${touched} was touched`;
  const waited = before.pending && before.pending.status !== 'queued';
  // Accepting ends what was written. Fields of a paused job that were not written are still sent later.
  const leavesUnwritten =
    event.type === 'accept' &&
    touchedFields(after.pending?.patch ?? {}).every(
      (field) => before.pending?.attempted[field] === undefined,
    );
  const decides =
    ['submit', 'resolve'].includes(event.type) ||
    (event.type === 'retry' && event.job === undefined) ||
    leavesUnwritten;
  const isSent = result.put !== null || after.pending?.status === 'queued';
  if (event.type === 'retry' && event.job !== undefined)
    return repeatViolation(before, after, event.job);
  return waited && isSent && !decides ? 'a change that waits for the person is sent' : null;
}

/** A job retries only a change that was refused and belongs to it alone, and alters nothing in it. */
function repeatViolation(before: ChangeState, after: ChangeState, job: string): string | null {
  if (after === before) return null;
  const patch = before.pending?.patch ?? {};
  const left = after.pending?.patch ?? {};
  if (before.pending?.status !== 'refused') return 'a job sends what the person has to decide';
  if (touchedFields(patch).some((field) => patch[field]?.job !== job))
    return 'a job sends the fields of others';
  const changed = FIELD_NAMES.find(
    (field) => !sameEdit(patch, left, field, ['base', 'text', 'job']),
  );
  return changed ? `repeating ${job} changes ${changed}` : null;
}

/** Each field that a job loses is reported exactly once; one that it keeps, only if submitted again. */
function jobEndsAreReported({ before, event, result }: Step): string | null {
  const patch = before.pending?.patch ?? {};
  const left = result.state.pending?.patch ?? {};
  for (const field of touchedFields(patch)) {
    const job = patch[field]?.job;
    if (job === undefined) continue;
    const ends = result.jobs.filter((end) => end.job === job && end.field === field).length;
    const isRepeated = event.type === 'submitJob' && event.job === job;
    if (left[field]?.job !== job && ends !== 1) return `${job} is not notified of ${field}`;
    if (left[field]?.job === job && ends !== 0 && !isRepeated)
      return `${job} has not lost ${field}`;
  }
  return null;
}

/**
 * Who changed a field since the copy before: `ours` through this entry, a `sibling`, or `found`, as a transition
 * calls it. Null: it did not change, or it is how Cloudflare stored what we just wrote.
 */
function authorOf({ before, event }: Step, field: FieldName): 'ours' | 'sibling' | 'found' | null {
  const saved = savedTexts(before);
  const copy = copyIn(event);
  if (!saved || !copy || saved[field] === copy[field]) return null;
  // The profile is gone: what was saved stays.
  if ('copy' in event && event.copy === 'none') return null;
  const text = copy[field];
  const edit = before.pending?.patch[field];
  if (edit && [edit.text, before.pending?.attempted[field]].includes(text)) return 'ours';
  const siblings = ('siblings' in event && event.siblings) || [];
  if (siblings.some((texts) => texts[field] === text)) return 'sibling';
  return event.type === 'readBack' && event.sent.patch[field] && edit ? null : 'found';
}

/** A change at Cloudflare is reported as what it is, and the history has the copy with it. */
function newsAreRight(step: Step): string | null {
  const { event, result } = step;
  const { found, bySibling, revisions } = result;
  for (const field of FIELD_NAMES) {
    const author = authorOf(step, field);
    if (found.includes(field) !== (author === 'found')) return `wrong news of ${field}`;
    if (bySibling.includes(field) !== (author === 'sibling'))
      return `wrong news of ${field} by another entry`;
  }
  if (found.length + bySibling.length === 0 || !('copy' in event)) return null;
  const hasCopy = revisions.some(
    ({ kind, texts }) =>
      (kind === 'observed' || kind === 'saved') &&
      FIELD_NAMES.every((field) => texts[field] === copyIn(event)?.[field]),
  );
  return hasCopy ? null : 'the history lacks a change at Cloudflare';
}

function resultIsWellFormed({ before, event, result }: Step): string | null {
  const { state, put, sent } = result;
  const { pending } = state;
  if (pending && touchedFields(pending.patch).length === 0) return 'an empty patch is pending';
  const isShown = pending?.status === 'conflict' || pending?.status === 'differs';
  if (pending && isShown !== (pending.remote !== null))
    return 'a copy to decide about is missing or unexpected';
  if ((put === null) !== (sent === undefined)) return 'a write without its content';
  if (state.version < before.version) return 'versions decrease';
  const under = textsUnderDraft(state);
  const equal = touchedFields(state.draft).find(
    (field) => state.draft[field]?.text === under[field],
  );
  if (equal) return `the draft of ${equal} equals its base`;
  const isNew = pending !== null && pending.version !== before.pending?.version;
  if (isNew && (pending.version !== state.version || pending.version <= before.version)) {
    return 'a version is used twice';
  }
  if (state !== before && sameState(state, before)) return 'an equal state is a new object';
  const isSubmitted = event.type === 'submit' && touchedFields(before.draft).length > 0;
  if (isSubmitted && pending && !isNew) return 'a submission without a version';
  const step = { before, event, result };
  return jobEndsAreReported(step) ?? newsAreRight(step);
}

/** The first invariant that one transition violates, or null. */
export function violationOf(step: Step): Violation | null {
  const checks: [number, Check][] = [
    [1, savedTextIsKept],
    [2, typedTextStays],
    [3, writesOnlyThePatch],
    [9, jobsKeepToTheirFields],
    [0, resultIsWellFormed],
  ];
  for (const [invariant, check] of checks) {
    const why = check(step);
    if (why) return { invariant, why };
  }
  return null;
}

/** Fields of the pending change that would be sent now. `held`: the ids of paused jobs. */
export function sendable(state: ChangeState, held: readonly string[]): FieldName[] {
  const { pending } = state;
  if (pending?.status !== 'queued') return [];
  return touchedFields(textsOf(pending.patch)).filter(
    (field) => !held.includes(pending.patch[field]?.job ?? ''),
  );
}
