/** One run of the app, from start to kill, as seen by the people who use it, and counts of their actions. */
import type { Random } from './random';

/** Counted actions of the person. */
export const COUNTED = [
  'keystroke batches',
  'drafts kept by call',
  'changes saved in the window',
  'changes submitted by call',
  'drafts discarded',
  'pending changes discarded',
  'conflicts resolved',
  'changes stored differently, resolved',
  'revisions restored',
  'pages left at once after a key',
  'pages left and opened while main was stopped',
  'jobs submitted',
  'jobs paused',
  'jobs resumed',
  'jobs canceled',
  'jobs retried',
  'jobs dismissed',
] as const;
export type PersonCounts = Record<(typeof COUNTED)[number], number>;

/** One run of the app, from its start to its end. */
export interface AppRun {
  random: Random;
  alive: () => boolean;
  counts: PersonCounts;
  /** A number that no text has used yet. */
  serial: () => number;
  /** Asks for a kill within a few ms, in the middle of the next call. */
  killSoon: () => void;
}
