/** What is known about one organization from outside the app: the shapes. How they grow is in record.ts. */
import type { Edits, FieldName, Profile } from '../../../src/shared/profile';
import type { JobRecord } from './job-record';
import type { Stall } from './stalls';

/** The texts a person may have had on screen in a field when they began to change it. */
export type Seen = Partial<Record<FieldName, readonly string[]>>;

/** Something the person handed over to be sent: on the page, or as one item of a job. */
export interface Submission {
  at: number;
  /** When the app said that it took it, or was found to have; null: unknown. */
  doneAt: number | null;
  edits: Edits;
  seen: Seen;
  /** The job it is an item of; null: the person saved it on the page. */
  job: JobRecord | null;
  /** Texts of a draft that the person let the job replace. */
  replacesDraft: Edits;
  /** Fields whose text Cloudflare held already, as far as the app knew: there may be nothing to send. */
  settled: Set<FieldName>;
}

/** The draft as it may be on disk from some moment on. */
export interface Moment {
  what: string;
  /** A key is on disk at most half a second later, a call when it is answered. */
  by: 'key' | 'call';
  /** Texts not submitted. */
  edits: Edits;
  seen: Seen;
  sentAt: number;
  /** When the app was known to have it; null: unknown. */
  ackAt: number | null;
  submission: Submission | null;
  /** Texts that are in the history once this has happened: those of a draft that was replaced. */
  remembered: Edits;
}

/** The person decided about a pending change. */
export interface Decision {
  at: number;
  /** When the app said that it was done; null: unknown. */
  doneAt: number | null;
  kind: 'discard' | 'theirs' | 'mine';
  fields: readonly FieldName[];
  /** The change's texts. */
  texts: Edits;
  /** Cloudflare's copy that the person decided about. */
  remote: Profile | null;
}

/** One text at Cloudflare from some moment on. */
export interface RemoteText {
  at: number;
  field: FieldName;
  text: string;
  by: 'beginning' | 'somebody' | 'app';
}

/** A profile that Cloudflare answered to the app. */
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
  /** The states the draft may be in on disk; the first surely was once. */
  moments: Moment[];
  submissions: Submission[];
  decisions: Decision[];
  /** When the person made fields of paused jobs their own: *Try again now* on the page, or a decision. */
  released: number[];
  remote: RemoteText[];
  reads: RemoteRead[];
  writes: Write[];
  /** The texts that the app's saved copy may have had since its last start. */
  saved: Record<FieldName, Set<string>>;
  /** The same of what lies under a draft: the saved copy with the pending change on top. */
  under: Record<FieldName, Set<string>>;
  /** When main stood still, shared by all organizations. */
  stalls: readonly Stall[];
  /** What the person saw that must not be. */
  complaints: string[];
  /** One line per event, for a person who looks for a fault. */
  history: string[];
}
