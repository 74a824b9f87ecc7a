/**
 * Applies Cloudflare's copy to the state: read before a write, read back after a write, or observed for another
 * reason. A copy is never observed during a send, so each copy shows how all our earlier writes ended.
 */
import {
  isEmpty,
  applyPatches,
  omit,
  pick,
  rebase,
  textsOf,
  touchedFields,
} from '../../shared/patch';
import type { Patch } from '../../shared/patch';
import { FIELD_NAMES, type Edits, type FieldName, type Profile } from '../../shared/profile';
import {
  endJobs,
  moveTo,
  fieldsOwnedBy,
  revision,
  savedTexts,
  unchanged,
  textsOfCopy,
  type ChangeState,
  type EventOf,
  type JobEnd,
  type PendingState,
  type RemoteCopy,
  type RevisionText,
  type Transition,
} from './state';

/** Compares a pending field with Cloudflare's text: nothing to write, safe to write, or a conflict. */
function compareField(
  { patch, attempted }: PendingState,
  field: FieldName,
  remote: Profile,
): 'equal' | 'write' | 'conflict' {
  const edit = patch[field];
  if (edit === undefined || remote[field] === edit.text) return 'equal';
  return remote[field] === edit.base || remote[field] === attempted[field] ? 'write' : 'conflict';
}

/**
 * The fields that the person decides about in a conflict. If someone has restored the old text since, no field
 * conflicts any more, but the change still waits for a decision. Then these are all fields that differ.
 */
export function conflictingFields(pending: PendingState): FieldName[] {
  const { remote, patch } = pending;
  if (remote === null) return [];
  const hasVerdict = (verdict: 'write' | 'conflict') => (field: FieldName) =>
    compareField(pending, field, remote) === verdict;
  const fields = touchedFields(patch);
  const conflicting = fields.filter(hasVerdict('conflict'));
  return conflicting.length > 0 ? conflicting : fields.filter(hasVerdict('write'));
}

/** The fields that Cloudflare stored differently: those that were written, so not those of held jobs. */
export function fieldsStoredDifferently({ patch, attempted }: PendingState): FieldName[] {
  const written = touchedFields(patch).filter((field) => attempted[field] !== undefined);
  return written.length > 0 ? written : touchedFields(patch);
}

/** Where a copy comes from. */
interface Origin {
  /** Texts we wrote through other entries of the same record. */
  siblings?: readonly Edits[] | undefined;
  /** The patch of the write, if this copy was read back after one. */
  sent?: Patch;
}

/**
 * Stores a copy as the saved one, and rebases draft and change onto it. A draft of a field is rebased if the new
 * text comes from a write of ours whose field is no longer in the patch. For any other text the draft keeps its
 * base, so that the next save asks the person.
 */
function applyCopy(
  state: ChangeState,
  copy: RemoteCopy,
  { siblings = [], sent = {} }: Origin = {},
): { state: ChangeState; found: FieldName[]; observed: RevisionText[] } {
  const { pending, abandoned } = state;
  const patch = pending?.patch ?? {};
  const remote = textsOfCopy(copy);
  const before = savedTexts(state);
  const isFromSibling = (field: FieldName): boolean =>
    siblings.some((texts) => texts[field] === remote[field]);
  const arrived = FIELD_NAMES.filter(
    (field) =>
      patch[field] === undefined &&
      [abandoned[field], pending?.attempted[field]].includes(remote[field]),
  );
  const isOurs = (field: FieldName): boolean =>
    [patch[field]?.text, pending?.attempted[field]].includes(remote[field]) || isFromSibling(field);
  const changed = FIELD_NAMES.filter((field) => before && before[field] !== remote[field]);
  const unexpected = changed.filter((field) => arrived.includes(field) || !isOurs(field));
  // If we just wrote a field that is still pending, a different text there is the result of our write.
  const found = unexpected.filter((field) => !sent[field] || !patch[field]);
  const changedBySiblings = changed.filter(
    (field) => patch[field] === undefined && isFromSibling(field),
  );
  // If one of our writes arrived, the pending edit is rebased onto it.
  const writtenByUs = touchedFields(patch).filter(
    (field) => remote[field] === pending?.attempted[field] || isFromSibling(field),
  );
  const next: ChangeState = {
    ...state,
    saved: copy,
    draft: rebase(state.draft, [...arrived, ...changedBySiblings], remote),
    abandoned: {},
    pending: pending && {
      ...pending,
      patch: rebase(patch, writtenByUs, remote),
      attempted: pick(pending.attempted, touchedFields(patch)),
    },
  };
  const isNew = unexpected.length > 0 || (before === null && copy !== 'none');
  return { state: next, found, observed: isNew ? revision('observed', remote) : [] };
}

/** Cloudflare no longer has the profile that was saved: keeps the saved copy, refuses the change. */
export function profileGone(state: ChangeState): Transition {
  const { pending, abandoned } = state;
  const isRefused = pending === null || pending.status === 'refused';
  if (isRefused && isEmpty(abandoned)) return unchanged(state, { stop: 'gone' });
  const refused = pending && { ...pending, status: 'refused' as const, remote: null };
  return moveTo({ ...state, abandoned: {}, pending: refused }, { stop: 'gone' });
}

function isGone({ saved }: ChangeState, copy: RemoteCopy): boolean {
  return copy === 'none' && typeof saved === 'object';
}

/** Removes fields from the pending change because Cloudflare holds their text. */
function confirmFields(
  state: ChangeState,
  pending: PendingState,
  fields: readonly FieldName[],
): { state: ChangeState; jobs: JobEnd[] } {
  const patch = omit(pending.patch, fields);
  const attempted = omit(pending.attempted, fields);
  return {
    state: { ...state, pending: isEmpty(patch) ? null : { ...pending, patch, attempted } },
    jobs: endJobs(pending.patch, 'done', [...fields]),
  };
}

/** The read before a write. Returns what to write (`put`, `sent`), or why nothing is written (`stop`). */
export function readBeforeWrite(
  before: ChangeState,
  { copy, held = [] }: EventOf<'read'>,
): Transition {
  if (before.pending?.status !== 'queued') {
    return { ...observe(before, { type: 'observe', copy }), stop: 'moved-on' };
  }
  if (isGone(before, copy)) return profileGone(before);
  const { state, found, observed } = applyCopy(before, copy);
  const pending = state.pending as PendingState;
  const remote = textsOfCopy(copy);
  const heldFields = fieldsOwnedBy(pending.patch, held);
  const fields = touchedFields(pending.patch).filter((field) => !heldFields.includes(field));
  if (fields.length === 0) return moveTo(state, { found, revisions: observed, stop: 'held' });
  const verdicts = fields.map((field) => compareField(pending, field, remote));
  if (verdicts.includes('conflict')) {
    const conflict: PendingState = { ...pending, status: 'conflict', remote };
    return moveTo(
      { ...state, pending: conflict },
      { found, revisions: observed, stop: 'conflict' },
    );
  }
  if (!verdicts.includes('write')) {
    const confirmed = confirmFields(state, pending, fields);
    const revisions = copy === 'none' ? observed : revision('saved', remote);
    return moveTo(confirmed.state, { found, revisions, jobs: confirmed.jobs, stop: 'confirmed' });
  }
  const patch = pick(pending.patch, fields);
  const attempted = { ...pending.attempted, ...textsOf(patch) };
  return moveTo(
    { ...state, pending: { ...pending, attempted } },
    {
      found,
      revisions: observed,
      put: applyPatches(remote, patch),
      sent: { version: pending.version, patch },
    },
  );
}

/** Rebases a newer change onto an older write that arrived. Confirms fields that now have the desired text. */
function rebaseNewerChange(
  state: ChangeState,
  pending: PendingState,
  arrived: readonly FieldName[],
  remote: Profile,
): { state: ChangeState; jobs: JobEnd[] } {
  const rebased: PendingState = {
    ...pending,
    patch: rebase(pending.patch, arrived, remote),
    attempted: omit(pending.attempted, arrived),
  };
  const equal = arrived.filter((field) => rebased.patch[field]?.text === remote[field]);
  return confirmFields({ ...state, pending: rebased }, rebased, equal);
}

/** The read after an answered write. Confirms the fields that arrived; if any did not, the change `differs`. */
export function readAfterWrite(
  before: ChangeState,
  { sent, copy }: EventOf<'readBack'>,
): Transition {
  if (isGone(before, copy)) return profileGone(before);
  const remote = textsOfCopy(copy);
  const fields = touchedFields(sent.patch);
  const arrived = fields.filter((field) => remote[field] === sent.patch[field]?.text);
  const isConfirmed = arrived.length === fields.length && copy !== 'none';
  const { state, found, observed } = applyCopy(before, copy, { sent: sent.patch });
  const { pending } = state;
  const revisions = isConfirmed ? revision('saved', remote) : observed;
  const done = endJobs(sent.patch, 'done', arrived);
  if (pending === null) return moveTo(state, { found, revisions, jobs: done, stop: 'moved-on' });
  if (pending.version !== sent.version) {
    const newer = rebaseNewerChange(state, pending, arrived, remote);
    const isUnreported = ({ job, field }: JobEnd) =>
      !done.some((end) => end.job === job && end.field === field);
    const jobs = [...done, ...newer.jobs.filter(isUnreported)];
    return moveTo(newer.state, { found, revisions, jobs, stop: 'moved-on' });
  }
  const confirmed = confirmFields(state, pending, arrived);
  const remaining = confirmed.state.pending;
  if (isConfirmed || remaining === null) {
    return moveTo(confirmed.state, { found, revisions, jobs: confirmed.jobs, stop: 'confirmed' });
  }
  // Rebase onto what is stored now: if someone else writes after this, sending again must ask.
  const patch = rebase(remaining.patch, fields, remote);
  const differs: PendingState = { ...remaining, patch, status: 'differs', remote };
  return moveTo(
    { ...confirmed.state, pending: differs },
    { found, revisions, jobs: confirmed.jobs, stop: 'differs' },
  );
}

/** A read that is not part of a send. May confirm the pending change. */
export function observe(before: ChangeState, { copy, siblings }: EventOf<'observe'>): Transition {
  if (isGone(before, copy)) return profileGone(before);
  const { state, found, observed } = applyCopy(before, copy, { siblings });
  const { pending } = state;
  const remote = textsOfCopy(copy);
  if (pending === null) return moveTo(state, { found, revisions: observed });
  const fields = touchedFields(pending.patch);
  if (fields.every((field) => remote[field] === pending.patch[field]?.text)) {
    const { state: confirmed, jobs } = confirmFields(state, pending, fields);
    const revisions = copy === 'none' ? observed : revision('saved', remote);
    return moveTo(confirmed, { found, revisions, jobs, stop: 'confirmed' });
  }
  // The person must decide about the newest copy.
  const needsDecision = pending.status === 'conflict' || pending.status === 'differs';
  const updated = needsDecision ? { ...pending, remote } : pending;
  return moveTo({ ...state, pending: updated }, { found, revisions: observed });
}
