/**
 * What a copy of Cloudflare's means: read before a write, read back after one, or read for another
 * reason. Every copy shows how all earlier writes of ours ended, because none is read during a send.
 */
import { isEmpty, layOver, omit, pick, rebase, textsOf, touchedFields } from '../../shared/patch';
import type { Patch } from '../../shared/patch';
import { FIELD_NAMES, type Edits, type FieldName, type Profile } from '../../shared/profile';
import {
  endJobs,
  moveTo,
  ownedBy,
  revision,
  savedTexts,
  stay,
  textsIn,
  type ChangeState,
  type EventOf,
  type JobEnd,
  type PendingState,
  type RemoteCopy,
  type RevisionText,
  type Transition,
} from './state';

/** What a copy of Cloudflare's means for one field of a patch. */
function judge(
  { patch, attempted }: PendingState,
  field: FieldName,
  remote: Profile,
): 'there' | 'write' | 'conflict' {
  const edit = patch[field];
  if (edit === undefined || remote[field] === edit.text) return 'there';
  return remote[field] === edit.base || remote[field] === attempted[field] ? 'write' : 'conflict';
}

/**
 * The fields a person decides about in a conflict. If someone restored the old text, nothing conflicts
 * any longer but the change still waits; then every differing field is offered.
 */
export function conflictingFields(pending: PendingState): FieldName[] {
  const { remote, patch } = pending;
  if (remote === null) return [];
  const judged = (verdict: string) => (field: FieldName) =>
    judge(pending, field, remote) === verdict;
  const fields = touchedFields(patch);
  const colliding = fields.filter(judged('conflict'));
  return colliding.length > 0 ? colliding : fields.filter(judged('write'));
}

/** The fields that were written and that Cloudflare stored differently; a held job's may not be among them. */
export function storedDifferently({ patch, attempted }: PendingState): FieldName[] {
  const written = touchedFields(patch).filter((field) => attempted[field] !== undefined);
  return written.length > 0 ? written : touchedFields(patch);
}

/** What is known of the copy besides its texts. */
interface Origin {
  /** Texts written through other entries of the same record. */
  siblings?: readonly Edits[] | undefined;
  /** The write that this copy answers. */
  sent?: Patch;
}

/**
 * Takes a copy that shows how every earlier write of ours ended. Where one that left the patch arrived,
 * a draft of that field starts from it; where a different text arrived, the draft keeps its base, so that
 * the next save asks.
 */
function takeCopy(
  state: ChangeState,
  copy: RemoteCopy,
  { siblings = [], sent = {} }: Origin = {},
): { state: ChangeState; found: FieldName[]; observed: RevisionText[] } {
  const { pending, abandoned } = state;
  const patch = pending?.patch ?? {};
  const remote = textsIn(copy);
  const before = savedTexts(state);
  const isSibling = (field: FieldName): boolean =>
    siblings.some((texts) => texts[field] === remote[field]);
  const arrived = FIELD_NAMES.filter(
    (field) =>
      patch[field] === undefined &&
      [abandoned[field], pending?.attempted[field]].includes(remote[field]),
  );
  const isOurs = (field: FieldName): boolean =>
    [patch[field]?.text, pending?.attempted[field]].includes(remote[field]) || isSibling(field);
  const changed = FIELD_NAMES.filter((field) => before && before[field] !== remote[field]);
  const news = changed.filter((field) => arrived.includes(field) || !isOurs(field));
  // What Cloudflare stored instead of a text that is still pending comes from our write.
  const found = news.filter((field) => !sent[field] || !patch[field]);
  const siblingsWrote = changed.filter((field) => patch[field] === undefined && isSibling(field));
  // Where a write of ours arrived, the pending text starts from it now.
  const ours = touchedFields(patch).filter(
    (field) => remote[field] === pending?.attempted[field] || isSibling(field),
  );
  const seen: ChangeState = {
    ...state,
    saved: copy,
    draft: rebase(state.draft, [...arrived, ...siblingsWrote], remote),
    abandoned: {},
    pending: pending && {
      ...pending,
      patch: rebase(patch, ours, remote),
      attempted: pick(pending.attempted, touchedFields(patch)),
    },
  };
  const isNews = news.length > 0 || (before === null && copy !== 'none');
  return { state: seen, found, observed: isNews ? revision('observed', remote) : [] };
}

/** Cloudflare has no profile where one was saved: keep the saved copy, refuse the change. */
export function gone(state: ChangeState): Transition {
  const { pending, abandoned } = state;
  const isRefused = pending === null || pending.status === 'refused';
  if (isRefused && isEmpty(abandoned)) return stay(state, { stop: 'gone' });
  const refused = pending && { ...pending, status: 'refused' as const, remote: null };
  return moveTo({ ...state, abandoned: {}, pending: refused }, { stop: 'gone' });
}

function isGone({ saved }: ChangeState, copy: RemoteCopy): boolean {
  return copy === 'none' && typeof saved === 'object';
}

/** Ends the fields whose text Cloudflare now holds. */
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

/** The read before a write. It leads to the write, or says why there is none. */
export function read(before: ChangeState, { copy, held = [] }: EventOf<'read'>): Transition {
  if (before.pending?.status !== 'queued') {
    return { ...observe(before, { type: 'observe', copy }), stop: 'moved-on' };
  }
  if (isGone(before, copy)) return gone(before);
  const { state, found, observed } = takeCopy(before, copy);
  const pending = state.pending as PendingState;
  const remote = textsIn(copy);
  const isHeld = ownedBy(pending.patch, held);
  const fields = touchedFields(pending.patch).filter((field) => !isHeld.includes(field));
  if (fields.length === 0) return moveTo(state, { found, revisions: observed, stop: 'held' });
  const verdicts = fields.map((field) => judge(pending, field, remote));
  if (verdicts.includes('conflict')) {
    const asked: PendingState = { ...pending, status: 'conflict', remote };
    return moveTo({ ...state, pending: asked }, { found, revisions: observed, stop: 'conflict' });
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
      put: layOver(remote, patch),
      sent: { version: pending.version, patch },
    },
  );
}

/** A newer change after an older one arrived: it starts from there, and fields that are equal are done. */
function readBackUnderNewer(
  state: ChangeState,
  pending: PendingState,
  arrived: readonly FieldName[],
  remote: Profile,
): { state: ChangeState; jobs: JobEnd[] } {
  const moved: PendingState = {
    ...pending,
    patch: rebase(pending.patch, arrived, remote),
    attempted: omit(pending.attempted, arrived),
  };
  const equal = arrived.filter((field) => moved.patch[field]?.text === remote[field]);
  return confirmFields({ ...state, pending: moved }, moved, equal);
}

/** The read after an answered write. */
export function readBack(before: ChangeState, { sent, copy }: EventOf<'readBack'>): Transition {
  if (isGone(before, copy)) return gone(before);
  const remote = textsIn(copy);
  const fields = touchedFields(sent.patch);
  const arrived = fields.filter((field) => remote[field] === sent.patch[field]?.text);
  const isConfirmed = arrived.length === fields.length && copy !== 'none';
  const { state, found, observed } = takeCopy(before, copy, { sent: sent.patch });
  const { pending } = state;
  const revisions = isConfirmed ? revision('saved', remote) : observed;
  const done = endJobs(sent.patch, 'done', arrived);
  if (pending === null) return moveTo(state, { found, revisions, jobs: done, stop: 'moved-on' });
  if (pending.version !== sent.version) {
    const newer = readBackUnderNewer(state, pending, arrived, remote);
    const isNew = ({ job, field }: JobEnd) =>
      !done.some((end) => end.job === job && end.field === field);
    const jobs = [...done, ...newer.jobs.filter(isNew)];
    return moveTo(newer.state, { found, revisions, jobs, stop: 'moved-on' });
  }
  const confirmed = confirmFields(state, pending, arrived);
  const rest = confirmed.state.pending;
  if (isConfirmed || rest === null) {
    return moveTo(confirmed.state, { found, revisions, jobs: confirmed.jobs, stop: 'confirmed' });
  }
  // Sending again starts from what is stored now, so that a stranger's text after this one asks.
  const patch = rebase(rest.patch, fields, remote);
  const differs: PendingState = { ...rest, patch, status: 'differs', remote };
  return moveTo(
    { ...confirmed.state, pending: differs },
    { found, revisions, jobs: confirmed.jobs, stop: 'differs' },
  );
}

/** A read that belongs to no send. */
export function observe(before: ChangeState, { copy, siblings }: EventOf<'observe'>): Transition {
  if (isGone(before, copy)) return gone(before);
  const { state, found, observed } = takeCopy(before, copy, { siblings });
  const { pending } = state;
  const remote = textsIn(copy);
  if (pending === null) return moveTo(state, { found, revisions: observed });
  const fields = touchedFields(pending.patch);
  if (fields.every((field) => remote[field] === pending.patch[field]?.text)) {
    const { state: ended, jobs } = confirmFields(state, pending, fields);
    const revisions = copy === 'none' ? observed : revision('saved', remote);
    return moveTo(ended, { found, revisions, jobs, stop: 'confirmed' });
  }
  // The person decides about what is there now.
  const isAsked = pending.status === 'conflict' || pending.status === 'differs';
  const shown = isAsked ? { ...pending, remote } : pending;
  return moveTo({ ...state, pending: shown }, { found, revisions: observed });
}
