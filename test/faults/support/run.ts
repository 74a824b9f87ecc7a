/** One life of the app as those see it who do something in it, and what they did, counted. */
import type { Random } from './random';

/** What the person did, counted. */
export const COUNTED = [
  'keystroke batches',
  'drafts kept by call',
  'changes saved in the window',
  'changes submitted by call',
  'drafts discarded',
  'pending changes discarded',
  'conflicts decided',
  'changes stored differently decided',
  'revisions restored',
  'pages left at once after a key',
  'pages left and entered while main stood still',
  'jobs submitted',
  'jobs paused',
  'jobs resumed',
  'jobs cancelled',
  'jobs tried again',
  'jobs dismissed',
] as const;
export type PersonCounts = Record<(typeof COUNTED)[number], number>;

/** One life of the app, from its start to its end. */
export interface Life {
  random: Random;
  alive: () => boolean;
  counts: PersonCounts;
  /** A number no text of this run had yet. */
  serial: () => number;
  /** The kill strikes a few ms from now: in the middle of what is done next. */
  strike: () => void;
}
