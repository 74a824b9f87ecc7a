/** Submitting and withdrawing: what enters the pending change, and what leaves it unsent. */
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
import { conflictingFields } from './remote-copy';
import {
  endJobs,
  moveTo,
  ownedBy,
  revision,
  savedTexts,
  stay,
  underDraft,
  type ChangeState,
  type EventOf,
  type JobEnd,
  type PendingState,
  type Transition,
} from './state';

/**
 * Whether a field back at its base can leave the patch: nothing would be written and no write of ours can
 * still arrive.
 */
function isBackAtBase(state: ChangeState, { patch, attempted }: PendingState, field: FieldName) {
  const { base, text } = patch[field] ?? {};
  const saved = savedTexts(state)?.[field];
  return text === base && text === saved && attempted[field] === undefined;
}

/**
 * Lays fields over the pending patch, under a new version. A field that was pending keeps its base; the
 * text it replaces goes to the history, and the job that owned it is notified.
 */
function layOnPending(state: ChangeState, added: Patch): Transition {
  const before = state.pending;
  const fields = touchedFields(added);
  const patch: Patch = { ...before?.patch };
  for (const field of fields) {
    const under = before?.patch[field];
    const { base, text, job } = added[field] ?? { base: null, text: '' };
    patch[field] = { base: under ? under.base : base, text, ...(job === undefined ? {} : { job }) };
  }
  const replaced = fields.filter((field) => {
    const under = before?.patch[field];
    return under !== undefined && under.text !== added[field]?.text;
  });
  const retaken = fields.filter((field) => before?.patch[field]?.job !== added[field]?.job);
  const version = state.version + 1;
  const attempted = { ...pick(state.abandoned, fields), ...before?.attempted };
  const pending: PendingState = { version, patch, attempted, status: 'queued', remote: null };
  // A field in conflict stays, so that the next read asks again.
  const asked = before?.status === 'conflict' ? conflictingFields(before) : [];
  const back = fields.filter(
    (field) => !asked.includes(field) && isBackAtBase(state, pending, field),
  );
  const left = omit(patch, back);
  const abandoned = omit(state.abandoned, fields);
  return moveTo(
    {
      ...state,
      version,
      draft: omit(state.draft, fields),
      pending: isEmpty(left) ? null : { ...pending, patch: left },
      abandoned: isEmpty(left) ? { ...abandoned, ...attempted } : abandoned,
    },
    {
      revisions: revision('replaced', textsOf(pick(before?.patch ?? {}, replaced))),
      jobs: [...endJobs(before?.patch ?? {}, 'replaced', retaken), ...endJobs(patch, 'done', back)],
    },
  );
}

/** Submits the draft. Without one nothing happens. */
export function submit(state: ChangeState): Transition {
  return isEmpty(state.draft) ? stay(state) : layOnPending(state, state.draft);
}

/** Submits a job's edits, all of them or none. */
export function submitJob(state: ChangeState, { job, edits }: EventOf<'submitJob'>): Transition {
  const { pending, draft, saved } = state;
  const shown = underDraft(state);
  const fields = FIELD_NAMES.filter((field) => edits[field] !== undefined);
  const isStale = (field: FieldName): boolean => {
    const typed = draft[field];
    return (
      edits[field]?.seen !== shown[field] ||
      (typed !== undefined && edits[field]?.draftSeen !== typed.text)
    );
  };
  const waits = pending !== null && pending.status !== 'queued';
  if (waits || saved === 'unread' || fields.some(isStale)) return stay(state, { skipped: true });
  // A write whose end is unknown may still arrive, so the text has to be written although it is there.
  const mayArrive = (field: FieldName): boolean =>
    pending?.patch[field] === undefined &&
    (state.abandoned[field] ?? pending?.attempted[field]) !== undefined;
  const added: Patch = {};
  const same: JobEnd[] = [];
  for (const field of fields) {
    const { text, seen } = edits[field] as JobEdit;
    if (text === seen && !mayArrive(field)) same.push({ job, field, end: 'done' });
    else added[field] = { base: seen, text, job };
  }
  if (isEmpty(added)) return stay(state, { jobs: same });
  const given = touchedFields(added).filter((field) => draft[field]?.text !== added[field]?.text);
  const laid = layOnPending(state, added);
  return {
    ...laid,
    jobs: [...same, ...laid.jobs],
    revisions: [...revision('replaced', textsOf(pick(draft, given))), ...laid.revisions],
  };
}

/** The bases of a draft once its patch is withdrawn: the saved text if ours arrived, else the old base. */
function basesOf({ patch, attempted }: PendingState, saved: Profile | null): Edits {
  const bases: Edits = {};
  for (const field of touchedFields(patch)) {
    const arrived = saved !== null && saved[field] === attempted[field];
    bases[field] = arrived ? saved[field] : (patch[field]?.base ?? undefined);
  }
  return bases;
}

/** Takes fields out of the pending change without sending them, and moves a draft on top of them. */
function withdraw(
  state: ChangeState,
  pending: PendingState,
  fields: readonly FieldName[],
): Transition {
  const gone = pick(pending.patch, fields);
  const left = omit(pending.patch, fields);
  const { abandoned } = state;
  const bases = basesOf({ ...pending, patch: gone }, savedTexts(state));
  return moveTo(
    {
      ...state,
      draft: rebase(state.draft, fields, bases),
      pending: isEmpty(left) ? null : { ...pending, patch: left },
      abandoned: isEmpty(left) ? { ...abandoned, ...pending.attempted } : abandoned,
    },
    { revisions: revision('discarded', textsOf(gone)), jobs: endJobs(gone, 'cancelled') },
  );
}

/** Discards the pending change. Texts already written may still arrive. */
export function discardPending(state: ChangeState): Transition {
  const { pending } = state;
  return pending ? withdraw(state, pending, touchedFields(pending.patch)) : stay(state);
}

/** Takes a job's fields out of the pending change, unless it is being written or decided about. */
export function cancelJob(state: ChangeState, { job, writing }: EventOf<'cancelJob'>): Transition {
  const { pending } = state;
  if (writing || pending?.status !== 'queued') return stay(state);
  const fields = ownedBy(pending.patch, [job]);
  return fields.length > 0 ? withdraw(state, pending, fields) : stay(state);
}

/** Makes a job's fields the person's. */
export function releaseJob(
  state: ChangeState,
  { job, fields: only }: EventOf<'releaseJob'>,
): Transition {
  const { pending } = state;
  const owned = pending ? ownedBy(pending.patch, [job]) : [];
  const fields = only ? owned.filter((field) => only.includes(field)) : owned;
  if (!pending || fields.length === 0) return stay(state);
  const patch: Patch = { ...pending.patch };
  for (const field of fields) {
    const { base, text } = patch[field] ?? { base: null, text: '' };
    patch[field] = { base, text };
  }
  const jobs = endJobs(pending.patch, 'replaced', fields);
  return moveTo({ ...state, pending: { ...pending, patch } }, { jobs });
}
