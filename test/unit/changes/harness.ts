/**
 * The harness for the IPC calls about drafts, changes and the history: a real database, and nothing
 * is sent.
 */
import { beforeEach, expect, vi, type MockInstance } from 'vitest';
import { createChanges } from '../../../src/main/changes/handlers';
import { applyEvent } from '../../../src/main/changes/repository';
import { organizationPage } from '../../../src/main/organizations/handlers';
import type { OutboxRow } from '../../../src/main/database/outbox-table';
import type { Database, Tables } from '../../../src/main/database/tables';
import type { StoredRevision } from '../../../src/main/database/revision-table';
import { createSendStatus, type SendStatus } from '../../../src/main/changes/send-status';
import type { ChangeEvent } from '../../../src/main/changes/machine';
import type { Failure } from '../../../src/shared/failure';
import { failed, type Result } from '../../../src/shared/result';
import { touchedFields, type Patch } from '../../../src/shared/patch';
import type { Edits, Profile } from '../../../src/shared/profile';
import { freshDatabase } from '../database/temporary-database';
import { valueOf } from '../results';
import { ORGANIZATION } from '../samples';

/** Ids of two organizations, and the saved copy that both have. */
export const id = 'a'.repeat(32);
export const other = 'b'.repeat(32);
export const saved: Profile = {
  business_name: 'Brightwater Ltd',
  business_email: 'office@brightwater.example',
  business_phone: '+44 20 7946 0321',
  business_address: '12 Harbour Row\r\nBristol',
  external_metadata: '{"crm":1}',
};

/** Mocks of what the calls trigger. */
export const sendFirst = vi.fn();
export const retryNow = vi.fn();

/** The database, the time and the status of sends; new for each test. */
export let database: Database;
export let clock: number;
export let sendStatus: SendStatus;
/** A spy on `sendStatus.edited`, which is called for every edit. */
export let edited: MockInstance<SendStatus['edited']>;
let number: number;

/** Reads and writes the database, and unwraps. */
export const read = <T>(work: (tables: Tables) => T): T => valueOf(database.read(work));
export const write = <T>(work: (tables: Tables) => T): T => valueOf(database.write(work));

/**
 * The handlers of the calls, on this database or on another one. The clock advances by each use.
 */
export function calls(on: Database = database) {
  return createChanges({
    onHistoryListed: () => undefined,
    database: on,
    now: () => (clock += 1),
    sendStatus,
    organizationPage: (entryId) => organizationPage(on, sendStatus, entryId),
    sendFirst,
    retryNow,
  });
}

/** The outcome of a call that must be synchronous. */
export function now<T>(outcome: Result<T> | Promise<Result<T>>): Result<T> {
  if (outcome instanceof Promise) throw new Error('this call is asynchronous');
  return outcome;
}

/** The draft, the pending change and the revisions of an organization. */
export const draft = (of = id): Patch | null =>
  read((tables) => tables.drafts.get(of)?.patch ?? null);
export const change = (of = id): OutboxRow | null => read((tables) => tables.outbox.get(of));
export const revisions = (of = id): StoredRevision[] => read((tables) => tables.revisions.of(of));
export const kinds = (of = id): string[] => revisions(of).map(({ kind }) => kind);

/** Everything stored about an organization. */
export const storedState = (of = id): unknown =>
  read((tables) => ({
    draft: tables.drafts.get(of),
    change: tables.outbox.get(of),
    copy: tables.profiles.get(of),
    abandoned: tables.abandoned.get(of),
    revisions: tables.revisions.of(of),
  }));

/** Typed texts as the window sends them, with a newer number than before. */
export function typed(edits: Edits, bases: Edits = saved) {
  const patch: Patch = {};
  for (const field of touchedFields(edits)) {
    patch[field] = { base: bases[field] ?? '', text: edits[field] ?? '' };
  }
  return { entryId: id, edits: patch, number: (number += 1) };
}

/** Stores typed texts in the draft. */
export function type(edits: Edits, bases: Edits = saved): void {
  valueOf(now(calls().drafts.save(typed(edits, bases))));
}

/** Saves these texts. */
export function submit(edits: Edits, bases: Edits = saved): OutboxRow {
  const remote = change()?.remote ?? undefined;
  valueOf(now(calls().changes.submit({ ...typed(edits, bases), remote })));
  return change()!;
}

/** Applies an event of the change machine, as sending or a save does. */
export const apply = (event: ChangeEvent, failure: Failure | null = null) =>
  write((tables) => applyEvent(tables, id, event, { at: clock, failure }));

/**
 * Applies the events of a send after which Cloudflare has stored these texts instead of ours.
 * Returns the copy that Cloudflare then has.
 */
export function storeDifferently(texts: Partial<Profile>): Profile {
  const result = apply({ type: 'read', copy: saved });
  const copy = { ...saved, ...texts };
  apply({ type: 'readBack', sent: result!.sent!, copy });
  return copy;
}

/**
 * Brings the pending change into conflict: someone else has written these texts. Returns their
 * copy.
 */
export function collide(texts: Partial<Profile>): Profile {
  const copy = { ...saved, ...texts };
  apply({ type: 'read', copy });
  return copy;
}

/** A database that cannot write drafts. */
export function failing(): Database {
  const put = (): never => {
    throw Object.assign(new Error('disk full'), { errcode: 13 });
  };
  return {
    ...database,
    write: (work) =>
      database.write((tables) =>
        work({ ...tables, drafts: { ...tables.drafts, put, remove: put } }),
      ),
  };
}

/** The outcome of a call that found a newer state than the page showed. */
export const movedOn = failed('change.outdated');

/** Makes every test of a file start with a new database of two organizations. Call this once. */
export function startFreshForEachTest(): void {
  beforeEach(() => {
    clock = 1_000;
    number = 0;
    database = freshDatabase({ now: () => clock });
    sendStatus = createSendStatus({ publishInMemory: vi.fn() });
    vi.clearAllMocks();
    edited = vi.spyOn(sendStatus, 'edited');
    write((tables) => {
      for (const each of [id, other]) {
        const record = { id: each, name: 'Brightwater', signInId: null };
        tables.organizations.put({ ...ORGANIZATION, ...record, addedAt: 1, viewedAt: null });
        tables.profiles.put({
          entryId: each,
          fields: saved,
          confirmedAt: 1,
          checkedAt: 1,
          changedElsewhere: false,
        });
      }
    });
  });
}

/** Expects a call to fail with this code and store nothing. */
export function expectRefused(call: () => unknown, failure: unknown): void {
  const before = storedState();
  expect(call()).toEqual(failure);
  expect(storedState()).toEqual(before);
}

/** The version of a pending change; 0 if there is none. */
export const versionOf = (entryId: string): number =>
  read((tables) => tables.outbox.get(entryId)?.version ?? 0);
