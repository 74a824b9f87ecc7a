/**
 * Loads the change state of an entry, applies an event, and stores the result with its revisions and the results
 * of saves, all in one transaction. Only this file writes what the machine decides. sync/ and saves/ set timing
 * and queue order; recovery adds older revisions.
 */
import type { AfterCancel } from '../../shared/saves';
import type { Failure } from '../../shared/failure';
import { isEmpty, pick, savesIn, touchedFields, type Patch } from '../../shared/patch';
import { sameProfile, type Edits } from '../../shared/profile';
import { RECOVERED, toVersion, VERSION_SETTING } from '../database';
import type {
  AdoptEdits,
  ListEntry,
  OutboxRow,
  ProfileRow,
  RevisionRow,
  Tables,
  Trust,
} from '../database';
import {
  fieldsKeptInsteadOfEmptied,
  isOnlyKeptInsteadOfEmptied,
  savedTexts,
  transition,
  type ChangeEvent,
  type ChangeState,
  type EventOf,
  type PendingState,
  type Transition,
} from './machine';
import type { Confirmed } from './send-status';
import { sameFields, unchanged } from './state';

/** Context that is stored with a transition. */
export interface ApplyOptions {
  /** The current time, ms since the epoch. */
  at: number;
  /** When the event's copy was read, ms since the epoch. Default: `at`. */
  readAt?: number;
  /** Whether the entry's page is open. If so, changes found at Cloudflare are not marked. */
  isPageOpen?: boolean;
  /** Why the change is refused or differs; shown on its page. */
  failure?: Failure | null;
}

/** A transition with the state before it, and whether anything changed. */
export interface Applied extends Transition {
  before: ChangeState;
  changed: boolean;
}

/**
 * The last version that was assigned to a change. The setting may have been altered or lost: a version that is
 * assigned twice would make a newer edit look like the one that was sent.
 */
function lastVersion(tables: Tables): number {
  return toVersion(tables.settings.get(VERSION_SETTING)) ?? tables.outbox.highestVersion();
}

/** The machine's status of a stored change. */
function statusOf({ state }: OutboxRow): PendingState['status'] {
  return state === 'waiting' || state === 'paused' ? 'queued' : state;
}

/** A stored change as the machine's pending state. */
export function pendingOf(row: OutboxRow): PendingState {
  const { version, patch, attempted, remote } = row;
  return { version, patch, attempted, status: statusOf(row), remote };
}

/** A stored profile as the machine's saved copy. */
function savedOf(profile: ProfileRow | null): ChangeState['saved'] {
  if (!profile) return 'unread';
  return profile.fields ?? 'none';
}

/** The state of an entry whose rows were read in the same transaction (`organizations.entries`). */
export function stateOf(
  tables: Tables,
  id: string,
  { profile, draft, change }: Pick<ListEntry, 'profile' | 'draft' | 'change'>,
): ChangeState {
  return {
    saved: savedOf(profile),
    draft: draft?.patch ?? {},
    pending: change && pendingOf(change),
    abandoned: tables.abandoned.get(id),
    version: Math.max(lastVersion(tables), change?.version ?? 0),
  };
}

/** Loads the state of an entry. Call inside `Database.read` or `Database.write`. */
export const loadState = (tables: Tables, id: string): ChangeState =>
  stateOf(tables, id, {
    profile: tables.profiles.get(id),
    draft: tables.drafts.get(id),
    change: tables.outbox.get(id),
  });

/**
 * Whose is what waits in an entry. Only what is ours may be sent, or replaced.
 * @param hasChange whether it has a pending change, if that is known
 */
export function trustOf(tables: Tables, id: string, hasChange = true): Trust {
  if (tables.abandoned.mustWait(id)) return 'unknown';
  return hasChange ? tables.outbox.trust(id) : 'ours';
}

/** Where the draft texts come from that an event makes. */
function originOf(event: ChangeEvent): { origin: string | null; isBatch: boolean } {
  if (event.type === 'edit' && event.batch !== undefined) {
    return { origin: event.batch, isBatch: true };
  }
  const others = event.type === 'adopt' ? RECOVERED : null;
  return { origin: event.type === 'cancelSave' ? event.save : others, isBatch: false };
}

/** Compares edits by identity, which is cheaper than `sameState` and enough to decide what to store. */
function samePending(one: PendingState | null, other: PendingState | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.version === other.version &&
    one.status === other.status &&
    one.remote === other.remote &&
    sameFields(one.patch, other.patch) &&
    sameFields(one.attempted, other.attempted)
  );
}

/**
 * The save that a change is sent as part of: with fields of several saves, the first one that is not paused. Null
 * if any field is the person's own.
 */
export function sendingSave(patch: Patch, paused: readonly string[]): string | null {
  const saves = touchedFields(patch).map((field) => patch[field]?.save ?? null);
  if (saves.includes(null)) return null;
  return saves.find((save) => save !== null && !paused.includes(save)) ?? saves[0] ?? null;
}

/** The failure to store with a change, or null. */
function failureOf(
  pending: PendingState,
  before: PendingState | null,
  failure: Failure | null,
): Failure | null {
  const { status } = pending;
  if (status === 'queued') return null;
  if (status === 'conflict') return { code: 'profile.conflict' };
  const isKept = fieldsKeptInsteadOfEmptied(pending).every(
    (field) => before?.patch[field]?.base === pending.remote?.[field],
  );
  if (isKept && isOnlyKeptInsteadOfEmptied(pending))
    return { ...failure, code: 'profile.empty-kept' };
  const fallback = status === 'differs' ? 'profile.stored-differently' : 'profile.refused';
  return failure ?? { code: fallback };
}

function storePending(
  tables: Tables,
  id: string,
  before: PendingState | null,
  { state: { pending }, stop }: Transition,
  { at, failure = null }: ApplyOptions,
): void {
  if (pending === null) return tables.outbox.remove(id);
  const { version, patch, attempted, remote, status } = pending;
  const row = before && tables.outbox.get(id);
  // A new submission is sent immediately, otherwise the timing stays. When part of a change was confirmed, the
  // rest (fields of paused saves) does not inherit an earlier wait.
  const keepsTiming = row?.version === version && before?.status === status && stop !== 'confirmed';
  const timing = keepsTiming
    ? row
    : {
        submittedAt: row?.version === version ? row.submittedAt : at,
        attempts: row?.version === version ? row.attempts : 0,
        nextTryAt: null,
        failure: failureOf(pending, before, failure),
        state: status,
      };
  const saves = savesIn(patch);
  tables.outbox.put({
    entryId: id,
    version,
    patch,
    attempted,
    remote,
    submittedAt: timing.submittedAt,
    attempts: timing.attempts,
    nextTryAt: timing.nextTryAt,
    failure: timing.failure,
    state: timing.state,
    // Which are paused only decides between several.
    saveId: sendingSave(patch, saves.length > 1 ? tables.saves.paused(saves) : []),
  });
}

/**
 * Stores the copy of an event, with its times and whether it was changed elsewhere.
 * @param pending what was pending before the event
 */
function storeCopy(
  tables: Tables,
  id: string,
  { state, found, stop }: Transition,
  isSend: boolean,
  pending: PendingState | null,
  { at, readAt = at, isPageOpen = false }: ApplyOptions,
): void {
  const { saved } = state;
  if (saved === 'unread') return;
  const before = tables.profiles.get(id);
  const fields = saved === 'none' ? null : saved;
  const isSame =
    before !== null &&
    (before.fields && fields ? sameProfile(before.fields, fields) : before.fields === fields);
  const isMarked = before?.changedElsewhere === true || (before !== null && found.length > 0);
  const patch = pending?.patch ?? {};
  tables.profiles.put(
    {
      entryId: id,
      fields,
      confirmedAt: isSame && stop !== 'confirmed' ? before.confirmedAt : readAt,
      checkedAt: readAt,
      // After a confirmed save, the page says what else was found.
      changedElsewhere: isMarked && !isPageOpen && !(isSend && stop === 'confirmed'),
    },
    touchedFields(patch).filter((field) => patch[field]?.text === fields?.[field]),
  );
}

function storeRevisions(
  tables: Tables,
  id: string,
  revisions: Transition['revisions'],
  at: number,
  since: RevisionRow['since'],
): void {
  for (const { kind, texts } of revisions) {
    if (kind === 'observed') {
      const newest = tables.revisions.copyBefore(id, null);
      if (newest && sameFields(newest.texts, texts)) continue;
    }
    const asked = kind === 'observed' && since !== undefined ? { since } : {};
    // The history is sorted by time, so the clock may not put a revision before one that was there already.
    const time = Math.max(at, tables.revisions.lastAt(id) ?? at);
    tables.revisions.add({ entryId: id, at: time, kind, texts, author: null, ...asked });
  }
}

/**
 * After these events the fields of canceled saves can be withdrawn, because the write or the decision is over. Fields that
 * the person decided are theirs by then.
 */
const ALLOWS_WITHDRAWAL: ReadonlySet<ChangeEvent['type']> = new Set([
  'readBack',
  'resolve',
  'accept',
  'retry',
]);

/**
 * Cancels a save's part of a pending change: its fields become drafts again, which `discard` then moves to the history.
 * Call inside `Database.write`. Returns whether anything changed.
 */
export function cancelSave(
  tables: Tables,
  id: string,
  event: EventOf<'cancelSave'>,
  then: AfterCancel,
  at: number,
): boolean {
  const canceled = applyEvent(tables, id, event, { at, isPageOpen: true });
  if (!canceled?.changed) return false;
  if (then === 'keep') return true;
  const { before, state } = canceled;
  const fields = touchedFields(state.draft).filter((field) => !before.draft[field]);
  const discard = { type: 'discardDraft', fields, remember: true } as const;
  applyEvent(tables, id, discard, { at, isPageOpen: true });
  return true;
}

/**
 * Withdraws the fields of canceled saves that could not be withdrawn when the save was canceled, because they
 * were being written or waiting for a decision. Call inside `Database.write`, while no write of this entry is
 * running.
 */
export function withdrawCanceled(tables: Tables, id: string, at: number): void {
  const patch = tables.outbox.get(id)?.patch ?? {};
  for (const save of savesIn(patch)) {
    const then = tables.saves.afterCancel(save);
    if (then) cancelSave(tables, id, { type: 'cancelSave', save, writing: false }, then, at);
  }
}

/** These events concern drafts only. They leave what waits as it is, even while it cannot be checked. */
const OF_DRAFTS: ReadonlySet<ChangeEvent['type']> = new Set([
  'edit',
  'discardDraft',
  'restore',
  'adopt',
]);

/** These take a change away from what is sent. While no one knows whose it is, it becomes drafts. */
const TAKES_AWAY: ReadonlySet<ChangeEvent['type']> = new Set(['withdraw', 'discardPending']);

/**
 * Turns the pending change of an entry that is not ours (row-macs.ts) into drafts, which only a review can send. Nothing in
 * it is believed but its texts: their bases are the texts that the page shows as Cloudflare's. Call inside `Database.write`.
 */
export function changeToDrafts(tables: Tables, id: string, at: number): void {
  const state = loadState(tables, id);
  if (!state.pending) return;
  const saved = savedTexts(state);
  const patch: Patch = {};
  for (const field of touchedFields(state.pending.patch)) {
    const edit = state.pending.patch[field];
    if (edit) patch[field] = { ...edit, base: saved && saved[field] };
  }
  const pending = {
    ...state.pending,
    patch,
    attempted: {},
    status: 'queued',
    remote: null,
  } as const;
  const event = { type: 'withdraw', fields: touchedFields(patch), writing: false } as const;
  store(tables, id, { ...state, pending }, event, { at, origin: RECOVERED });
}

/**
 * Applies an event to an entry and stores the result. Call inside `Database.write`. A pending change that is not ours becomes
 * drafts first. While it cannot be checked, an event about what waits changes nothing, unless it takes that away.
 * @param loaded its state, if it is known already; with an event about what waits, only if that is ours (`trustOf`)
 * @returns null if the organization is not saved here
 */
export function applyEvent(
  tables: Tables,
  id: string,
  event: ChangeEvent,
  options: ApplyOptions,
  loaded?: ChangeState,
): Applied | null {
  if (!loaded && !tables.organizations.get(id)) return null;
  if (!loaded && !OF_DRAFTS.has(event.type)) {
    const trust = trustOf(tables, id);
    if (trust === 'unknown') {
      const before = loadState(tables, id);
      const changed = TAKES_AWAY.has(event.type);
      if (changed) changeToDrafts(tables, id, options.at);
      return { ...unchanged(loadState(tables, id)), before, changed };
    }
    if (trust === 'foreign') changeToDrafts(tables, id, options.at);
  }
  // No write is running at this point of a send.
  if (event.type === 'read') withdrawCanceled(tables, id, options.at);
  return store(tables, id, loaded ?? loadState(tables, id), event, options);
}

/**
 * Applies edits of several fields of one batch to this state of an entry, and stores them together, which takes much less
 * time than one by one. Call inside `Database.write`.
 */
export function applyEdits(
  tables: Tables,
  id: string,
  before: ChangeState,
  edits: readonly EventOf<'edit'>[],
  options: ApplyOptions,
): void {
  const [first] = edits;
  if (!first) return;
  const revisions: Transition['revisions'] = [];
  let result = unchanged(before);
  for (const edit of edits) {
    result = transition(result.state, edit);
    revisions.push(...result.revisions);
  }
  store(tables, id, before, first, options, { ...result, revisions });
}

/** Recovers the unsent edits of an entry as drafts. Call inside `Database.write`. Returns whether this created a draft. */
export const adoptEdits: AdoptEdits = (tables, id, { at, ...edits }) => {
  const adopted = applyEvent(tables, id, { type: 'adopt', ...edits }, { at });
  return adopted !== null && isEmpty(adopted.before.draft) && !isEmpty(adopted.state.draft);
};

/** Applies an event to this state of an entry, and stores the result. */
function store(
  tables: Tables,
  id: string,
  before: ChangeState,
  event: ChangeEvent,
  options: ApplyOptions & { origin?: string },
  result = transition(before, event),
): Applied {
  const readBefore = 'copy' in event ? tables.profiles.get(id)?.checkedAt : undefined;
  const { state, revisions, ends } = result;
  const hasCopy = 'copy' in event && result.stop !== 'gone';
  const isSend = event.type !== 'observe';
  // First, so that the revisions and rows below see the new copy.
  if (hasCopy || state.saved !== before.saved)
    storeCopy(tables, id, result, isSend, before.pending, options);
  const draftChanged = !sameFields(before.draft, state.draft);
  if (draftChanged) {
    if (isEmpty(state.draft)) tables.drafts.remove(id);
    else {
      const row = { entryId: id, patch: state.draft, updatedAt: options.at };
      const { origin } = options;
      tables.drafts.put(row, origin === undefined ? originOf(event) : { origin, isBatch: false });
    }
  }
  const pendingChanged = !samePending(before.pending, state.pending);
  if (pendingChanged) storePending(tables, id, before.pending, result, options);
  const abandonedChanged = !sameFields(before.abandoned, state.abandoned);
  if (abandonedChanged && !isEmpty(state.abandoned)) {
    tables.abandoned.put(id, state.abandoned);
  } else if (isEmpty(state.abandoned) && (abandonedChanged || 'copy' in event)) {
    // Also removes an unreadable row, because a copy shows how every earlier write ended.
    tables.abandoned.remove(id);
  }
  // Compared with what is stored, which may be lower than a version in use.
  if (state.version !== (tables.settings.get(VERSION_SETTING) ?? 0)) {
    tables.settings.put(VERSION_SETTING, state.version);
  }
  const readAt = options.readAt ?? options.at;
  if (event.type === 'adopt') {
    for (const one of revisions) {
      tables.revisions.addMissing({ entryId: id, at: readAt, ...one, author: null });
    }
  } else {
    const isAsked = result.found.length > 0 && readBefore !== undefined;
    storeRevisions(tables, id, revisions, readAt, isAsked ? readBefore : undefined);
  }
  // The copy that this event stored, if it has texts of a save.
  const copyId =
    hasCopy && ends.length > 0 ? (tables.revisions.copyBefore(id, null)?.id ?? null) : null;
  for (const { save, field, end } of ends) {
    tables.saves.end(save, id, field, end, end === 'done' ? copyId : null);
  }
  if (ALLOWS_WITHDRAWAL.has(event.type)) withdrawCanceled(tables, id, options.at);
  const changed = hasCopy || draftChanged || pendingChanged || abandonedChanged;
  return { ...result, before, changed: changed || revisions.length > 0 };
}

/** What the person's confirmed edits replaced, as `OrganizationView` describes it, and what Cloudflare has instead. */
export function replacedTexts({ before, state }: Applied): Pick<Confirmed, 'replaced' | 'texts'> {
  const replaced: Edits = {};
  const patch = before.pending?.patch ?? {};
  for (const field of touchedFields(patch)) {
    const edit = patch[field];
    const isConfirmed = state.pending?.patch[field] === undefined;
    if (!edit || !isConfirmed || edit.save !== undefined) continue;
    if (edit.base !== null && edit.base !== edit.text) replaced[field] = edit.base;
  }
  return { replaced, texts: pick(savedTexts(state) ?? {}, touchedFields(replaced)) };
}
