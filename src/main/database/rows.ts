/** Row types of the repositories in tables.ts. Times are ms since the epoch. */
import { AFTER_CANCEL, type AfterCancel } from '../../shared/saves';
import type { Batch, DraftNote, LeftOut } from '../../shared/changes';
import type { Failure } from '../../shared/failure';
import type { CHANGE_STATES, EntryKind, Parent } from '../../shared/organization';
import type { Author, Revision } from '../../shared/history';
import type { FieldEdit, Patch } from '../../shared/patch';
import type { Edits, FieldName, Profile } from '../../shared/profile';
import type { ReadOnlyReason, SIGN_IN_STATES, SignInKind } from '../../shared/sign-in';

/** A sign-in. Its key is in the keychain under this id, or in memory, never in the database. */
export interface SignInRow {
  id: string;
  kind: SignInKind;
  label: string;
  /** The account email; `''` for a token. */
  email: string;
  /** Cloudflare's user id, null until a check has returned it. */
  userId: string | null;
  /** Cloudflare's id of the token; null for a key. */
  tokenId: string | null;
  /** Why it may not write; null if it may. */
  readOnly: ReadOnlyReason | null;
  /** When the token expires; null: never, or unknown. */
  expiresAt: number | null;
  state: (typeof SIGN_IN_STATES)[number];
  checkedAt: number | null;
  /** Why it does not work, or null. */
  issue: Failure | null;
  /** When it stopped working, or null. */
  issueSince: number | null;
}

/** What Cloudflare lists of an entry. */
export interface ListedEntry {
  id: string;
  kind: EntryKind;
  name: string;
  /** The organization above it, as Cloudflare last listed it; null if it has none or none is known. */
  parent: Parent | null;
  /** When it was created at Cloudflare; null if unknown. */
  createdAt: number | null;
}

/** A saved entry: an organization or an account. */
export interface OrganizationRecord extends ListedEntry {
  /** Null if it has no sign-in. */
  signInId: string | null;
  addedAt: number;
  /** When the person last opened its page, or null. */
  viewedAt: number | null;
}

/** Identifies the edits of a saved entry without reading their texts, so that thousands can be compared. */
export interface EditFingerprint {
  entryId: string;
  signInId: string | null;
  /** Identifies the text of its draft; null if it has none. */
  draft: string | null;
  /** Identifies its pending change, or the changes of saves that are still to be made of it; null: there are none. */
  change: string | null;
}

/** Totals of saved organizations. */
export interface OrganizationTotals {
  saved: number;
  withoutSignIn: number;
  /** Without a saved copy of their profile. */
  unread: number;
  changedElsewhere: number;
  drafts: number;
}

/** The saved copy of a profile, as last read from Cloudflare. Without a row, the profile was never fetched. */
export interface ProfileRow {
  entryId: string;
  /** Null if the organization has no profile at Cloudflare yet. */
  fields: Profile | null;
  /** When the fields last changed, as far as we know. */
  confirmedAt: number;
  /** When the profile was last fetched successfully. */
  checkedAt: number;
  /** Changed at Cloudflare by someone else, and not viewed since. */
  changedElsewhere: boolean;
}

/** A draft: edits that were not submitted yet. */
export interface DraftRow {
  entryId: string;
  patch: Patch;
  /** When its newest text was typed or made. */
  updatedAt: number;
}

/** The draft of one field. */
export interface DraftField {
  entryId: string;
  field: FieldName;
  base: string | null;
  text: string;
  /** Grows with every text of a draft, over all entries. */
  seq: number;
  /** The batch or the canceled save that it comes from; null: it was typed. */
  origin: string | null;
  at: number;
}

/** A draft text that a batch replaced, or typing over what a batch made. */
export interface ReplacedDraft extends DraftOrigin {
  text: string;
  /** Its base, where the batch gave the draft another one. */
  base?: string | null;
}

/** Where a draft text comes from, what it replaced, and what a person should know of it. */
export interface DraftOrigin {
  origin: string | null;
  replaced: ReplacedDraft | null;
  notes: DraftNote[];
}

/** A batch: what one act made drafts of in many entries. */
export interface BatchRow {
  id: string;
  kind: Batch['kind'];
  fields: FieldName[];
  /** The texts that its title names, shortened. */
  titleTexts: string[];
  at: number;
  stage: Batch['stage'];
  /** Entries it has gone through, of `total`. */
  done: number;
  total: number;
  /** Entries in which it made a draft that was not undone. */
  made: number;
  /** In how many entries it made no draft of a text, by reason. */
  leftOut: Partial<Record<LeftOut, number>>;
  /** Of an import; else null. */
  source: Batch['source'];
}

/** The draft of a field without its texts, so that thousands can be counted. */
export interface DraftSummary extends Pick<DraftField, 'entryId' | 'field' | 'seq' | 'origin'> {
  /** Whether its text is empty. Then the one under it is not. */
  isCleared: boolean;
  /** What a person should know of an imported text. */
  notes: DraftNote[];
  /** Whether a text of the field waits to be sent. */
  isWaiting: boolean;
  /** Why it is in no review: its sign-in is read-only, or its entry waits for a decision. Null: it is in one. */
  notReviewed: 'readOnly' | 'decide' | null;
}

/** A pending change: submitted, but not confirmed by Cloudflare. At most one per organization. */
export interface OutboxRow {
  entryId: string;
  /** Number of the submission, unique in the whole database. */
  version: number;
  patch: Patch;
  /** Texts that we sent and that may have reached Cloudflare, although unconfirmed. */
  attempted: Edits;
  /** In states `conflict` and `differs`: Cloudflare's copy that the person must decide about. */
  remote: Profile | null;
  submittedAt: number;
  attempts: number;
  nextAttemptAt: number | null;
  failure: Failure | null;
  state: (typeof CHANGE_STATES)[number];
  /** The save of many that the change is sent as part of; null: it is the person's own. */
  saveId: string | null;
}

/** One field of a pending change. */
export interface PendingField extends FieldEdit {
  entryId: string;
  field: FieldName;
}

/** A pending change without its texts. */
export interface QueueEntry {
  entryId: string;
  /** The sign-in that the change is sent with, or null. */
  signInId: string | null;
  state: OutboxRow['state'];
  failure: Failure | null;
  saveId: string | null;
}

/** Selects pending changes. All given properties must match. */
export interface QueueCondition {
  /** Null selects changes without a sign-in. */
  signInId?: string | null;
  states?: readonly OutboxRow['state'][];
  /** Only the person's own changes: those that are not sent as part of a save. */
  own?: true;
}

/** The pending change to send next. */
export interface QueuedSend {
  entryId: string;
  /** The sign-in that the change is sent with, or null. */
  signInId: string | null;
  /** The save of many that the change is sent as part of; null: it is the person's own. */
  saveId: string | null;
}

/** Number of pending changes still to be sent, for one sign-in and one save of many (null: the person's own). */
export interface QueueLoad {
  signInId: string;
  saveId: string | null;
  changes: number;
}

/** A save of many: changes many organizations at once. */
export interface SaveRow {
  id: string;
  at: number;
  fields: FieldName[];
  /**
   * `submitting` while drafts are submitted, then `sending`.
   * `canceling` while its changes become drafts again, then `canceled`; `discarding` while they are discarded, then
   * `discarded`. Its changes are sent only in `sending`.
   */
  stage: 'submitting' | 'sending' | CanceledStage;
  paused: boolean;
  /** How many entries were to be submitted, until all of them are; then 0. */
  intended: number;
  /** Whether the person closed it after it ended. */
  closed: boolean;
}

/** What a save wrote in an entry. */
export interface WrittenItem {
  /** Identifies the item, to continue after it. */
  place: number;
  entryId: string;
  /** The fields whose text Cloudflare confirmed. */
  fields: FieldName[];
  /** The first copy of Cloudflare's profile that had one of these texts. */
  revisionId: number;
}

/** The stages of a canceled save: while its changes are withdrawn, and afterwards. */
export const CANCELED_STAGES = {
  keep: ['canceling', 'canceled'],
  discard: ['discarding', 'discarded'],
} as const;

type CanceledStage = (typeof CANCELED_STAGES)[AfterCancel][number];

/** What becomes of the unsent texts of a save in this stage; null if it is not canceled. */
export function afterCancelOf(stage: SaveRow['stage']): AfterCancel | null {
  const isIn = (way: AfterCancel) => CANCELED_STAGES[way].some((one) => one === stage);
  return AFTER_CANCEL.find(isIn) ?? null;
}

/** How one field of a save can end. */
export const SAVE_ENDS = ['done', 'replaced', 'canceled', 'theirs'] as const;

/** A request with which we wrote a profile. */
export interface OwnRequest {
  /** When it was decided, ms since the epoch. */
  at: number;
  /** The id of its answer (cloudflare/audit-log.ts); null if none came. */
  ray: string | null;
}

/** One state of a profile in the history. */
export interface RevisionRow {
  entryId: string;
  at: number;
  kind: Revision['kind'];
  /** All five texts if the revision is a copy of Cloudflare's profile, else those the person touched. */
  texts: Edits;
  /** Who changed it at Cloudflare, where that is known. */
  author: Author | null;
  /**
   * Of a change that was found at Cloudflare: when the profile was read before. Absent once its audit log told what it
   * has of the change.
   */
  since?: number;
}

/** A stored revision. Ids go up in the order revisions were added; the history is sorted by time. */
export interface StoredRevision extends RevisionRow {
  id: number;
}

/** A label of an entry. */
export interface LabelRow {
  entryId: string;
  label: string;
}

/** The rate limit of one Cloudflare user, kept across restarts. */
export interface RateLimitRow {
  userId: string;
  /** A JSON value whose shape only rate-limit/persisted-state.ts knows. */
  state: unknown;
}

/** What an entry can be found by. */
export interface EntryKeys {
  id: string;
  name: string;
  /**
   * Its saved metadata; null if they were not asked for. An entry that was never read waits for that, or cannot be read:
   * it has no sign-in that works, or Cloudflare refused it.
   */
  metadata: { text: string } | 'waits' | 'unreadable' | null;
}

/** A group of organizations that a person chose to add and that are not saved yet. */
export interface AdditionRow {
  id: number;
  /** The sign-in that the organizations are added with. */
  signInId: string;
  organizations: readonly ListedEntry[];
}

/** One organization with everything that its row in the list is computed from; see entries.ts. */
export interface ListEntry {
  organization: OrganizationRecord;
  signIn: Pick<SignInRow, 'state' | 'issue' | 'readOnly'> | null;
  profile: ProfileRow | null;
  /** Fields of the saved copy with advice that was not marked as viewed. */
  advice: FieldName[];
  draft: DraftRow | null;
  change: OutboxRow | null;
  /** In the order of their letters. */
  labels: string[];
}
