/**
 * The events that main sends to the window, except those about list rows and the open page: when each is due, and
 * how often it may be sent.
 */
import type { AdditionStatus } from '../shared/additions';
import type { Banner } from '../shared/banner';
import type { BulkJob } from '../shared/bulk';
import type { Connection } from '../shared/connection';
import { success, type Outcome } from '../shared/outcome';
import type { InitialFetchStatus } from '../shared/initial-fetch';
import type { CheckStatus, Settings } from '../shared/settings';
import type { SelectionActionsStatus } from '../shared/selection-actions';
import type { SignIn } from '../shared/sign-in';
import type { UpdateStatus } from '../shared/updates';
import { publication, type Publication } from './publisher';

/** Functions that read the payloads of the events. */
export interface PayloadReaders {
  signIns(): Outcome<SignIn[]>;
  connection(): Connection;
  jobs(): Outcome<BulkJob[]>;
  banners(): Banner[];
  settings(): Settings;
  checks(): CheckStatus;
  initialFetch(): InitialFetchStatus | null;
  additions(): Outcome<AdditionStatus>;
  selectionActions(): SelectionActionsStatus;
  updates(): UpdateStatus;
}

/**
 * Builds the events. `every` is the shortest time between two of them, in ms. Expensive payloads are sent less
 * often. Progress is sent often enough to count up on screen without flickering.
 */
export function publications(readers: PayloadReaders): Publication[] {
  return [
    // What a person just did to a sign-in, at once: if it came late, it would move what they are about to press. While
    // thousands of entries are added, the throttle waits longer, because counting takes longer (lib/throttle.ts).
    publication('signInsChanged', { every: 1, topics: [], signIns: true, read: readers.signIns }),
    // Its number of waiting changes.
    publication('signInsChanged', { every: 1_000, topics: ['outbox'], read: readers.signIns }),
    publication('connectionChanged', {
      // Contains the number of waiting changes, which must agree with the open page at any moment.
      every: 0,
      topics: ['connection', 'outbox'],
      read: () => success(readers.connection()),
    }),
    publication('bulkChanged', {
      // Counts the items of every job.
      every: 500,
      topics: ['jobs', 'connection'],
      read: readers.jobs,
    }),
    publication('bannersChanged', {
      every: 0,
      topics: ['banners'],
      read: () => success(readers.banners()),
    }),
    publication('settingsChanged', {
      every: 0,
      topics: ['settings'],
      read: () => success(readers.settings()),
    }),
    publication('checksChanged', {
      every: 250,
      topics: ['checks'],
      read: () => success(readers.checks()),
    }),
    publication('initialFetchChanged', {
      every: 250,
      topics: ['initialFetch', 'connection'],
      read: () => success(readers.initialFetch()),
    }),
    publication('selectionActionsChanged', {
      every: 250,
      topics: ['selection-actions'],
      read: () => success(readers.selectionActions()),
    }),
    publication('additionsChanged', { every: 250, topics: ['additions'], read: readers.additions }),
    publication('updatesChanged', {
      every: 0,
      topics: ['updates'],
      read: () => success(readers.updates()),
    }),
  ];
}
