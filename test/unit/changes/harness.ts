/** The calls about drafts, changes and the history on a real database, without sending. */
import { beforeEach, expect, vi, type MockInstance } from 'vitest';
import { createChanges } from '../../../src/main/changes/handlers';
import { applyEvent } from '../../../src/main/changes/repository';
import { pageOf } from '../../../src/main/organizations/handlers';
import type { OutboxRow, Store, StoredRevision, Tables } from '../../../src/main/database/tables';
import { createSendStatus, type SendStatus } from '../../../src/main/changes/send-status';
import type { ChangeEvent } from '../../../src/main/changes/machine';
import type { Failure } from '../../../src/shared/failure';
import { failed, type Outcome } from '../../../src/shared/outcome';
import { touchedFields, type Patch } from '../../../src/shared/patch';
import type { Edits, Profile } from '../../../src/shared/profile';
import { freshStore } from '../database/temporary-store';
import { valueOf } from '../outcomes';

/** Two organizations, and the copy that both have. */
export const id = 'a'.repeat(32);
export const other = 'b'.repeat(32);
export const saved: Profile = {
  business_name: 'Brightwater Ltd',
  business_email: 'office@brightwater.example',
  business_phone: '+44 20 7946 0321',
  business_address: '12 Harbour Row\r\nBristol',
  external_metadata: '{"crm":1}',
};

/** What the calls trigger. */
export const sendFirst = vi.fn();
export const retryNow = vi.fn();

/** The database, time and running sends of the current test, fresh for each. */
export let store: Store;
export let clock: number;
export let sendStatus: SendStatus;
/** Notified of every edit: an earlier confirmation is no longer news. */
export let edited: MockInstance<SendStatus['edited']>;
let number: number;

/** Reads and writes the database, and unwraps. */
export const read = <T>(work: (tables: Tables) => T): T => valueOf(store.read(work));
export const write = <T>(work: (tables: Tables) => T): T => valueOf(store.write(work));

/** The window's calls on this database or another one; the clock advances with each call. */
export function calls(on: Store = store) {
  return createChanges({
    store: on,
    now: () => (clock += 1),
    sendStatus,
    pageOf: (organizationId) => pageOf(on, sendStatus, organizationId),
    sendFirst,
    retryNow,
  });
}

/** The result of a synchronous call. */
export function now<T>(outcome: Outcome<T> | Promise<Outcome<T>>): Outcome<T> {
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
  return { organizationId: id, edits: patch, number: (number += 1) };
}

/** Stores typed texts in the draft. */
export function type(edits: Edits, bases: Edits = saved): void {
  valueOf(now(calls().drafts.keep(typed(edits, bases))));
}

/** Saves these texts. */
export function submit(edits: Edits, bases: Edits = saved): OutboxRow {
  valueOf(now(calls().changes.submit(typed(edits, bases))));
  return change()!;
}

/** Applies an event as sending or a job does. */
export const apply = (event: ChangeEvent, failure: Failure | null = null) =>
  write((tables) => applyEvent(tables, id, event, { at: clock, failure }));

/**
 * Sends the pending change as far as the machine is concerned; Cloudflare stores something else.
 */
export function storeDifferently(texts: Partial<Profile>): Profile {
  const result = apply({ type: 'read', copy: saved });
  const copy = { ...saved, ...texts };
  apply({ type: 'readBack', sent: result!.sent!, copy });
  return copy;
}

/** Lets someone else write these texts before the pending change is sent. */
export function collide(texts: Partial<Profile>): Profile {
  const copy = { ...saved, ...texts };
  apply({ type: 'read', copy });
  return copy;
}

/** A store that cannot write drafts. */
export function failing(): Store {
  const put = (): never => {
    throw Object.assign(new Error('disk full'), { errcode: 13 });
  };
  return {
    ...store,
    write: (work) =>
      store.write((tables) => work({ ...tables, drafts: { ...tables.drafts, put, remove: put } })),
  };
}

/** The failure codes of a call that found a different state. */
export const movedOn = failed('change.moved-on');

/** Starts every test of a file with a fresh database of two organizations; call it once. */
export function startFreshForEachTest(): void {
  beforeEach(() => {
    clock = 1_000;
    number = 0;
    store = freshStore({ now: () => clock });
    sendStatus = createSendStatus({ publishInMemory: vi.fn() });
    vi.clearAllMocks();
    edited = vi.spyOn(sendStatus, 'edited');
    write((tables) => {
      for (const each of [id, other]) {
        const record = { id: each, name: 'Brightwater', credentialId: null };
        tables.organizations.put({ ...record, addedAt: 1, viewedAt: null });
        tables.profiles.put({
          organizationId: each,
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
export const versionOf = (organizationId: string): number =>
  read((tables) => tables.outbox.get(organizationId)?.version ?? 0);
