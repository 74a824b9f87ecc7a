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
  type Patch,
} from '../../shared/patch';
import { FIELD_NAMES, type FieldName, type Profile } from '../../shared/profile';
import {
  endSaves,
  moveTo,
  fieldsOwnedBy,
  revision,
  savedTexts,
  unchanged,
  textsOfCopy,
  type ChangeState,
  type EventOf,
  type SaveEnd,
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

/** The fields that Cloudflare stored differently: those that were written, so not those of held saves. */
export function fieldsStoredDifferently({ patch, attempted }: PendingState): FieldName[] {
  const written = touchedFields(patch).filter((field) => attempted[field] !== undefined);
  return written.length > 0 ? written : touchedFields(patch);
}

/**
 * The fields that were sent empty, but whose text Cloudflare kept. On some routes an empty text in a write leaves
 * the field unchanged. Only for a change that `differs`; otherwise none. Compares with the copy that the person
 * decides about, so a field that was emptied since is not among them.
 */
export function fieldsKeptInsteadOfEmptied(pending: PendingState): FieldName[] {
  const { status, patch, attempted, remote } = pending;
  if (status !== 'differs' || remote === null) return [];
  return touchedFields(patch).filter(
    (field) => patch[field]?.text === '' && attempted[field] === '' && remote[field] !== '',
  );
}

/** Whether a change `differs` for no other reason than that Cloudflare kept texts instead of emptying them. */
export function isOnlyKeptInsteadOfEmptied(pending: PendingState): boolean {
  const kept = fieldsKeptInsteadOfEmptied(pending);
  const differing = fieldsStoredDifferently(pending).filter(
    (field) => pending.remote?.[field] !== pending.patch[field]?.text,
  );
  return kept.length > 0 && differing.every((field) => kept.includes(field));
}

/**
 * Stores a copy as the saved one, and rebases draft and change onto it. A draft of a field is rebased if the new
 * text comes from a write of ours whose field is no longer in the patch. For any other text the draft keeps its base,
 * so that the next save asks the person.
 * @param sent the patch of the write, if this copy was read back after one
 */
function applyCopy(
  state: ChangeState,
  copy: RemoteCopy,
  sent: Patch = {},
): { state: ChangeState; found: FieldName[]; observed: RevisionText[] } {
  const { pending, abandoned } = state;
  const patch = pending?.patch ?? {};
  const remote = textsOfCopy(copy);
  const before = savedTexts(state);
  const isPending = (field: FieldName): boolean => patch[field] !== undefined;
  const isOfChange = (field: FieldName): boolean =>
    isPending(field) && [patch[field]?.text, pending?.attempted[field]].includes(remote[field]);
  const unexpected = FIELD_NAMES.filter(
    (field) => before && before[field] !== remote[field] && !isOfChange(field),
  );
  // If we just wrote a field that is still pending, a different text there is the result of our write.
  const found = unexpected.filter((field) => !sent[field] || !isPending(field));
  const isWrittenByUs = (field: FieldName): boolean =>
    remote[field] === pending?.attempted[field] ||
    (!isPending(field) && remote[field] === abandoned[field]);
  const writtenByUs = FIELD_NAMES.filter(isWrittenByUs);
  // A text that arrived by another way is the base of a change that keeps waiting: if the old text returns, the person decides.
  const arrived = FIELD_NAMES.filter((field) => patch[field]?.text === remote[field]);
  const next: ChangeState = {
    ...state,
    saved: copy,
    draft: rebase(
      state.draft,
      writtenByUs.filter((field) => !isPending(field)),
      remote,
    ),
    abandoned: {},
    pending: pending && {
      ...pending,
      patch: rebase(patch, [...writtenByUs, ...arrived], remote),
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
): { state: ChangeState; ends: SaveEnd[] } {
  const patch = omit(pending.patch, fields);
  const attempted = omit(pending.attempted, fields);
  return {
    state: { ...state, pending: isEmpty(patch) ? null : { ...pending, patch, attempted } },
    ends: endSaves(pending.patch, 'done', [...fields]),
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
    const { state: confirmed, ends } = confirmFields(state, pending, fields);
    const revisions = copy === 'none' ? observed : revision('saved', remote);
    return moveTo(confirmed, { found, revisions, ends, stop: 'confirmed' });
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
): { state: ChangeState; ends: SaveEnd[] } {
  const rebased: PendingState = {
    ...pending,
    patch: rebase(pending.patch, arrived, remote),
    attempted: omit(pending.attempted, arrived),
  };
  const equal = arrived.filter((field) => rebased.patch[field]?.text === remote[field]);
  return confirmFields({ ...state, pending: rebased }, rebased, equal);
}

/**
 * Shows this copy to the person, who decides about a change that conflicts or was stored differently. What was stored
 * differently is based on it: sending it again replaces this very text, and asks about any other, earlier ones included.
 */
function showCopy(pending: PendingState, remote: Profile): PendingState {
  if (pending.status === 'conflict') return { ...pending, remote };
  if (pending.status !== 'differs') return pending;
  return {
    ...pending,
    patch: rebase(pending.patch, fieldsStoredDifferently(pending), remote),
    remote,
  };
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
  const { state, found, observed } = applyCopy(before, copy, sent.patch);
  const { pending } = state;
  // Also if Cloudflare kept another field as it was: without the copy, nothing tells what this one was before.
  const isNewCopy = arrived.length > 0 && observed.length === 0 && copy !== 'none';
  const revisions = isConfirmed || isNewCopy ? revision('saved', remote) : observed;
  const done = endSaves(sent.patch, 'done', arrived);
  if (pending === null) return moveTo(state, { found, revisions, ends: done, stop: 'moved-on' });
  if (pending.version !== sent.version) {
    const newer = rebaseNewerChange(state, pending, arrived, remote);
    const isUnreported = ({ save, field }: SaveEnd) =>
      !done.some((end) => end.save === save && end.field === field);
    const ends = [...done, ...newer.ends.filter(isUnreported)];
    return moveTo(newer.state, { found, revisions, ends, stop: 'moved-on' });
  }
  const { state: confirmed, ends } = confirmFields(state, pending, arrived);
  const remaining = confirmed.pending;
  if (isConfirmed || remaining === null) {
    return moveTo(confirmed, { found, revisions, ends, stop: 'confirmed' });
  }
  return moveTo(
    { ...confirmed, pending: showCopy({ ...remaining, status: 'differs' }, remote) },
    { found, revisions, ends, stop: 'differs' },
  );
}

/** A read that is not part of a send. May confirm the pending change. */
export function observe(before: ChangeState, { copy }: EventOf<'observe'>): Transition {
  if (isGone(before, copy)) return profileGone(before);
  const { state, found, observed } = applyCopy(before, copy);
  const { pending } = state;
  const remote = textsOfCopy(copy);
  if (pending === null) return moveTo(state, { found, revisions: observed });
  const fields = touchedFields(pending.patch);
  if (fields.every((field) => remote[field] === pending.patch[field]?.text)) {
    const { state: confirmed, ends } = confirmFields(state, pending, fields);
    const revisions = copy === 'none' ? observed : revision('saved', remote);
    return moveTo(confirmed, { found, revisions, ends, stop: 'confirmed' });
  }
  return moveTo({ ...state, pending: showCopy(pending, remote) }, { found, revisions: observed });
}
