/** A run of the app, from its launch to its end: what the simulated people share, and counts of their actions. */
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
  'drafts filled',
  'fills started while another one ran',
  'entries removed and added again',
  'unread entries filled once read',
  'batches undone',
  'drafts reviewed',
  'drafts discarded with many',
  'changes withdrawn',
  'decisions made in Changes',
  'saves submitted',
  'saves paused',
  'saves resumed',
  'saves canceled and kept',
  'saves canceled and discarded',
  'saves retried',
  'saves closed',
  'saves undone',
] as const;
export type PersonCounts = Record<(typeof COUNTED)[number], number>;

/** What the simulated people share during a run of the app. */
export interface AppRun {
  random: Random;
  alive: () => boolean;
  counts: PersonCounts;
  /** Returns a number that no typed text contains yet. */
  serial: () => number;
  /** Asks for a kill within a few ms, in the middle of the next call. */
  killSoon: () => void;
}
