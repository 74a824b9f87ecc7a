/**
 * Types of the record of an entry: what is known about it from outside the app. record.ts fills the record.
 * Times (`at`, `sentAt`, …) are ms since the epoch.
 */
import type { EntryKind } from '../../../src/shared/organization';
import type { Edits, FieldName, Profile } from '../../../src/shared/profile';
import type { SaveRecord } from './save-record';
import type { Stall } from './stalls';

/** The texts a person may have seen in a field when they started to change it. */
export type Seen = Partial<Record<FieldName, readonly string[]>>;

/** A submitted change: saved on the page, or one item of a save. */
export interface Submission {
  at: number;
  /** When the app acknowledged the submission, or was found to have it. Null: it may not have happened. */
  doneAt: number | null;
  edits: Edits;
  seen: Seen;
  /** The save of many; null if the change was saved on the page. */
  save: SaveRecord | null;
  /** Fields whose text Cloudflare already had, as far as the app knew. They may need no write. */
  settled: Set<FieldName>;
  /** When its run was killed, if that had not read the key: then the next one makes a draft of it. Null: it had. */
  draftFrom: number | null;
}

/** A state of the draft that may be on disk from a certain moment on. */
export interface Moment {
  what: string;
  /** What caused the state. A keystroke is on disk within half a second, a call when it is answered. */
  by: 'key' | 'call';
  /** Unsubmitted texts. */
  edits: Edits;
  seen: Seen;
  sentAt: number;
  /** When the app had certainly received the state; null: it may not have. */
  ackAt: number | null;
  submission: Submission | null;
  /** Texts of a replaced or discarded draft, which are then in the history. */
  remembered: Edits;
  /** Whether it replaces what was read until it was made, not what a page showed when it was asked for. */
  isFill?: boolean;
}

/** A decision of the person about a pending change. */
export interface Decision {
  at: number;
  /** When the app acknowledged the decision; null: it may not have happened. */
  doneAt: number | null;
  kind: 'discard' | 'theirs' | 'mine' | 'withdraw';
  fields: readonly FieldName[];
  /** The texts of the pending change. */
  texts: Edits;
  /** Cloudflare's copy that was shown with the decision. */
  remote: Profile | null;
}

/** A text that an act over many organizations may have made a draft, where no draft was. */
export interface Offer {
  field: FieldName;
  text: string;
}

/** A text that a field had at Cloudflare from a certain moment on. */
export interface RemoteText {
  at: number;
  field: FieldName;
  text: string;
  by: 'start' | 'someone' | 'app';
  /** The entry through which the app wrote it. */
  via?: Known;
}

/** A profile that the app read from Cloudflare. */
export interface RemoteRead {
  at: number;
  fields: Profile;
}

/** A PUT that arrived at Cloudflare. */
export interface Write {
  at: number;
  before: Profile;
  fields: Profile;
  applied: boolean;
  fault: string | null;
}

/** What the oracle found on disk at the time `at`. */
export interface Judged {
  at: number;
  /** Whether the entry was marked as changed elsewhere. */
  marked: boolean;
  saved: Profile | null;
  pending: readonly FieldName[];
  /** Number of reads until then. */
  reads: number;
}

/** Whether an entry is on disk: while it is being removed or added, it may be or not. */
export type Presence = 'there' | 'being removed' | 'removed' | 'being added';

/** Everything known about one entry, an organization or an account. */
export interface Known {
  id: string;
  name: string;
  kind: EntryKind;
  presence: Presence;
  /** The other entries that show the same record at Cloudflare. */
  sharedWith: Known[];
  /** The states that the draft may have on disk. The first one was certainly there once. */
  moments: Moment[];
  submissions: Submission[];
  decisions: Decision[];
  /** Drafts that an act of this run may have made, but that no state in `moments` has. */
  offers: Offer[];
  /** Texts of drafts that acknowledged acts moved to the history. They are never removed from it. */
  remembered: { field: FieldName; text: string; by: string }[];
  /** When the person last tried to change the draft of a field. */
  typedAt: Partial<Record<FieldName, number>>;
  /** When fields of saves became the person's: *Try again now* on the page, a decision, or a save over what differs. */
  released: number[];
  /** The same as those it is shared with have. */
  remote: RemoteText[];
  reads: RemoteRead[];
  /** What the oracle last found on disk. */
  judged: Judged;
  writes: Write[];
  /** Texts that the app's saved copy may have had since the app was last launched. */
  saved: Record<FieldName, Set<string>>;
  /** Texts that the saved copy with the pending change applied (what a draft is based on) may have had. */
  under: Record<FieldName, Set<string>>;
  /** When the main process was stopped; shared by all organizations. */
  stalls: readonly Stall[];
  /** What the person saw and should not have seen, such as a wrong text. */
  complaints: string[];
  /** One line per event, for debugging. */
  history: string[];
}
