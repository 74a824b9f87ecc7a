/**
 * Recovering the pending changes of another database: their texts become drafts, and are sent only by the person.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { adoptEdits } from '../../../../src/main/changes';
import { applyEvent } from '../../../../src/main/changes/repository';
import { DATABASE_FILE, recover } from '../../../../src/main/database';
import type { Database } from '../../../../src/main/database/tables';
import type { FieldName } from '../../../../src/shared/profile';
import { valueOf } from '../../results';
import {
  addOrganization,
  change,
  copy,
  freshDatabase,
  NOW,
  opened,
  entryId,
  patchTo,
  profile,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../temporary-database';

const PHONE: FieldName[] = ['business_phone'];

test('turns every waiting text into a draft, based on what its page showed', () => {
  const folder = temporaryFolder();
  const { database: old } = opened(folder);
  const [own, ofSave, mixed, unread] = [1, 2, 3, 4].map(entryId) as [
    string,
    string,
    string,
    string,
  ];
  const phone = { business_phone: '1' };
  const patch = patchTo(phone, profile('base'), 'save');
  write(old, (tables) => {
    for (const number of [1, 2, 3, 4]) addOrganization(tables, number);
    for (const id of [own, ofSave, mixed]) tables.profiles.put(copy(id, profile('shown')));
    const rest = { at: NOW, fields: PHONE } as const;
    tables.saves.add({ id: 'save', ...rest, stage: 'sending', paused: true });
    tables.saves.addSubmitted('save', ofSave, PHONE);
    const attempted = { business_phone: 'earlier' };
    tables.outbox.put(change(own, phone, { attempted, state: 'conflict', remote: profile('r') }));
    tables.outbox.put(change(ofSave, phone, { patch, saveId: 'save' }));
    const both = { ...patch, ...patchTo({ business_name: 'own' }) };
    tables.outbox.put(change(mixed, {}, { patch: both }));
    tables.outbox.put(change(unread, phone));
  });
  old.close();
  const database = freshDatabase();
  const path = join(folder, DATABASE_FILE);
  expect(valueOf(recover(database, path, adoptEdits))).toMatchObject({ drafts: 4 });
  read(database, (tables) => {
    expect(tables.saves.all()).toEqual([]);
    expect(tables.outbox.all()).toEqual([]);
    const drafts = [own, ofSave, mixed, unread].map((id) => tables.drafts.get(id)?.patch);
    expect(drafts).toEqual([
      patchTo(phone, profile('shown')),
      patchTo(phone, profile('shown')),
      patchTo({ ...phone, business_name: 'own' }, profile('shown')),
      patchTo(phone, null),
    ]);
    // No one can tell whether we really sent it.
    expect(tables.abandoned.get(own)).toEqual({});
  });
});

test('a text that cannot stand as a draft goes to the history', () => {
  const folder = temporaryFolder();
  const { database: old } = opened(folder);
  const [typedOver, newer, same] = [1, 2, 3].map(entryId) as [string, string, string];
  const phone = { business_phone: 'sent' };
  write(old, (tables) => {
    for (const number of [1, 2, 3]) {
      const id = addOrganization(tables, number);
      tables.profiles.put(copy(id, { ...profile('shown'), business_phone: 'shown' }));
      const text = number === 3 ? { business_phone: 'shown' } : phone;
      tables.outbox.put(change(id, text, { submittedAt: 5 }));
    }
    const typed = { business_phone: { base: 'sent', text: 'typed' } };
    tables.drafts.put({ entryId: typedOver, patch: typed, updatedAt: 6 });
  });
  old.close();
  const database = freshDatabase();
  write(database, (tables) => {
    addOrganization(tables, 2);
    tables.outbox.put(change(newer, { business_phone: 'current' }));
  });
  const path = join(folder, DATABASE_FILE);
  for (const _ of ['first', 'second']) {
    valueOf(recover(database, path, adoptEdits));
    read(database, (tables) => {
      const drafts = [typedOver, newer, same].map((id) => tables.drafts.get(id)?.patch);
      // What was typed over the submitted text now lies over what Cloudflare had.
      const typed = { business_phone: { base: 'shown', text: 'typed' } };
      expect(drafts).toEqual([typed, undefined, undefined]);
      expect(tables.outbox.get(newer)?.patch.business_phone?.text).toBe('current');
      const history = [typedOver, newer, same].map((id) =>
        tables.revisions.of(id).map(({ at, kind, texts }) => [at, kind, texts]),
      );
      expect(history).toEqual([
        [[6, 'discarded', phone]],
        [[5, 'discarded', phone]],
        [[5, 'discarded', { business_phone: 'shown' }]],
      ]);
    });
  }
});

test('takes no text for ours because the other database says so', () => {
  const folder = temporaryFolder();
  const { database: old } = opened(folder);
  const [id, other] = [1, 2].map(entryId) as [string, string];
  write(old, (tables) => {
    for (const number of [1, 2]) addOrganization(tables, number);
    tables.profiles.put(copy(other, profile('saved')));
    tables.abandoned.put(id, { business_phone: 'theirs' });
    const attempted = { business_phone: 'theirs' };
    tables.outbox.put(change(other, { business_phone: '1' }, { attempted }));
  });
  old.close();
  const database = freshDatabase();
  valueOf(recover(database, join(folder, DATABASE_FILE), adoptEdits));
  read(database, (tables) => {
    expect(tables.abandoned.get(id)).toEqual({});
    expect(tables.abandoned.get(other)).toEqual({});
    expect(tables.outbox.get(other)).toBeNull();
    expect(tables.drafts.get(other)?.patch).toEqual(
      patchTo({ business_phone: '1' }, profile('saved')),
    );
  });
});

/** Submits a change, and returns its version. */
function nextVersion(database: Database): number | undefined {
  return write(database, (tables) => {
    const id = addOrganization(tables, 99);
    const text = String(Math.random());
    applyEvent(tables, id, { type: 'edit', field: 'business_phone', text }, { at: NOW });
    return applyEvent(tables, id, { type: 'submit' }, { at: NOW })?.state.pending?.version;
  });
}

test('never gives out a version of the other database again', () => {
  const folder = temporaryFolder();
  const old = opened(folder);
  write(old.database, (tables) => {
    for (const [index, version] of [7, 41].entries())
      tables.outbox.put(change(addOrganization(tables, index + 1), profile('a'), { version }));
  });
  old.database.close();
  const path = join(folder, DATABASE_FILE);
  const database = freshDatabase();
  expect(nextVersion(database)).toBe(1);
  valueOf(recover(database, path, adoptEdits));
  expect(nextVersion(database)).toBe(42);
  withRawDatabase(folder, (db) => db.exec('UPDATE outbox SET version = 1e300'));
  valueOf(recover(database, path, adoptEdits));
  expect(nextVersion(database)).toBe(43);
});
