/**
 * The window's events besides those of its list and its open page: which changes each one reports, and how
 * often it is sent at most.
 */
import type { AdditionStatus } from '../shared/additions';
import type { Banner } from '../shared/banner';
import type { BulkJob } from '../shared/bulk';
import type { Connection } from '../shared/connection';
import { success, type Outcome } from '../shared/outcome';
import type { Reading } from '../shared/initial-fetch';
import type { CheckStatus, Settings } from '../shared/settings';
import type { SignIn } from '../shared/sign-in';
import type { UpdateStatus } from '../shared/updates';
import { publication, type Publication } from './publisher';

/** Reads the payloads. */
export interface PayloadReaders {
  signIns(): Outcome<SignIn[]>;
  connection(): Connection;
  jobs(): Outcome<BulkJob[]>;
  banners(): Banner[];
  settings(): Settings;
  checks(): CheckStatus;
  initialFetch(): Reading | null;
  additions(): Outcome<AdditionStatus>;
  updates(): UpdateStatus;
}

/**
 * Builds the events. `every` is in ms: expensive payloads are sent less often, and progress often enough to
 * count up on screen without flickering.
 */
export function publications(readers: PayloadReaders): Publication[] {
  return [
    publication('signInsChanged', {
      // Contains the number of waiting changes.
      every: 1_000,
      topics: ['outbox'],
      signIns: true,
      read: readers.signIns,
    }),
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
    publication('additionsChanged', { every: 250, topics: ['additions'], read: readers.additions }),
    publication('updatesChanged', {
      every: 0,
      topics: ['updates'],
      read: () => success(readers.updates()),
    }),
  ];
}
