/**
 * The initial databases: a realistic list, created once per run by the app's own code, and copied for parts that
 * modify it. An app that starts on one sends and reads nothing.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type OpenedDatabase } from '../../src/main/database';
import type { Database, Tables } from '../../src/main/database/tables';
import { storeCheckRecord } from '../../src/main/read-queue/schedule';
import { saveSignIns, seedMacs } from '../e2e/support/seed-user-data';
import { sampleSignIn, sampleOrganizations, type OrganizationState } from '../standin';

/**
 * One in this many entries has a draft, has a waiting change, or was changed elsewhere. Primes, so that they mix. The first
 * of each is among the first 100, so that windows with lists of different lengths show the same, but is none of the rows
 * that a start paints.
 */
const STATES = {
  draft: { every: 211, first: 30 },
  waiting: { every: 307, first: 60 },
  changedElsewhere: { every: 97, first: 76 },
} as const;
/** Entries per transaction. With so many, the app builds the list afterwards, which is faster. */
const AT_ONCE = 10_000;
/** Duration of a slice of building the list, in ms. */
const SLICE_MS = 1_000;
/** Delay of a change that the rate limit refused, in ms: longer than a part takes. */
const WAIT_MS = 20 * 60_000;

function openedIn(folder: string): OpenedDatabase {
  const outcome = openDatabase(folder, { now: Date.now, macs: seedMacs() });
  if (!outcome.ok) throw new Error(outcome.failure.code);
  return outcome.value;
}

/** Opens the database in a folder. */
export const opened = (folder: string): Database => openedIn(folder).database;

function write(database: Database, work: (tables: Tables) => void): void {
  const written = database.write(work);
  if (!written.ok) throw new Error(written.failure.code);
}

/** Saves an organization with its profile; its index decides what else it has. */
function save(
  tables: Tables,
  { id, name, profile }: OrganizationState,
  signInId: string,
  index: number,
): void {
  const now = Date.now();
  const has = (state: keyof typeof STATES): boolean =>
    index % STATES[state].every === STATES[state].first;
  const base = profile?.business_phone ?? '';
  const patch = { business_phone: { base, text: `+44 20 7946 ${index}` } };
  tables.organizations.put({
    kind: 'organization',
    parent: null,
    createdAt: null,
    id,
    name,
    signInId,
    addedAt: now,
    viewedAt: now,
  });
  tables.profiles.put({
    entryId: id,
    fields: profile,
    confirmedAt: now - index * 60_000,
    checkedAt: now,
    changedElsewhere: has('changedElsewhere'),
  });
  if (has('draft')) tables.drafts.put({ entryId: id, patch, updatedAt: now });
  if (has('waiting')) {
    tables.outbox.put({
      entryId: id,
      version: index,
      patch,
      attempted: {},
      remote: null,
      submittedAt: now,
      attempts: 1,
      nextTryAt: now + WAIT_MS,
      failure: { code: 'cloudflare.rate-limited' },
      state: 'waiting',
      saveId: null,
    });
  }
}

/** Makes a database look as if the app was just closed: no check is due, and waiting changes keep waiting. */
function refresh(database: Database): void {
  storeCheckRecord(database, {
    endedAt: Date.now(),
    checked: 0,
    unchecked: 0,
    changed: 0,
    failure: null,
  });
  write(database, ({ outbox }) => {
    for (const row of outbox.all()) outbox.put({ ...row, nextTryAt: Date.now() + WAIT_MS });
  });
}

/** Builds the list completely, which the app does when idle. */
function buildList({ list }: OpenedDatabase): void {
  for (;;) {
    const more = list.work(SLICE_MS);
    if (!more.ok) throw new Error(more.failure.code);
    if (!more.value) return;
  }
}

/** The databases of a run. */
export class Seeds {
  readonly #folder = mkdtempSync(join(tmpdir(), 'letterhead-bench-'));
  readonly #made = new Map<number, string>();

  /** The data folder with this many organizations, the first ones of the stand-in; must not be modified. */
  folder(organizations: number): string {
    const made = this.#made.get(organizations);
    if (made !== undefined) return made;
    const folder = join(this.#folder, String(organizations));
    const opened = openedIn(folder);
    const { database } = opened;
    let signIn = '';
    write(database, (tables) => {
      [signIn] = saveSignIns(folder, tables, [sampleSignIn], Date.now()) as [string];
    });
    const samples = sampleOrganizations(organizations);
    for (let from = 0; from < organizations; from += AT_ONCE) {
      write(database, (tables) => {
        const slice = samples.slice(from, from + AT_ONCE);
        for (const [index, one] of slice.entries()) save(tables, one, signIn, from + index);
      });
    }
    buildList(opened);
    database.close();
    this.#made.set(organizations, folder);
    return folder;
  }

  /** Copies the data folder with this many organizations into a folder for an app. */
  copyTo(folder: string, organizations: number): void {
    cpSync(this.folder(organizations), folder, { recursive: true });
    const database = opened(folder);
    refresh(database);
    database.close();
  }

  /** Removes all databases of the run. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
