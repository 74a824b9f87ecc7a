/** The events of the window besides its list and its open page: what each is about, and how often it is sent. */
import type { AdditionStatus } from '../shared/additions';
import type { Banner } from '../shared/banner';
import type { BulkJob } from '../shared/bulk';
import type { Connection } from '../shared/connection';
import { success, type Outcome } from '../shared/failure';
import type { Reading } from '../shared/initial-fetch';
import type { CheckStatus, Settings } from '../shared/settings';
import type { SignIn } from '../shared/sign-in';
import type { UpdateStatus } from '../shared/updates';
import { publication, type Publication } from './publisher';

/** Where the payloads come from. */
export interface Readers {
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

/** The events; `every` is in ms. Numbers count up on screen, they need not flicker. */
export function publications(readers: Readers): Publication[] {
  return [
    publication('signInsChanged', {
      // Changes that wait are counted for it.
      every: 1_000,
      topics: ['outbox'],
      signIns: true,
      read: readers.signIns,
    }),
    publication('connectionChanged', {
      // How many changes wait is said beside what the page says of them.
      every: 0,
      topics: ['connection', 'outbox'],
      read: () => success(readers.connection()),
    }),
    publication('bulkChanged', {
      // The items of every job are counted for it.
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
