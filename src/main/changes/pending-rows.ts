/** Pending changes as rows of *Changes*: those that are sent automatically, and those that wait for a decision. */
import { createHash } from 'node:crypto';
import type { DecideRow, RowText, WaitingRow } from '../../shared/changes';
import type { Author } from '../../shared/history';
import { entryNameOf, type EntryName } from '../../shared/organization';
import { touchedFields, type Patch } from '../../shared/patch';
import { EMPTY_PROFILE, FIELD_NAMES, type FieldName, type Profile } from '../../shared/profile';
import type { OutboxRow, Tables } from '../database';
import { conflictingFields, fieldsStoredDifferently } from './machine';
import { pendingOf } from './repository';
import { rowTexts } from './row-text';
import type { SendStatus } from './send-status';

/** The fields about which the person must decide: those in conflict, or those that Cloudflare stored differently. */
export function decidedFields(change: OutboxRow): FieldName[] {
  if (change.state === 'conflict') return conflictingFields(pendingOf(change));
  return change.state === 'differs' ? fieldsStoredDifferently(pendingOf(change)) : [];
}

/** The fields of a refused change: first those that Cloudflare names, which the person need not have changed. */
function fieldsRefused({ patch, failure }: OutboxRow): FieldName[] {
  const named = (failure?.errors ?? []).flatMap(({ field }) => field ?? []);
  return [...new Set([...named, ...touchedFields(patch)])];
}

/** How many copies are compared at most: each is a read, and a page of *Decide* has fifty rows. */
const MAX_COPIES = 10;

/**
 * Who changed the fields in conflict at Cloudflare since the person started, with the time of the last of them; null: several
 * did, or it is not known.
 */
export function conflictAuthor(tables: Tables, change: OutboxRow): Author | null {
  const { entryId, state, remote, patch } = change;
  if (state !== 'conflict' || !remote) return null;
  const authors: (Author | null)[] = [];
  let unexplained: readonly FieldName[] = decidedFields(change);
  let copy = tables.revisions.copyBefore(entryId, null);
  // The conflict may be about an older copy than the newest; the history does not say who made that.
  if (unexplained.some((field) => copy?.texts[field] !== remote[field])) return null;
  for (let count = 0; copy && unexplained.length > 0 && count < MAX_COPIES; count += 1) {
    const { id, kind, texts, author } = copy;
    const before = tables.revisions.copyBefore(entryId, id);
    const isChanged = (field: FieldName): boolean => before?.texts[field] !== texts[field];
    const changed = unexplained.filter(isChanged);
    // Otherwise that was before the person started, or there was another change since, or it is not known.
    if (changed.some((field) => before?.texts[field] !== patch[field]?.base)) return null;
    // Our own saves have no author.
    if (changed.length > 0) authors.push(kind === 'observed' ? author : null);
    unexplained = unexplained.filter((field) => !isChanged(field));
    copy = before;
  }
  const [newest = null] = authors;
  const isOne = unexplained.length === 0 && authors.every((author) => author?.who === newest?.who);
  return isOne ? newest : null;
}

/** Cloudflare's copy that the person decides about: that of the change, or the saved one. */
export function decidedCopy(tables: Tables, { entryId, remote }: OutboxRow): Profile {
  return remote ?? tables.profiles.get(entryId)?.fields ?? EMPTY_PROFILE;
}

/** Identifies the texts of a copy. */
export function copyId(copy: Profile): string {
  const texts = FIELD_NAMES.map((field) => copy[field]);
  return createHash('sha256').update(JSON.stringify(texts)).digest('base64url').slice(0, 22);
}

function textsOf(patch: Patch, fields: readonly FieldName[], copy: Profile): RowText[] {
  return fields.map((field) => ({
    field,
    ...rowTexts(copy[field], patch[field]?.text ?? copy[field]),
    replacesWaiting: null,
    notes: [],
  }));
}

function nameIn(tables: Tables, entryId: string): EntryName {
  const saved = tables.organizations.get(entryId);
  return saved ? entryNameOf(saved) : { name: entryId, organizationName: null };
}

/**
 * The row of a change that is sent automatically.
 * @param paused the ids of paused saves
 */
export function waitingRow(
  tables: Tables,
  change: OutboxRow,
  sendStatus: Pick<SendStatus, 'of'>,
  paused: readonly string[],
): WaitingRow {
  const { entryId, version, saveId, state } = change;
  const isSending = sendStatus.of(entryId).step !== null;
  // What is being sent already is not held up any more.
  const isSavePaused = !isSending && saveId !== null && paused.includes(saveId);
  const isPaused = isSavePaused || (state !== 'queued' && state !== 'waiting');
  const copy = tables.profiles.get(entryId)?.fields ?? EMPTY_PROFILE;
  return {
    entryId,
    ...nameIn(tables, entryId),
    version,
    texts: textsOf(change.patch, touchedFields(change.patch), copy),
    state: isSending ? 'sending' : isPaused ? 'paused' : state,
    since: change.submittedAt,
    failure: change.failure,
    nextTryAt: change.nextTryAt,
    isSavePaused,
  };
}

/** The row of a change that waits for a decision. */
export function decideRow(tables: Tables, change: OutboxRow): DecideRow {
  const { entryId, version, state, patch, failure } = change;
  const copy = decidedCopy(tables, change);
  const decided = decidedFields(change);
  const draft = tables.drafts.get(entryId)?.patch ?? {};
  const fields = decided.length > 0 ? decided : fieldsRefused(change);
  return {
    entryId,
    ...nameIn(tables, entryId),
    version,
    remoteId: copyId(copy),
    texts: textsOf(patch, fields, copy),
    state: state === 'conflict' || state === 'differs' ? state : 'refused',
    failure,
    remoteAuthor: conflictAuthor(tables, change),
    draft: textsOf(draft, touchedFields(draft), copy),
  };
}
