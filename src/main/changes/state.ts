/**
 * Types of the change machine (state, events, transitions) and helpers on them. The rules are in machine.ts
 * and the files it imports.
 */
import type { Revision } from '../../shared/history';
import type { Choice } from '../../shared/organization';
import { isEmpty, applyPatches, omit, touchedFields, type Patch } from '../../shared/patch';
import { EMPTY_PROFILE, FIELD_NAMES, sameProfile } from '../../shared/profile';
import type { Edits, FieldName, Profile } from '../../shared/profile';

/** Cloudflare's copy of a profile; `none`: the organization has no profile. */
export type RemoteCopy = Profile | 'none';

/** A submitted change that Cloudflare has not confirmed. */
export interface PendingState {
  /** Numbers one submission. Unique in the whole database, even after a removal or a recovery. */
  version: number;
  /** Never empty. */
  patch: Patch;
  /** Texts of the patch that we sent and that may have reached Cloudflare, but are not confirmed. */
  attempted: Edits;
  /**
   * `queued`: is to be sent. `conflict`: someone changed a field of it at Cloudflare. `differs`: Cloudflare stored another
   * text than was sent. `refused`: Cloudflare refused it. All but `queued` wait for the person.
   */
  status: 'queued' | 'conflict' | 'differs' | 'refused';
  /** In `conflict` and `differs`: the copy shown to the person for their decision. */
  remote: Profile | null;
}

/** All state of the machine for one entry. */
export interface ChangeState {
  /** Cloudflare's copy as last read. `none` counts as five empty texts. */
  saved: RemoteCopy | 'unread';
  /** Typed but not submitted. */
  draft: Patch;
  pending: PendingState | null;
  /** Texts of discarded and withdrawn changes that may still arrive at Cloudflare. */
  abandoned: Edits;
  /** The last version assigned. */
  version: number;
}

/** What a write contains. The event `readBack` needs it after the write. */
export interface SentWrite {
  version: number;
  patch: Patch;
}

/**
 * An event of an entry. `fields`: by default all. `save`: the id of a save of many. `version`: the change that it is about;
 * nothing happens to another one. `remote`: the copy on screen at the decision. `writing`: whether a write of the change is
 * under way.
 */
export type ChangeEvent =
  | {
      type: 'edit';
      field: FieldName;
      text: string;
      /** The text on screen when the edit began; null: unknown; absent: that of the draft, or the text under it. */
      base?: string | null | undefined;
      /** The id of the batch (a fill, a paste, an import) that made the text; absent: it was typed. */
      batch?: string;
      /**
       * Whether it replaces a draft that may not have been on screen: that text goes to the history, and `base` replaces
       * its base. A batch remembers by default.
       */
      remember?: boolean;
    }
  | { type: 'discardDraft'; fields?: readonly FieldName[]; remember?: boolean }
  /** `replace`: also over a draft. `keepOthers`: the draft of other fields stays. */
  | { type: 'restore'; texts: Edits; replace: boolean; keepOthers?: boolean }
  | { type: 'submit'; save?: string; fields?: readonly FieldName[] }
  | { type: 'cancelSave'; save: string; writing: boolean }
  | { type: 'withdraw'; fields: readonly FieldName[]; writing: boolean }
  | { type: 'releaseSave'; save: string; fields?: readonly FieldName[] }
  | { type: 'discardPending' }
  /** The copy read before a write. `held`: the ids of saves that are not sent now. */
  | { type: 'read'; copy: RemoteCopy; held?: readonly string[] | undefined }
  /** The copy read after the write of `sent`. */
  | { type: 'readBack'; sent: SentWrite; copy: RemoteCopy }
  | { type: 'observe'; copy: RemoteCopy }
  | {
      type: 'resolve';
      version: number;
      remote: Profile;
      choices: Partial<Record<FieldName, Choice>>;
    }
  | { type: 'accept'; version: number; remote: Profile }
  | { type: 'retry'; version: number; remote: Profile | null; save?: string }
  | { type: 'refuse'; version: number }
  | { type: 'gone' }
  /** Edits from a database that was set aside; `version` is the last that it assigned. */
  | { type: 'adopt'; draft: Patch; change: Patch; version: number };

/** A revision to add to the history. */
export interface RevisionText {
  kind: Revision['kind'];
  /** The whole profile if it is Cloudflare's copy, otherwise only the touched fields. */
  texts: Edits;
}

/**
 * How one field of a save of many ended. `theirs`: the person took Cloudflare's text. `replaced`: the person took the field
 * over, or a newer text did.
 */
export interface SaveEnd {
  save: string;
  field: FieldName;
  end: 'done' | 'replaced' | 'canceled' | 'theirs';
}

/** The result of an event. */
export interface Transition {
  /** The same object if nothing changed. */
  state: ChangeState;
  revisions: RevisionText[];
  ends: SaveEnd[];
  /** Fields changed at Cloudflare by someone else, or by a write whose change was discarded. */
  found: FieldName[];
  /** After `read`: the five texts to write; null if there is nothing to write. */
  put: Profile | null;
  /** The version and patch that `put` contains. */
  sent?: SentWrite;
  /**
   * Why a send ends after this event; absent: it continues. `moved-on`: another change is to be sent now, or none. `held`:
   * all its fields belong to saves that are not sent. `gone`: the profile no longer exists.
   */
  stop?: 'confirmed' | 'conflict' | 'differs' | 'moved-on' | 'held' | 'gone';
}

/** An event of one type. */
export type EventOf<T extends ChangeEvent['type']> = Extract<ChangeEvent, { type: T }>;

/** The state of an entry that was never read. `version`: the last one assigned in the database. */
export function initialState(version = 0): ChangeState {
  return { saved: 'unread', draft: {}, pending: null, abandoned: {}, version };
}

/** The saved copy as five texts, or null if it was never read. */
export function savedTexts({ saved }: Pick<ChangeState, 'saved'>): Profile | null {
  return saved === 'unread' ? null : textsOfCopy(saved);
}

/** The texts under a draft: the saved copy with the pending patch applied. */
export function textsUnderDraft(state: Pick<ChangeState, 'saved' | 'pending'>): Profile {
  return applyPatches(savedTexts(state), state.pending?.patch);
}

/** A copy as five texts; `none` gives five empty ones. */
export function textsOfCopy(copy: RemoteCopy): Profile {
  return copy === 'none' ? EMPTY_PROFILE : copy;
}

/** The fields of a patch that these saves own. */
export function fieldsOwnedBy(patch: Patch, saves: readonly string[]): FieldName[] {
  return touchedFields(patch).filter((field) => {
    const save = patch[field]?.save;
    return save !== undefined && saves.includes(save);
  });
}

/** The patch with the person as the owner of these fields. */
export function ownedByPerson(patch: Patch, fields: readonly FieldName[]): Patch {
  const owned = { ...patch };
  for (const field of fields) {
    const edit = patch[field];
    if (edit?.save !== undefined) owned[field] = { base: edit.base, text: edit.text };
  }
  return owned;
}

/** One `SaveEnd` for each of these fields that a save owns. */
export function endSaves(
  patch: Patch,
  end: SaveEnd['end'],
  fields = touchedFields(patch),
): SaveEnd[] {
  return fields.flatMap((field) => {
    const save = patch[field]?.save;
    return save === undefined ? [] : { save, field, end };
  });
}

/** One revision, or none if `texts` is empty. */
export function revision(kind: RevisionText['kind'], texts: Edits): RevisionText[] {
  return isEmpty(texts) ? [] : [{ kind, texts }];
}

/** A transition to another state. Drops draft fields that equal the text under them. */
export function moveTo(
  state: ChangeState,
  rest: Partial<Omit<Transition, 'state'>> = {},
): Transition {
  const under = textsUnderDraft(state);
  const equal = touchedFields(state.draft).filter(
    (field) => state.draft[field]?.text === under[field],
  );
  const draft = omit(state.draft, equal);
  return { ...unchanged({ ...state, draft }), ...rest };
}

/** A transition to this state that, apart from `rest`, does nothing else. */
export function unchanged(
  state: ChangeState,
  rest: Partial<Omit<Transition, 'state'>> = {},
): Transition {
  return { state, revisions: [], ends: [], found: [], put: null, ...rest };
}

function sameCopy(one: ChangeState['saved'], other: ChangeState['saved']): boolean {
  return (
    one === other ||
    (typeof one === 'object' && typeof other === 'object' && sameProfile(one, other))
  );
}

/** Whether two sets of texts, or two patches (by identity of their edits), are equal in every field. */
export function sameFields(one: Patch | Edits, other: Patch | Edits): boolean {
  return one === other || FIELD_NAMES.every((field) => one[field] === other[field]);
}

function samePatch(one: Patch, other: Patch): boolean {
  return FIELD_NAMES.every((field) => {
    const [a, b] = [one[field], other[field]];
    return a?.text === b?.text && a?.base === b?.base && a?.save === b?.save;
  });
}

function samePending(one: PendingState | null, other: PendingState | null): boolean {
  if (one === null || other === null) return one === other;
  const isSameCopy =
    one.remote && other.remote
      ? sameProfile(one.remote, other.remote)
      : one.remote === other.remote;
  return (
    isSameCopy &&
    one.version === other.version &&
    one.status === other.status &&
    samePatch(one.patch, other.patch) &&
    sameFields(one.attempted, other.attempted)
  );
}

/** Deep equality of two states. */
export function sameState(one: ChangeState, other: ChangeState): boolean {
  return (
    one.version === other.version &&
    sameCopy(one.saved, other.saved) &&
    samePatch(one.draft, other.draft) &&
    samePending(one.pending, other.pending) &&
    sameFields(one.abandoned, other.abandoned)
  );
}
