/** Types of the record of an organization, as known from outside the app. record.ts fills it. */
import type { Edits, FieldName, Profile } from '../../../src/shared/profile';
import type { JobRecord } from './job-record';
import type { Stall } from './stalls';

/** The texts a person may have seen in a field when they started to change it. */
export type Seen = Partial<Record<FieldName, readonly string[]>>;

/** A submission: of the page, or as one item of a job. */
export interface Submission {
  at: number;
  /** When the app acknowledged it, or was found to have it; null: unknown. */
  doneAt: number | null;
  edits: Edits;
  seen: Seen;
  /** Its job; null: saved on the page. */
  job: JobRecord | null;
  /** Draft texts that the job was allowed to replace. */
  replacesDraft: Edits;
  /** Fields whose text, as far as the app knew, Cloudflare already held: there may be nothing to send. */
  settled: Set<FieldName>;
}

/** A state of the draft that may be on disk from some moment on. */
export interface Moment {
  what: string;
  /** A key is on disk within half a second, a call when it is answered. */
  by: 'key' | 'call';
  /** Unsubmitted texts. */
  edits: Edits;
  seen: Seen;
  sentAt: number;
  /** When the app was known to have it; null: unknown. */
  ackAt: number | null;
  submission: Submission | null;
  /** Texts that are in the history after this: those of a replaced draft. */
  remembered: Edits;
}

/** A decision of the person about a pending change. */
export interface Decision {
  at: number;
  /** When the app acknowledged it; null: unknown. */
  doneAt: number | null;
  kind: 'discard' | 'theirs' | 'mine';
  fields: readonly FieldName[];
  /** The change's texts. */
  texts: Edits;
  /** Cloudflare's copy in that decision. */
  remote: Profile | null;
}

/** A text at Cloudflare from some moment on. */
export interface RemoteText {
  at: number;
  field: FieldName;
  text: string;
  by: 'start' | 'someone' | 'app';
}

/** A profile that the app read from Cloudflare. */
export interface RemoteRead {
  at: number;
  fields: Profile;
}

/** A PUT that arrived. */
export interface Write {
  at: number;
  before: Profile;
  fields: Profile;
  applied: boolean;
  fault: string | null;
}

/** Everything known about one organization. */
export interface Known {
  id: string;
  name: string;
  /** The states the draft may have on disk; the first was certainly there once. */
  moments: Moment[];
  submissions: Submission[];
  decisions: Decision[];
  /** When the person took over fields of paused jobs: *Try again now* on the page, or a decision. */
  released: number[];
  remote: RemoteText[];
  reads: RemoteRead[];
  writes: Write[];
  /** Texts that the app's saved copy may have had since its last start. */
  saved: Record<FieldName, Set<string>>;
  /** The same for the texts under a draft: the saved copy with the pending change applied. */
  under: Record<FieldName, Set<string>>;
  /** When main was stopped; shared by all organizations. */
  stalls: readonly Stall[];
  /** Errors that the person saw. */
  complaints: string[];
  /** One line per event, for debugging. */
  history: string[];
}
