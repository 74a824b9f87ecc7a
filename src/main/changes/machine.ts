/**
 * The change machine: given what a person typed, what they saved, what we last wrote and what Cloudflare
 * holds now, it decides what happens next. It is pure: no clock, no database, no network, no promises.
 * Whatever it is told to do, it does to one entry; repository.ts stores the result.
 *
 * A change is a patch of touched fields, and every rule is per field. `test/model/` drives this file
 * through every reachable state of a small world and checks the promises listed there in each of them.
 */
import { EMPTY_PROFILE, FIELD_NAMES, mapFields, sameProfile } from '../../shared/profile';
import type { Edits, FieldName, Profile } from '../../shared/profile';
import { isEmpty, layOver, textsOf, touchedFields, type Patch } from '../../shared/patch';

/** Cloudflare's copy of a profile; `none`: the organization has no profile. */
export type RemoteCopy = Profile | 'none';

/** A submitted change that Cloudflare has not confirmed. */
export interface PendingState {
  /** Numbers one submission; unique in the whole database, also after a removal or a recovery. */
  version: number;
  /** Never empty. */
  patch: Patch;
  /** Texts of ours that may be at Cloudflare though unconfirmed. */
  attempted: Edits;
  status: 'queued' | 'conflict' | 'differs' | 'refused';
  /** In `conflict` and `differs`: the copy the person decides about. */
  remote: Profile | null;
}

/** Everything that decides what happens to the edits of one entry. */
export interface ChangeState {
  /** Cloudflare's copy as last read; `none` reads as five empty texts. */
  saved: RemoteCopy | 'unread';
  /** Typed, not submitted. */
  draft: Patch;
  pending: PendingState | null;
  /** Like `attempted`, left by a change that was discarded or cancelled. */
  abandoned: Edits;
  /** The last version given out. */
  version: number;
}

/** What a write contains; handed back with `readBack`. */
export interface SentWrite {
  version: number;
  patch: Patch;
}

/** One field of a job, as its preview showed it. */
export interface JobEdit {
  text: string;
  /** The text the preview showed: the pending one, else the saved one. */
  seen: string;
  /** The text of a draft in this field that the person agreed to replace. */
  draftSeen?: string | undefined;
}

/** A decision about one field in conflict. */
export type Choice = 'mine' | 'theirs';

/** What can happen to an entry. */
export type ChangeEvent =
  | { type: 'edit'; field: FieldName; text: string; base?: string | null | undefined }
  | { type: 'discardDraft' }
  | { type: 'restore'; texts: Edits; replace: boolean }
  | { type: 'submit' }
  | { type: 'submitJob'; job: string; edits: Partial<Record<FieldName, JobEdit>> }
  | { type: 'cancelJob'; job: string; writing: boolean }
  | { type: 'releaseJob'; job: string }
  | { type: 'discardPending' }
  | { type: 'read'; copy: RemoteCopy; held?: readonly string[] | undefined }
  | { type: 'readBack'; sent: SentWrite; copy: RemoteCopy }
  | { type: 'observe'; copy: RemoteCopy; siblings?: readonly Edits[] | undefined }
  | {
      type: 'resolve';
      version: number;
      remote: Profile;
      choices: Partial<Record<FieldName, Choice>>;
    }
  | { type: 'accept'; version: number; remote: Profile }
  | { type: 'retry'; version: number; remote: Profile | null }
  | { type: 'refuse'; version: number }
  | { type: 'gone' }
  | { type: 'adopt'; state: ChangeState };

/** A text for the history. */
export interface RevisionText {
  kind: 'saved' | 'observed' | 'discarded' | 'replaced' | 'accepted';
  /** The whole copy where it is Cloudflare's; else only the fields the person touched. */
  texts: Edits;
}

/** How one field of a job ended. */
export interface JobEnd {
  job: string;
  field: FieldName;
  end: 'done' | 'replaced' | 'cancelled' | 'theirs';
}

/** What an event led to. */
export interface Transition {
  /** The same object where nothing changes. */
  state: ChangeState;
  revisions: RevisionText[];
  jobs: JobEnd[];
  /** Fields changed at Cloudflare by somebody else, or by a write the person had discarded. */
  found: FieldName[];
  /** After `read`: the five texts to write. */
  put: Profile | null;
  /** What that write contains. */
  sent?: SentWrite;
  stop?: 'confirmed' | 'conflict' | 'differs' | 'moved-on' | 'held' | 'gone';
  /** A job's edits were not applied. */
  skipped?: true;
}

/** The state of an entry that was never read. `version` is the last one given out in the database. */
export function initialState(version = 0): ChangeState {
  return { saved: 'unread', draft: {}, pending: null, abandoned: {}, version };
}

/** The saved copy as five texts; null where none was ever read. */
export function savedTexts({ saved }: Pick<ChangeState, 'saved'>): Profile | null {
  if (saved === 'unread') return null;
  return saved === 'none' ? EMPTY_PROFILE : saved;
}

/** What lies under a draft: the saved copy with the pending patch on top. */
export function underDraft(state: Pick<ChangeState, 'saved' | 'pending'>): Profile {
  return layOver(savedTexts(state), state.pending?.patch);
}

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
 * The fields a person decides about in a conflict. When somebody put the old text back meanwhile no
 * field collides any more, yet the change still waits: then all that differ are asked about.
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

/** Picks some fields of a patch or of texts. */
function pick<T extends Patch | Edits>(from: T, fields: readonly FieldName[]): T {
  return Object.fromEntries(
    fields.flatMap((field) => (from[field] === undefined ? [] : [[field, from[field]]])),
  ) as T;
}

/** The fields of a patch or of texts but these. */
function omit<T extends Patch | Edits>(from: T, fields: readonly FieldName[]): T {
  return pick(
    from,
    touchedFields(from).filter((field) => !fields.includes(field)),
  );
}

/** Gives fields of a patch another base. */
function rebase(patch: Patch, fields: readonly FieldName[], base: Edits): Patch {
  const moved = { ...patch };
  for (const field of fields) {
    const edit = patch[field];
    if (edit !== undefined) moved[field] = { ...edit, base: base[field] ?? null };
  }
  return moved;
}

/** A draft without the fields that say what lies under it. */
function withoutEqual(draft: Patch, under: Profile): Patch {
  return omit(
    draft,
    touchedFields(draft).filter((field) => draft[field]?.text === under[field]),
  );
}

function endJobs(patch: Patch, end: JobEnd['end'], fields = touchedFields(patch)): JobEnd[] {
  return fields.flatMap((field) => {
    const job = patch[field]?.job;
    return job === undefined ? [] : { job, field, end };
  });
}

/** A revision, unless there is nothing to remember. */
function remember(kind: RevisionText['kind'], texts: Edits): RevisionText[] {
  return isEmpty(texts) ? [] : [{ kind, texts }];
}

/** Builds a transition; draft fields that say what lies under them go with every step. */
function to(state: ChangeState, rest: Partial<Omit<Transition, 'state'>> = {}): Transition {
  const draft = withoutEqual(state.draft, underDraft(state));
  return { state: { ...state, draft }, revisions: [], jobs: [], found: [], put: null, ...rest };
}

/** Nothing changes. */
function stay(state: ChangeState, rest: Partial<Omit<Transition, 'state'>> = {}): Transition {
  return { state, revisions: [], jobs: [], found: [], put: null, ...rest };
}

function edit(
  state: ChangeState,
  { field, text, base }: Extract<ChangeEvent, { type: 'edit' }>,
): Transition {
  const under = underDraft(state)[field];
  const typed = state.draft[field];
  if (typed === undefined ? text === under : typed.text === text) return stay(state);
  const from = typed ? typed.base : base === undefined ? under : base;
  return to({ ...state, draft: { ...state.draft, [field]: { base: from, text } } });
}

function restore(
  state: ChangeState,
  { texts, replace }: Extract<ChangeEvent, { type: 'restore' }>,
): Transition {
  const under = underDraft(state);
  const shown = layOver(under, state.draft);
  const fields = touchedFields(texts);
  if (fields.every((field) => texts[field] === shown[field])) return stay(state);
  if (!isEmpty(state.draft) && !replace) return stay(state);
  const draft: Patch = {};
  for (const field of fields) draft[field] = { base: under[field], text: texts[field] ?? '' };
  return to({ ...state, draft }, { revisions: remember('replaced', textsOf(state.draft)) });
}

/**
 * Whether a field that says what is there already may leave the patch: nothing would be written for it,
 * and no write of ours can turn up under it.
 */
function isBackAtBase(state: ChangeState, { patch, attempted }: PendingState, field: FieldName) {
  const { base, text } = patch[field] ?? {};
  const saved = savedTexts(state)?.[field];
  return text === base && text === saved && attempted[field] === undefined;
}

/**
 * Lays fields over the pending patch, under a new version. A field that was pending keeps its base; the
 * text it replaces goes to the history, and the job that owned it is told.
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
  // What the person was asked about never leaves unanswered: the next read asks again.
  const asked = before?.status === 'conflict' ? conflictingFields(before) : [];
  const back = fields.filter(
    (field) => !asked.includes(field) && isBackAtBase(state, pending, field),
  );
  const left = omit(patch, back);
  const abandoned = omit(state.abandoned, fields);
  return to(
    {
      ...state,
      version,
      draft: omit(state.draft, fields),
      pending: isEmpty(left) ? null : { ...pending, patch: left },
      abandoned: isEmpty(left) ? { ...abandoned, ...attempted } : abandoned,
    },
    {
      revisions: remember('replaced', textsOf(pick(before?.patch ?? {}, replaced))),
      jobs: [...endJobs(before?.patch ?? {}, 'replaced', retaken), ...endJobs(patch, 'done', back)],
    },
  );
}

function submitJob(
  state: ChangeState,
  { job, edits }: Extract<ChangeEvent, { type: 'submitJob' }>,
): Transition {
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
  // A write nobody knows the end of may turn up under a text that seems to be there already.
  const mayTurnUp = (field: FieldName): boolean =>
    pending?.patch[field] === undefined &&
    (state.abandoned[field] ?? pending?.attempted[field]) !== undefined;
  const added: Patch = {};
  const same: JobEnd[] = [];
  for (const field of fields) {
    const { text, seen } = edits[field] as JobEdit;
    if (text === seen && !mayTurnUp(field)) same.push({ job, field, end: 'done' });
    else added[field] = { base: seen, text, job };
  }
  if (isEmpty(added)) return stay(state, { jobs: same });
  const given = touchedFields(added).filter((field) => draft[field]?.text !== added[field]?.text);
  const laid = layOnPending(state, added);
  return {
    ...laid,
    jobs: [...same, ...laid.jobs],
    revisions: [...remember('replaced', textsOf(pick(draft, given))), ...laid.revisions],
  };
}

/** What the fields of a patch that goes began from: what the copy has of it, else where it began. */
function basesOf({ patch, attempted }: PendingState, saved: Profile | null): Edits {
  const bases: Edits = {};
  for (const field of touchedFields(patch)) {
    const arrived = saved !== null && saved[field] === attempted[field];
    bases[field] = arrived ? saved[field] : (patch[field]?.base ?? undefined);
  }
  return bases;
}

/** Takes fields out of the pending change without sending them; a draft on top starts further down. */
function withdraw(
  state: ChangeState,
  pending: PendingState,
  fields: readonly FieldName[],
): Transition {
  const gone = pick(pending.patch, fields);
  const left = omit(pending.patch, fields);
  const { abandoned } = state;
  const bases = basesOf({ ...pending, patch: gone }, savedTexts(state));
  return to(
    {
      ...state,
      draft: rebase(state.draft, fields, bases),
      pending: isEmpty(left) ? null : { ...pending, patch: left },
      abandoned: isEmpty(left) ? { ...abandoned, ...pending.attempted } : abandoned,
    },
    { revisions: remember('discarded', textsOf(gone)), jobs: endJobs(gone, 'cancelled') },
  );
}

/** The fields of a patch that a job owns. */
function ownedBy(patch: Patch, jobs: readonly string[]): FieldName[] {
  return touchedFields(patch).filter((field) => {
    const job = patch[field]?.job;
    return job !== undefined && jobs.includes(job);
  });
}

/** A copy as five texts. */
function textsIn(copy: RemoteCopy): Profile {
  return copy === 'none' ? EMPTY_PROFILE : copy;
}

/**
 * Takes a copy that shows how every earlier write of ours ended. Where one that left the patch arrived,
 * a draft of that field starts from it; where anything else turned up, the draft's base stays, so that
 * the next save asks.
 */
function takeCopy(
  state: ChangeState,
  copy: RemoteCopy,
  siblings: readonly Edits[] = [],
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
  const found = changed.filter((field) => arrived.includes(field) || !isOurs(field));
  const fromHere = [...arrived, ...changed.filter(isSibling)];
  // An earlier write of ours that arrived is where the pending text begins now.
  const ours = touchedFields(patch).filter(
    (field) =>
      remote[field] !== patch[field]?.text &&
      (remote[field] === pending?.attempted[field] || isSibling(field)),
  );
  const seen: ChangeState = {
    ...state,
    saved: copy,
    draft: rebase(state.draft, fromHere, remote),
    abandoned: {},
    pending: pending && {
      ...pending,
      patch: rebase(patch, ours, remote),
      attempted: pick(pending.attempted, touchedFields(patch)),
    },
  };
  const isNews = found.length > 0 || (before === null && copy !== 'none');
  return { state: seen, found, observed: isNews ? remember('observed', remote) : [] };
}

/** Cloudflare has no profile where one was saved: the copy here stays, the change needs the person. */
function gone(state: ChangeState): Transition {
  const { pending, abandoned } = state;
  const isRefused = pending === null || pending.status === 'refused';
  if (isRefused && isEmpty(abandoned)) return stay(state, { stop: 'gone' });
  const refused = pending && { ...pending, status: 'refused' as const, remote: null };
  return to({ ...state, abandoned: {}, pending: refused }, { stop: 'gone' });
}

function isGone({ saved }: ChangeState, copy: RemoteCopy): boolean {
  return copy === 'none' && typeof saved === 'object';
}

/** Ends the fields that Cloudflare holds as they were saved. */
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

function read(
  before: ChangeState,
  { copy, held = [] }: Extract<ChangeEvent, { type: 'read' }>,
): Transition {
  if (before.pending?.status !== 'queued') {
    return { ...observe(before, { type: 'observe', copy }), stop: 'moved-on' };
  }
  if (isGone(before, copy)) return gone(before);
  const { state, found, observed } = takeCopy(before, copy);
  const pending = state.pending as PendingState;
  const remote = textsIn(copy);
  const isHeld = ownedBy(pending.patch, held);
  const fields = touchedFields(pending.patch).filter((field) => !isHeld.includes(field));
  if (fields.length === 0) return to(state, { found, revisions: observed, stop: 'held' });
  const verdicts = fields.map((field) => judge(pending, field, remote));
  if (verdicts.includes('conflict')) {
    const asked: PendingState = { ...pending, status: 'conflict', remote };
    return to({ ...state, pending: asked }, { found, revisions: observed, stop: 'conflict' });
  }
  if (!verdicts.includes('write')) {
    const confirmed = confirmFields(state, pending, fields);
    const revisions = copy === 'none' ? observed : remember('saved', remote);
    return to(confirmed.state, { found, revisions, jobs: confirmed.jobs, stop: 'confirmed' });
  }
  const patch = pick(pending.patch, fields);
  const attempted = { ...pending.attempted, ...textsOf(patch) };
  return to(
    { ...state, pending: { ...pending, attempted } },
    {
      found,
      revisions: observed,
      put: layOver(remote, patch),
      sent: { version: pending.version, patch },
    },
  );
}

/** What a newer change becomes after an older one arrived: it begins there, equal fields are done. */
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

function readBack(
  before: ChangeState,
  { sent, copy }: Extract<ChangeEvent, { type: 'readBack' }>,
): Transition {
  if (isGone(before, copy)) return gone(before);
  const remote = textsIn(copy);
  const fields = touchedFields(sent.patch);
  const arrived = fields.filter((field) => remote[field] === sent.patch[field]?.text);
  const isConfirmed = arrived.length === fields.length && copy !== 'none';
  const { state, found, observed } = takeCopy(before, copy);
  const { pending } = state;
  const revisions = isConfirmed ? remember('saved', remote) : observed;
  const done = endJobs(sent.patch, 'done', arrived);
  if (pending === null) return to(state, { found, revisions, jobs: done, stop: 'moved-on' });
  if (pending.version !== sent.version) {
    const newer = readBackUnderNewer(state, pending, arrived, remote);
    const jobs = [...done, ...newer.jobs];
    return to(newer.state, { found, revisions, jobs, stop: 'moved-on' });
  }
  const confirmed = confirmFields(state, pending, arrived);
  const rest = confirmed.state.pending;
  if (isConfirmed || rest === null) {
    return to(confirmed.state, { found, revisions, jobs: confirmed.jobs, stop: 'confirmed' });
  }
  // Sending again begins from what is stored now, so that a stranger's text after this one asks.
  const patch = rebase(rest.patch, fields, remote);
  const differs: PendingState = { ...rest, patch, status: 'differs', remote };
  return to(
    { ...confirmed.state, pending: differs },
    { found, revisions, jobs: confirmed.jobs, stop: 'differs' },
  );
}

function observe(
  before: ChangeState,
  { copy, siblings }: Extract<ChangeEvent, { type: 'observe' }>,
): Transition {
  if (isGone(before, copy)) return gone(before);
  const { state, found, observed } = takeCopy(before, copy, siblings);
  const { pending } = state;
  const remote = textsIn(copy);
  if (pending === null) return to(state, { found, revisions: observed });
  const fields = touchedFields(pending.patch);
  if (fields.every((field) => remote[field] === pending.patch[field]?.text)) {
    const { state: ended, jobs } = confirmFields(state, pending, fields);
    return to(ended, { found, revisions: remember('saved', remote), jobs, stop: 'confirmed' });
  }
  // The person decides about what is there now.
  const isAsked = pending.status === 'conflict' || pending.status === 'differs';
  const shown = isAsked ? { ...pending, remote } : pending;
  return to({ ...state, pending: shown }, { found, revisions: observed });
}

/** The pending change, if it is the one a decision is about. */
function decided(
  { pending }: ChangeState,
  { version, remote }: { version: number; remote: Profile | null },
  ...statuses: PendingState['status'][]
): PendingState | null {
  if (pending?.version !== version || !statuses.includes(pending.status)) return null;
  const shown = pending.remote;
  const isSame = shown && remote ? sameProfile(shown, remote) : shown === remote;
  return isSame ? pending : null;
}

function resolve(state: ChangeState, event: Extract<ChangeEvent, { type: 'resolve' }>): Transition {
  const pending = decided(state, event, 'conflict');
  if (!pending) return stay(state);
  const { choices, remote } = event;
  const asked = conflictingFields(pending);
  if (asked.some((field) => choices[field] === undefined)) return stay(state);
  const theirs = asked.filter((field) => choices[field] === 'theirs');
  const kept = omit(pending.patch, theirs);
  const mine = asked.filter((field) => choices[field] === 'mine');
  const attempted = omit(pending.attempted, asked);
  return to(
    {
      ...state,
      draft: rebase(state.draft, theirs, remote),
      pending: isEmpty(kept)
        ? null
        : {
            ...pending,
            patch: rebase(kept, mine, remote),
            attempted,
            status: 'queued',
            remote: null,
          },
      abandoned: isEmpty(kept) ? { ...state.abandoned, ...attempted } : state.abandoned,
    },
    {
      revisions: remember('replaced', textsOf(pick(pending.patch, theirs))),
      jobs: endJobs(pending.patch, 'theirs', theirs),
    },
  );
}

function accept(state: ChangeState, event: Extract<ChangeEvent, { type: 'accept' }>): Transition {
  const pending = decided(state, event, 'differs');
  if (!pending) return stay(state);
  const fields = touchedFields(pending.patch);
  return to(
    {
      ...state,
      draft: rebase(state.draft, fields, event.remote),
      pending: null,
      abandoned: { ...state.abandoned, ...omit(pending.attempted, fields) },
    },
    {
      revisions: [
        ...remember('replaced', textsOf(pending.patch)),
        ...remember('accepted', event.remote),
      ],
      jobs: endJobs(pending.patch, 'theirs'),
    },
  );
}

/** Gives the pending change another status, if it is the one meant. */
function setStatus(
  state: ChangeState,
  pending: PendingState | null,
  status: PendingState['status'],
): Transition {
  if (!pending || pending.status === status) return stay(state);
  return to({ ...state, pending: { ...pending, status, remote: null } });
}

function releaseJob(state: ChangeState, job: string): Transition {
  const { pending } = state;
  const fields = pending ? ownedBy(pending.patch, [job]) : [];
  if (!pending || fields.length === 0) return stay(state);
  const patch: Patch = { ...pending.patch };
  for (const field of fields) {
    const { base, text } = patch[field] ?? { base: null, text: '' };
    patch[field] = { base, text };
  }
  const jobs = endJobs(pending.patch, 'replaced', fields);
  return to({ ...state, pending: { ...pending, patch } }, { jobs });
}

/**
 * Takes over the state of a damaged database. The present text wins, the other goes to the history. Jobs
 * are not taken over, so their fields become a draft: it waits for the person.
 */
function adopt(state: ChangeState, { state: other }: { state: ChangeState }): Transition {
  const saved = state.saved === 'unread' ? other.saved : state.saved;
  const theirs = other.pending;
  const ofJobs = theirs
    ? touchedFields(theirs.patch).filter((field) => theirs.patch[field]?.job !== undefined)
    : [];
  const sendable = omit(theirs?.patch ?? {}, ofJobs);
  const fits = state.pending === null && !isEmpty(sendable);
  const isFree = (field: FieldName): boolean =>
    state.draft[field] === undefined && state.pending?.patch[field] === undefined;
  const waiting: Patch = {
    ...(fits ? pick(theirs?.patch ?? {}, ofJobs) : theirs?.patch),
    ...other.draft,
  };
  const draft: Patch = { ...state.draft };
  for (const field of touchedFields(waiting).filter(isFree)) {
    const { base, text } = waiting[field] ?? { base: null, text: '' };
    draft[field] = { base, text };
  }
  const version = fits ? Math.max(state.version, other.version) + 1 : state.version;
  const isAsked = theirs?.status === 'conflict' || theirs?.status === 'differs';
  const pending: PendingState | null =
    fits && theirs
      ? {
          version,
          patch: sendable,
          attempted: pick(theirs.attempted, touchedFields(sendable)),
          status: isAsked && ofJobs.length > 0 ? 'queued' : theirs.status,
          remote: ofJobs.length > 0 ? null : theirs.remote,
        }
      : state.pending;
  const unclear = omit(theirs?.attempted ?? {}, fits ? touchedFields(sendable) : []);
  const next: ChangeState = {
    saved,
    draft,
    pending,
    abandoned: { ...other.abandoned, ...unclear, ...state.abandoned },
    version,
  };
  const present = layOver(underDraft(next), draft);
  const lost = (patch: Patch): Edits =>
    pick(
      textsOf(patch),
      touchedFields(patch).filter((field) => {
        const kept = [present[field], next.pending?.patch[field]?.text];
        return !kept.includes(patch[field]?.text);
      }),
    );
  const revisions = [
    ...remember('replaced', lost(theirs?.patch ?? {})),
    ...remember('replaced', lost(other.draft)),
  ];
  return to(next, { revisions });
}

/**
 * What happens to an entry. Never throws: an event that does not apply changes nothing.
 * @returns the state afterwards, and what is to be stored, written or told because of it
 */
export function transition(state: ChangeState, event: ChangeEvent): Transition {
  const { pending } = state;
  switch (event.type) {
    case 'edit':
      return edit(state, event);
    case 'discardDraft':
      return isEmpty(state.draft) ? stay(state) : to({ ...state, draft: {} });
    case 'restore':
      return restore(state, event);
    case 'submit':
      return isEmpty(state.draft) ? stay(state) : layOnPending(state, state.draft);
    case 'submitJob':
      return submitJob(state, event);
    case 'cancelJob': {
      const fields = pending ? ownedBy(pending.patch, [event.job]) : [];
      const isIdle = !event.writing && pending?.status === 'queued';
      return isIdle && fields.length > 0 ? withdraw(state, pending, fields) : stay(state);
    }
    case 'releaseJob':
      return releaseJob(state, event.job);
    case 'discardPending':
      return pending ? withdraw(state, pending, touchedFields(pending.patch)) : stay(state);
    case 'read':
      return read(state, event);
    case 'readBack':
      return readBack(state, event);
    case 'observe':
      return observe(state, event);
    case 'resolve':
      return resolve(state, event);
    case 'accept':
      return accept(state, event);
    case 'retry':
      return setStatus(state, decided(state, event, 'differs', 'refused'), 'queued');
    case 'refuse':
      return pending?.version === event.version && pending.status === 'queued'
        ? setStatus(state, pending, 'refused')
        : stay(state);
    case 'gone':
      return gone(state);
    case 'adopt':
      return adopt(state, event);
  }
}
