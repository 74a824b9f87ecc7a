/**
 * The invariants of the change machine that can be checked on a single transition. Those that need
 * to know what happened earlier (which texts the person saw, which fields a stranger wrote) use
 * memory.ts.
 */
import {
  conflictingFields,
  savedTexts,
  textsUnderDraft,
  type ChangeEvent,
  type ChangeState,
  type PendingState,
  type Transition,
} from '../../src/main/changes/machine';
import { sameState } from '../../src/main/changes/state';
import { pick, textsOf, touchedFields, type FieldEdit, type Patch } from '../../src/shared/patch';
import { EMPTY_PROFILE, FIELD_NAMES, type FieldName, type Profile } from '../../src/shared/profile';

/** The invariants. Tests and reports refer to them by number, which is the index here. */
export const INVARIANTS = [
  'The result is well formed',
  'The text saved last is pending, at Cloudflare or in the history',
  'Typed text stays on screen',
  'A write changes only fields of the patch whose save is not paused',
  "A write never overwrites someone else's text that the person did not see",
  'No conflict unless someone else wrote the field',
  'An earlier text of ours never stays at Cloudflare',
  'Left alone, every change ends',
  'A decision about another copy changes nothing',
  "A save touches only its own fields, and a decision is the person's",
  'What the person does has its effect',
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

/** The part of the draft that an event submits. */
export function submittedDraft({ draft }: ChangeState, event: ChangeEvent): Patch {
  return event.type === 'submit' ? pick(draft, event.fields ?? FIELD_NAMES) : {};
}

/** Events that discard or replace a saved text, which then goes to the history. */
const DISCARDING_EVENTS = new Set<ChangeEvent['type']>([
  'submit',
  'cancelSave',
  'withdraw',
  'discardPending',
  'resolve',
  'accept',
]);

/** Checks one invariant on a transition. Returns how it is violated, or null. */
type Check = (step: Step) => string | null;

function savedTextIsKept({ before, event, result }: Step): string | null {
  const after = result.state.pending?.patch ?? {};
  const copy = copyIn(event);
  const submitted = submittedDraft(before, event);
  const isKept = (field: FieldName, patch: Patch): boolean => {
    const text = patch[field]?.text;
    if (after[field]?.text === text || copy?.[field] === text) return true;
    if (!DISCARDING_EVENTS.has(event.type)) return false;
    const isWithdrawn = event.type === 'cancelSave' || event.type === 'withdraw';
    if (isWithdrawn && result.state.draft[field]?.text === text) return true;
    const isInHistory = result.revisions.some(
      ({ kind, texts }) => (kind === 'discarded' || kind === 'replaced') && texts[field] === text,
    );
    // Cloudflare already has the saved text: nothing is left to send.
    return isInHistory || (patch === submitted && savedTexts(before)?.[field] === text);
  };
  for (const patch of [before.pending?.patch ?? {}, submitted]) {
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
        if (event.fields && !event.fields.includes(field)) return true;
        return event.remember === true && !inHistory(field);
      case 'edit':
        if (event.field !== field) return true;
        return (event.batch !== undefined || event.remember === true) && !inHistory(field);
      case 'restore':
        if (event.keepOthers && event.texts[field] === undefined) return true;
        return !event.replace || !inHistory(field);
      case 'submit':
        if (!submittedDraft(before, event)[field]) return true;
        return after.pending?.patch[field] !== undefined;
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
    held.includes(pending?.patch[field]?.save ?? ''),
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

type EditPart = 'base' | 'text' | 'save';

const sameEdit = (one: Patch, other: Patch, field: FieldName, parts: EditPart[]) =>
  (one[field] === undefined) === (other[field] === undefined) &&
  parts.every((part) => one[field]?.[part] === other[field]?.[part]);

/** The fields that an event turns into drafts again: nothing while a write or a decision is under way. */
function withdrawnFields({ pending }: ChangeState, event: ChangeEvent): FieldName[] {
  if (event.type !== 'cancelSave' && event.type !== 'withdraw') return [];
  if (event.writing || pending?.status !== 'queued') return [];
  const { patch } = pending;
  return touchedFields(patch).filter((field) =>
    event.type === 'withdraw' ? event.fields.includes(field) : patch[field]?.save === event.save,
  );
}

/**
 * What is withdrawn is a draft again, from where it started or from what arrived of it. In the history is what cannot
 * stand as one, and nothing else.
 */
function withdrawalViolation({ before, event, result }: Step): string | null {
  const fields = withdrawnFields(before, event);
  const { state, revisions } = result;
  if (fields.length === 0) return state === before ? null : 'nothing can be withdrawn';
  const { patch, attempted } = before.pending as PendingState;
  for (const field of fields) {
    const { base, text } = patch[field] as FieldEdit;
    const draft = state.draft[field];
    const isDraft = before.draft[field] === undefined && textsUnderDraft(state)[field] !== text;
    const isInHistory = revisions.some(
      ({ kind, texts }) => kind === 'discarded' && texts[field] === text,
    );
    if (state.pending?.patch[field]) return `${field} is still pending`;
    if (isInHistory === isDraft) return `the history is wrong about ${field}`;
    if (isDraft && draft?.text !== text) return `the text of ${field} is no draft`;
    if (isDraft && draft?.save !== undefined) return `the draft of ${field} belongs to a save`;
    const sent = attempted[field];
    if (sent !== state.abandoned[field]) return `what was sent of ${field} is forgotten`;
    const hasArrived = sent !== undefined && savedTexts(before)?.[field] === sent;
    if (draft && draft.base !== (hasArrived ? sent : base)) return `${field} starts elsewhere`;
  }
  return null;
}

/** Each submitted field belongs to the save, or to the person. Others stay as they are, also as drafts. */
function submissionViolation({ before, event, result }: Step): string | null {
  if (event.type !== 'submit') return null;
  const patch = before.pending?.patch ?? {};
  const left = result.state.pending?.patch ?? {};
  const submitted = submittedDraft(before, event);
  for (const field of FIELD_NAMES) {
    if (!submitted[field]) {
      if (!sameEdit(patch, left, field, ['base', 'text'])) return `${field} was not submitted`;
      if (!sameEdit(before.draft, result.state.draft, field, ['base', 'text']))
        return `the draft of ${field} was not submitted`;
    } else if (left[field] && left[field].save !== event.save) return `${field} has another owner`;
  }
  return null;
}

function savesKeepToTheirFields(step: Step): string | null {
  const { before, event, result } = step;
  const after = result.state;
  const patch = before.pending?.patch ?? {};
  const left = after.pending?.patch ?? {};
  const held = heldFields(before, event);
  const firstChanged = (parts: EditPart[], fields: readonly FieldName[]) =>
    fields.find((field) => !sameEdit(patch, left, field, parts));
  const others = (own: readonly FieldName[]) => FIELD_NAMES.filter((field) => !own.includes(field));
  let touched: FieldName | undefined;
  if (event.type === 'cancelSave' || event.type === 'withdraw') {
    touched = firstChanged(['base', 'text', 'save'], others(withdrawnFields(before, event)));
    const why = withdrawalViolation(step);
    if (why) return why;
  }
  if (event.type === 'releaseSave') {
    const own = touchedFields(patch).filter(
      (field) => patch[field]?.save === event.save && event.fields?.includes(field) !== false,
    );
    touched =
      firstChanged(['base', 'text', 'save'], others(own)) ?? firstChanged(['base', 'text'], own);
    if (own.some((field) => left[field]?.save !== undefined)) return 'a field is not released';
  }
  if (event.type === 'read') touched = firstChanged(['text', 'save'], held);
  if (touched) return `${touched} was touched`;
  const why = submissionViolation(step);
  if (why) return why;
  const waited = before.pending && before.pending.status !== 'queued';
  // Accepting ends what was written. Fields of a paused save that were not written are still sent later.
  const leavesUnwritten =
    event.type === 'accept' &&
    touchedFields(after.pending?.patch ?? {}).every(
      (field) => before.pending?.attempted[field] === undefined,
    );
  const decides =
    ['submit', 'resolve'].includes(event.type) ||
    (event.type === 'retry' && event.save === undefined) ||
    leavesUnwritten;
  const isSent = result.put !== null || after.pending?.status === 'queued';
  if (event.type === 'retry' && event.save !== undefined)
    return repeatViolation(before, after, event.save);
  return waited && isSent && !decides ? 'a change that waits for the person is sent' : null;
}

/** A save retries only a change that was refused and belongs to it alone, and alters nothing in it. */
function repeatViolation(before: ChangeState, after: ChangeState, save: string): string | null {
  if (after === before) return null;
  const patch = before.pending?.patch ?? {};
  const left = after.pending?.patch ?? {};
  if (before.pending?.status !== 'refused') return 'a save sends what the person has to decide';
  if (touchedFields(patch).some((field) => patch[field]?.save !== save))
    return 'a save sends the fields of others';
  const changed = FIELD_NAMES.find(
    (field) => !sameEdit(patch, left, field, ['base', 'text', 'save']),
  );
  return changed ? `repeating ${save} changes ${changed}` : null;
}

/** Each field that a save loses is reported exactly once; one that it keeps, only if submitted again. */
function saveEndsAreReported({ before, event, result }: Step): string | null {
  const patch = before.pending?.patch ?? {};
  const left = result.state.pending?.patch ?? {};
  for (const field of touchedFields(patch)) {
    const save = patch[field]?.save;
    if (save === undefined) continue;
    const ends = result.ends.filter((end) => end.save === save && end.field === field).length;
    if (left[field]?.save !== save && ends !== 1) return `${save} is not notified of ${field}`;
    if (left[field]?.save === save && ends !== 0) return `${save} has not lost ${field}`;
  }
  if (event.type !== 'submit' || event.save === undefined) return null;
  const { save } = event;
  const unreported = touchedFields(submittedDraft(before, event)).find((field) => {
    const isDone = result.ends.some(
      (end) => end.save === save && end.field === field && end.end === 'done',
    );
    return isDone === (left[field]?.save === save);
  });
  return unreported ? `${save} is not notified of ${unreported}` : null;
}

/**
 * Who changed a field since the copy before: `ours`, or `found`, as a transition
 * calls it. Null: it did not change, or it is how Cloudflare stored what we just wrote.
 */
function authorOf({ before, event }: Step, field: FieldName): 'ours' | 'found' | null {
  const saved = savedTexts(before);
  const copy = copyIn(event);
  if (!saved || !copy || saved[field] === copy[field]) return null;
  // The profile is gone: what was saved stays.
  if ('copy' in event && event.copy === 'none') return null;
  const text = copy[field];
  const edit = before.pending?.patch[field];
  if (edit && [edit.text, before.pending?.attempted[field]].includes(text)) return 'ours';
  return event.type === 'readBack' && event.sent.patch[field] && edit ? null : 'found';
}

/** A change at Cloudflare is reported as what it is, and the history has the copy with it. */
function newsAreRight(step: Step): string | null {
  const { event, result } = step;
  const { found, revisions } = result;
  for (const field of FIELD_NAMES) {
    if (found.includes(field) !== (authorOf(step, field) === 'found'))
      return `wrong news of ${field}`;
  }
  if (found.length === 0 || !('copy' in event)) return null;
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
  const sentOnly = touchedFields(pending?.attempted ?? {}).find((field) => !pending?.patch[field]);
  if (sentOnly) return `${sentOnly} was sent, but is not in the patch`;
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
  const isSubmitted = touchedFields(submittedDraft(before, event)).length > 0;
  if (isSubmitted && pending && !isNew) return 'a submission without a version';
  const step = { before, event, result };
  return saveEndsAreReported(step) ?? newsAreRight(step);
}

/** Whether a decision is about the version and the copy that are shown. */
const isAboutShown = (pending: PendingState, event: { version: number; remote: Profile | null }) =>
  event.version === pending.version &&
  FIELD_NAMES.every((field) => event.remote?.[field] === pending.remote?.[field]);

/** Whether something must happen: there is what the event is about, and it is what the page shows. */
function mustAct({ draft, pending }: ChangeState, event: ChangeEvent): boolean {
  switch (event.type) {
    case 'submit':
    case 'discardDraft':
      return touchedFields(draft).some((field) => event.fields?.includes(field) !== false);
    case 'discardPending':
      return pending !== null;
    case 'refuse':
      return pending?.status === 'queued' && event.version === pending.version;
    case 'resolve':
      return (
        pending?.status === 'conflict' &&
        isAboutShown(pending, event) &&
        conflictingFields(pending).every((field) => event.choices[field])
      );
    case 'accept':
      return pending?.status === 'differs' && isAboutShown(pending, event);
    case 'retry':
      return (
        (pending?.status === 'refused' || pending?.status === 'differs') &&
        event.save === undefined &&
        isAboutShown(pending, event)
      );
    default:
      return false;
  }
}

/** An act is not ignored, and a change that it decides about is sent or gone; one that is refused waits. */
function actHasEffect({ before, event, result: { state } }: Step): string | null {
  if (!mustAct(before, event)) return null;
  if (state === before) return 'nothing happens';
  if (event.type === 'discardDraft') return null;
  const expected = event.type === 'refuse' ? 'refused' : 'queued';
  return (state.pending?.status ?? expected) === expected
    ? null
    : 'the change waits for another act';
}

const CHECKS: [number, Check][] = [
  [1, savedTextIsKept],
  [2, typedTextStays],
  [3, writesOnlyThePatch],
  [9, savesKeepToTheirFields],
  [10, actHasEffect],
  [0, resultIsWellFormed],
];

/** The first invariant that one transition violates, or null. */
export function violationOf(step: Step): Violation | null {
  for (const [invariant, check] of CHECKS) {
    const why = check(step);
    if (why) return { invariant, why };
  }
  return null;
}

/** Fields of the pending change that would be sent now. `held`: the ids of paused saves. */
export function sendable(state: ChangeState, held: readonly string[]): FieldName[] {
  const { pending } = state;
  if (pending?.status !== 'queued') return [];
  return touchedFields(textsOf(pending.patch)).filter(
    (field) => !held.includes(pending.patch[field]?.save ?? ''),
  );
}
