/** Adds edits to the pending change, withdraws them without sending, and releases fields from saves. */
import {
  isEmpty,
  omit,
  pick,
  rebase,
  textsOf,
  touchedFields,
  type FieldEdit,
  type Patch,
} from '../../shared/patch';
import { FIELD_NAMES, type Edits, type FieldName, type Profile } from '../../shared/profile';
import { conflictingFields, fieldsStoredDifferently } from './remote-copy';
import {
  endSaves,
  moveTo,
  fieldsOwnedBy,
  ownedByPerson,
  revision,
  savedTexts,
  unchanged,
  type ChangeState,
  type EventOf,
  type PendingState,
  type Transition,
} from './state';

/**
 * Whether a field can leave the patch because its text is back at its base: there is nothing to write, and
 * no earlier write of ours can still arrive.
 */
function isBackAtBase(state: ChangeState, { patch, attempted }: PendingState, field: FieldName) {
  const { base, text } = patch[field] ?? {};
  const saved = savedTexts(state)?.[field];
  return text === base && text === saved && attempted[field] === undefined;
}

/**
 * Merges fields into the pending patch under a new version. If a field was already pending, it keeps its base.
 * Its old text goes to the history, and if a save owned it, it ends there as `replaced`. So does a field that
 * was stored differently: its page shows both texts, so saving there decides for ours.
 */
function mergeIntoPending(state: ChangeState, added: Patch): Transition {
  const before = state.pending;
  const fields = touchedFields(added);
  const decided = before?.status === 'differs' ? fieldsStoredDifferently(before) : [];
  const patch = ownedByPerson(before?.patch ?? {}, decided);
  for (const field of fields) {
    const under = before?.patch[field];
    const { base, text, save } = added[field] ?? { base: null, text: '' };
    patch[field] = {
      base: under ? under.base : base,
      text,
      ...(save === undefined ? {} : { save }),
    };
  }
  const replaced = fields.filter((field) => {
    const under = before?.patch[field];
    return under !== undefined && under.text !== added[field]?.text;
  });
  const ownerChanged = touchedFields(patch).filter(
    (field) => before?.patch[field]?.save !== patch[field]?.save,
  );
  const version = state.version + 1;
  const attempted = { ...pick(state.abandoned, fields), ...before?.attempted };
  const pending: PendingState = { version, patch, attempted, status: 'queued', remote: null };
  // A conflicting field stays in the patch, so that the next read finds the conflict again.
  const conflicting = before?.status === 'conflict' ? conflictingFields(before) : [];
  const reverted = fields.filter(
    (field) => !conflicting.includes(field) && isBackAtBase(state, pending, field),
  );
  const remaining = omit(patch, reverted);
  return moveTo(
    {
      ...state,
      version,
      draft: omit(state.draft, fields),
      pending: isEmpty(remaining) ? null : { ...pending, patch: remaining },
      abandoned: omit(state.abandoned, fields),
    },
    {
      revisions: revision('replaced', textsOf(pick(before?.patch ?? {}, replaced))),
      ends: [
        ...endSaves(before?.patch ?? {}, 'replaced', ownerChanged),
        ...endSaves(patch, 'done', reverted),
      ],
    },
  );
}

/** Submits the draft, or these fields of it, as a part of `save` if it is given. Does nothing without such a draft. */
export function submit(
  state: ChangeState,
  { save, fields = FIELD_NAMES }: Omit<EventOf<'submit'>, 'type'>,
): Transition {
  const submitted = pick(state.draft, fields);
  if (isEmpty(submitted)) return unchanged(state);
  const added: Patch = {};
  for (const field of touchedFields(submitted)) {
    const { base, text } = submitted[field] as FieldEdit;
    added[field] = { base, text, ...(save === undefined ? {} : { save }) };
  }
  return mergeIntoPending(state, added);
}

/**
 * The bases of drafts of these pending fields once the fields are withdrawn: the saved text if our write arrived,
 * else the base in the patch.
 */
function basesAfterWithdrawal(
  { patch, attempted }: PendingState,
  fields: readonly FieldName[],
  saved: Profile | null,
): Edits {
  const bases: Edits = {};
  for (const field of fields) {
    const arrived = saved !== null && saved[field] === attempted[field];
    bases[field] = arrived ? saved[field] : (patch[field]?.base ?? undefined);
  }
  return bases;
}

/**
 * Takes fields out of the pending change without sending them, and rebases a draft of them. Texts that were already
 * sent may still arrive, so `abandoned` keeps them.
 * @param asDrafts whether the texts become drafts again. Texts that cannot be one go to the history.
 */
function takeBack(
  state: ChangeState,
  pending: PendingState,
  fields: readonly FieldName[],
  asDrafts: boolean,
): Transition {
  const taken = pick(pending.patch, fields);
  const patch = omit(pending.patch, fields);
  const attempted = omit(pending.attempted, fields);
  const draft = asDrafts ? { ...ownedByPerson(taken, fields), ...state.draft } : state.draft;
  const moved = moveTo({
    ...state,
    draft: rebase(draft, fields, basesAfterWithdrawal(pending, fields, savedTexts(state))),
    pending: isEmpty(patch) ? null : { ...pending, patch, attempted },
    abandoned: { ...state.abandoned, ...pick(pending.attempted, fields) },
  });
  const isDraft = (field: FieldName): boolean =>
    asDrafts && moved.state.draft[field]?.text === taken[field]?.text;
  const discarded = fields.filter((field) => !isDraft(field));
  return {
    ...moved,
    revisions: revision('discarded', textsOf(pick(taken, discarded))),
    ends: endSaves(taken, 'canceled'),
  };
}

/** Discards the pending change. */
export function discardPending(state: ChangeState): Transition {
  const { pending } = state;
  if (!pending) return unchanged(state);
  return takeBack(state, pending, touchedFields(pending.patch), false);
}

/** Turns pending fields into drafts again, unless they are being written or wait for a decision. */
export function withdraw(
  state: ChangeState,
  { fields, writing }: Omit<EventOf<'withdraw'>, 'type'>,
): Transition {
  const { pending } = state;
  if (writing || pending?.status !== 'queued') return unchanged(state);
  const own = touchedFields(pick(pending.patch, fields));
  return own.length > 0 ? takeBack(state, pending, own, true) : unchanged(state);
}

/** Withdraws the fields of a save. */
export function cancelSave(
  state: ChangeState,
  { save, writing }: EventOf<'cancelSave'>,
): Transition {
  const fields = fieldsOwnedBy(state.pending?.patch ?? {}, [save]);
  return withdraw(state, { fields, writing });
}

/** Makes the person the owner of the fields of a save, or of only those in `fields`. */
export function releaseSave(
  state: ChangeState,
  { save, fields = FIELD_NAMES }: EventOf<'releaseSave'>,
): Transition {
  const { pending } = state;
  if (!pending) return unchanged(state);
  const { patch } = pending;
  const own = fieldsOwnedBy(patch, [save]).filter((field) => fields.includes(field));
  if (own.length === 0) return unchanged(state);
  return moveTo(
    { ...state, pending: { ...pending, patch: ownedByPerson(patch, own) } },
    { ends: endSaves(patch, 'replaced', own) },
  );
}
