/**
 * Recovering the pending changes of another database: which are queued, which become drafts, and
 * which versions they get.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { adopt } from '../../../../src/main/changes/adopt-edits';
import { applyEvent } from '../../../../src/main/changes/repository';
import { DATABASE_FILE, recover } from '../../../../src/main/database';
import type { Store } from '../../../../src/main/database/tables';
import type { FieldName } from '../../../../src/shared/profile';
import { valueOf } from '../../outcomes';
import {
  addOrganization,
  change,
  copy,
  freshStore,
  NOW,
  opened,
  organizationId,
  patchTo,
  profile,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../temporary-store';

const PHONE: FieldName[] = ['business_phone'];

test('turns fields of jobs into drafts, and refuses the other changes, whether the job is paused or not', () => {
  const folder = temporaryFolder();
  const { store: old } = opened(folder);
  const [own, paused, mixed] = [1, 2, 3].map(organizationId) as [string, string, string];
  const phone = { business_phone: '1' };
  write(old, (tables) => {
    for (const number of [1, 2, 3]) addOrganization(tables, number);
    const rest = { kind: 'change', at: NOW, fields: PHONE } as const;
    tables.bulk.add({ id: 'job', ...rest, stage: 'sending', paused: true });
    tables.bulk.add({ id: 'sent', ...rest, stage: 'sending', paused: false });
    const items = [paused, mixed].map((organizationId) => ({
      organizationId,
      plan: { business_phone: { text: '1', seen: '' } },
    }));
    tables.bulk.addItems('job', items);
    tables.outbox.put(
      change(own, phone, { patch: patchTo(phone, profile('base'), 'sent'), bulkJobId: 'sent' }),
    );
    tables.outbox.put(
      change(paused, phone, {
        patch: patchTo(phone, profile('base'), 'job'),
        bulkJobId: 'job',
        attempted: { business_phone: 'earlier' },
      }),
    );
    const both = {
      ...patchTo(phone, profile('base'), 'job'),
      ...patchTo({ business_name: 'own' }),
    };
    tables.outbox.put(change(mixed, {}, { patch: both }));
  });
  old.close();
  const store = freshStore();
  expect(valueOf(recover(store, join(folder, DATABASE_FILE), adopt))).toMatchObject({ drafts: 3 });
  read(store, (tables) => {
    expect(tables.bulk.all()).toEqual([]);
    for (const id of [own, paused, mixed])
      expect(tables.drafts.get(id)?.patch).toEqual(patchTo(phone, null));
    expect(tables.outbox.get(own)).toBeNull();
    expect(tables.outbox.get(paused)).toBeNull();
    // No one can tell whether we really sent it.
    expect(tables.abandoned.get(paused)).toEqual({});
    expect(tables.outbox.get(mixed)).toMatchObject({
      patch: patchTo({ business_name: 'own' }, null),
      state: 'refused',
      failure: { code: 'change.unchecked' },
      bulkJobId: null,
    });
  });
});

test('a draft on top of a change that is not queued gets the base of that change', () => {
  const folder = temporaryFolder();
  const { store: old } = opened(folder);
  const [ofJob, own, onlyHere] = [1, 2, 3].map(organizationId) as [string, string, string];
  const phone = { business_phone: '1' };
  const typed = { business_phone: { base: '1', text: 'typed' } };
  const other = { business_phone: { base: 'seen', text: 'typed' } };
  write(old, (tables) => {
    for (const number of [1, 2, 3]) addOrganization(tables, number);
    tables.outbox.put(change(ofJob, phone, { patch: patchTo(phone, profile('base'), 'job') }));
    tables.outbox.put(change(own, phone));
    tables.outbox.put(change(onlyHere, phone));
    tables.drafts.put({ organizationId: ofJob, patch: typed, updatedAt: 1 });
    tables.drafts.put({ organizationId: own, patch: typed, updatedAt: 1 });
    tables.drafts.put({ organizationId: onlyHere, patch: other, updatedAt: 1 });
  });
  old.close();
  const store = freshStore();
  write(store, (tables) => {
    addOrganization(tables, 3);
    tables.outbox.put(change(onlyHere, { business_name: 'current' }));
  });
  valueOf(recover(store, join(folder, DATABASE_FILE), adopt));
  const drafts = read(store, (tables) =>
    [ofJob, own, onlyHere].map((id) => tables.drafts.get(id)?.patch),
  );
  expect(drafts).toEqual([
    { business_phone: { base: null, text: 'typed' } },
    typed,
    // There was a conflict with someone else's text, and there is one again.
    other,
  ]);
});

test('takes no text for ours because the other database says so', () => {
  const folder = temporaryFolder();
  const { store: old } = opened(folder);
  const [id, other] = [1, 2].map(organizationId) as [string, string];
  write(old, (tables) => {
    for (const number of [1, 2]) addOrganization(tables, number);
    tables.profiles.put(copy(other, profile('saved')));
    tables.abandoned.put(id, { business_phone: 'theirs' });
    const attempted = { business_phone: 'theirs' };
    tables.outbox.put(change(other, { business_phone: '1' }, { attempted }));
  });
  old.close();
  const store = freshStore();
  valueOf(recover(store, join(folder, DATABASE_FILE), adopt));
  read(store, (tables) => {
    expect(tables.abandoned.get(id)).toEqual({});
    expect(tables.outbox.get(other)).toMatchObject({
      attempted: {},
      patch: patchTo({ business_phone: '1' }, profile('saved')),
      state: 'refused',
    });
  });
});

/** Submits a change, and returns its version. */
function nextVersion(store: Store): number | undefined {
  return write(store, (tables) => {
    const id = addOrganization(tables, 99);
    const text = String(Math.random());
    applyEvent(tables, id, { type: 'edit', field: 'business_phone', text }, { at: NOW });
    return applyEvent(tables, id, { type: 'submit' }, { at: NOW })?.state.pending?.version;
  });
}

test('never reuses a version of the other database', () => {
  const folder = temporaryFolder();
  const old = opened(folder);
  write(old.store, (tables) => {
    for (const [index, version] of [7, 41].entries())
      tables.outbox.put(change(addOrganization(tables, index + 1), profile('a'), { version }));
  });
  old.store.close();
  const path = join(folder, DATABASE_FILE);
  const store = freshStore();
  expect(nextVersion(store)).toBe(1);
  valueOf(recover(store, path, adopt));
  // The two recovered changes count as new submissions, with new versions.
  const versions = read(store, ({ outbox }) => outbox.all().map(({ version }) => version));
  expect(versions.sort((one, two) => one - two)).toEqual([1, 42, 43]);
  expect(nextVersion(store)).toBe(44);
  valueOf(recover(store, path, adopt));
  expect(nextVersion(store)).toBe(45);
  // Versions of changes that have been confirmed there are not reused either.
  withRawDatabase(folder, (db) => db.exec(`INSERT INTO setting VALUES ('change-version', '70')`));
  valueOf(recover(store, path, adopt));
  expect(nextVersion(store)).toBe(71);
});

test.each(['1e300', '"70"', '70.5', '-1', 'null', '{'])(
  'ignores an invalid last version (%s), and continues counting',
  (value) => {
    const folder = temporaryFolder();
    const old = opened(folder);
    write(old.store, (tables) =>
      tables.outbox.put(change(addOrganization(tables, 1), profile('a'), { version: 3 })),
    );
    old.store.close();
    withRawDatabase(folder, (db) => {
      db.prepare(`INSERT INTO setting VALUES ('change-version', ?)`).run(value);
      db.exec(`INSERT INTO organization (id, kind, name, added_at)
          SELECT '${organizationId(2)}', kind, name, 1 FROM organization;
        INSERT INTO outbox (organization_id, version, patch, attempted, state, submitted_at, attempts)
        SELECT '${organizationId(2)}', 1e300, patch, attempted, state, 1, 0 FROM outbox`);
    });
    const store = freshStore();
    valueOf(recover(store, join(folder, DATABASE_FILE), adopt));
    const versions = read(store, ({ outbox }) => outbox.all().map(({ version }) => version));
    expect(versions.sort((one, two) => one - two)).toEqual([4, 5]);
    expect(nextVersion(store)).toBe(6);
  },
);
