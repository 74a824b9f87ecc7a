/** Adds edits to the pending change, withdraws them without sending, and releases fields from jobs. */
import {
  isEmpty,
  omit,
  pick,
  rebase,
  textsOf,
  touchedFields,
  type JobEdit,
  type Patch,
} from '../../shared/patch';
import { FIELD_NAMES, type Edits, type FieldName, type Profile } from '../../shared/profile';
import { conflictingFields, fieldsStoredDifferently } from './remote-copy';
import {
  endJobs,
  moveTo,
  fieldsOwnedBy,
  ownedByPerson,
  revision,
  savedTexts,
  unchanged,
  textsUnderDraft,
  type ChangeState,
  type EventOf,
  type JobEnd,
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
 * Its old text goes to the history, and for a job that owned the field, it ends as `replaced`. So does what was stored
 * differently: its page shows both texts, so saving there decides for ours.
 */
function mergeIntoPending(state: ChangeState, added: Patch): Transition {
  const before = state.pending;
  const fields = touchedFields(added);
  const decided = before?.status === 'differs' ? fieldsStoredDifferently(before) : [];
  const patch = ownedByPerson(before?.patch ?? {}, decided);
  for (const field of fields) {
    const under = before?.patch[field];
    const { base, text, job } = added[field] ?? { base: null, text: '' };
    patch[field] = { base: under ? under.base : base, text, ...(job === undefined ? {} : { job }) };
  }
  const replaced = fields.filter((field) => {
    const under = before?.patch[field];
    return under !== undefined && under.text !== added[field]?.text;
  });
  const ownerChanged = touchedFields(patch).filter(
    (field) => before?.patch[field]?.job !== patch[field]?.job,
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
  const abandoned = omit(state.abandoned, fields);
  return moveTo(
    {
      ...state,
      version,
      draft: omit(state.draft, fields),
      pending: isEmpty(remaining) ? null : { ...pending, patch: remaining },
      abandoned: isEmpty(remaining) ? { ...abandoned, ...attempted } : abandoned,
    },
    {
      revisions: revision('replaced', textsOf(pick(before?.patch ?? {}, replaced))),
      jobs: [
        ...endJobs(before?.patch ?? {}, 'replaced', ownerChanged),
        ...endJobs(patch, 'done', reverted),
      ],
    },
  );
}

/** Submits the draft. Does nothing without one. */
export function submit(state: ChangeState): Transition {
  return isEmpty(state.draft) ? unchanged(state) : mergeIntoPending(state, state.draft);
}

/** Submits a job's edits: all of them, or none (`skipped`) if the preview is out of date. */
export function submitJob(state: ChangeState, { job, edits }: EventOf<'submitJob'>): Transition {
  const { pending, draft, saved } = state;
  const shown = textsUnderDraft(state);
  const fields = FIELD_NAMES.filter((field) => edits[field] !== undefined);
  const isStale = (field: FieldName): boolean => {
    const typed = draft[field];
    return (
      edits[field]?.seen !== shown[field] ||
      (typed !== undefined && edits[field]?.draftSeen !== typed.text)
    );
  };
  const needsPerson = pending !== null && pending.status !== 'queued';
  if (needsPerson || saved === 'unread' || fields.some(isStale)) {
    return unchanged(state, { skipped: true });
  }
  // An earlier write whose result is unknown may still arrive, so even an unchanged text must be written.
  const mayArrive = (field: FieldName): boolean =>
    pending?.patch[field] === undefined &&
    (state.abandoned[field] ?? pending?.attempted[field]) !== undefined;
  const added: Patch = {};
  const unchangedEnds: JobEnd[] = [];
  for (const field of fields) {
    const { text, seen } = edits[field] as JobEdit;
    if (text === seen && !mayArrive(field)) unchangedEnds.push({ job, field, end: 'done' });
    else added[field] = { base: seen, text, job };
  }
  if (isEmpty(added)) return unchanged(state, { jobs: unchangedEnds });
  const lostDraft = touchedFields(added).filter(
    (field) => draft[field]?.text !== added[field]?.text,
  );
  const merged = mergeIntoPending(state, added);
  return {
    ...merged,
    jobs: [...unchangedEnds, ...merged.jobs],
    revisions: [...revision('replaced', textsOf(pick(draft, lostDraft))), ...merged.revisions],
  };
}

/** New bases for a draft on top of a withdrawn patch: the saved text if our write arrived, else the old base. */
function basesAfterWithdrawal({ patch, attempted }: PendingState, saved: Profile | null): Edits {
  const bases: Edits = {};
  for (const field of touchedFields(patch)) {
    const arrived = saved !== null && saved[field] === attempted[field];
    bases[field] = arrived ? saved[field] : (patch[field]?.base ?? undefined);
  }
  return bases;
}

/** Takes fields out of the pending change without sending them, and rebases a draft of them. */
function withdraw(
  state: ChangeState,
  pending: PendingState,
  fields: readonly FieldName[],
): Transition {
  const withdrawn = pick(pending.patch, fields);
  const remaining = omit(pending.patch, fields);
  const { abandoned } = state;
  const bases = basesAfterWithdrawal({ ...pending, patch: withdrawn }, savedTexts(state));
  return moveTo(
    {
      ...state,
      draft: rebase(state.draft, fields, bases),
      pending: isEmpty(remaining) ? null : { ...pending, patch: remaining },
      abandoned: isEmpty(remaining) ? { ...abandoned, ...pending.attempted } : abandoned,
    },
    { revisions: revision('discarded', textsOf(withdrawn)), jobs: endJobs(withdrawn, 'canceled') },
  );
}

/** Discards the pending change. Texts that were already sent may still arrive, so `abandoned` keeps them. */
export function discardPending(state: ChangeState): Transition {
  const { pending } = state;
  return pending ? withdraw(state, pending, touchedFields(pending.patch)) : unchanged(state);
}

/** Takes a job's fields out of the pending change, unless it is being written or waits for a decision. */
export function cancelJob(state: ChangeState, { job, writing }: EventOf<'cancelJob'>): Transition {
  const { pending } = state;
  if (writing || pending?.status !== 'queued') return unchanged(state);
  const fields = fieldsOwnedBy(pending.patch, [job]);
  return fields.length > 0 ? withdraw(state, pending, fields) : unchanged(state);
}

/** Makes the person the owner of a job's fields. */
export function releaseJob(state: ChangeState, { job }: EventOf<'releaseJob'>): Transition {
  const { pending } = state;
  const fields = pending ? fieldsOwnedBy(pending.patch, [job]) : [];
  if (!pending || fields.length === 0) return unchanged(state);
  const { patch } = pending;
  return moveTo(
    { ...state, pending: { ...pending, patch: ownedByPerson(patch, fields) } },
    { jobs: endJobs(patch, 'replaced', fields) },
  );
}
