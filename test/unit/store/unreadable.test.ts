/** Stored rows that cannot be understood: reported, kept, and no harm to the others. */
import { expect, test, vi } from 'vitest';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import {
  addOrganization,
  change,
  copy,
  directly,
  opened,
  organizationId,
  profile,
  read,
  temporaryFolder,
  write,
} from './temporary-store';

const id = organizationId(1);

/** A store with three organizations after `sql` was run on the first one's rows. */
function spoiled(...statements: string[]) {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  write(store, (tables) => {
    for (const number of [1, 2, 3]) {
      const organizationId = addOrganization(tables, number);
      tables.profiles.put(copy(organizationId, profile('saved')));
      tables.drafts.put({
        organizationId,
        fields: profile('draft'),
        base: profile('saved'),
        updatedAt: 1,
      });
      tables.outbox.put(
        change(organizationId, profile('desired'), {
          attempted: profile('tried'),
          state: 'conflict',
        }),
      );
      tables.revisions.add({ organizationId, at: 1, kind: 'saved', fields: profile('old') });
    }
  });
  store.close();
  directly(folder, (db) => {
    db.exec('PRAGMA foreign_keys = OFF');
    for (const sql of statements) db.prepare(sql).run(id);
  });
  const onUnreadable = vi.fn();
  return { folder, store: opened(folder, { onUnreadable }).store, onUnreadable };
}

const BAD = [
  '{"business_name":',
  'null',
  '[]',
  '{"business_name":1}',
  '""',
  JSON.stringify({ ...profile('x'), external_metadata: undefined }),
];

test.each(BAD)('a profile of %s counts as never read', (text) => {
  const { store, onUnreadable } = spoiled(
    `UPDATE profile SET fields = '${text}' WHERE organization_id = ?`,
  );
  read(store, (tables) => {
    const entries = tables.organizations.entries();
    expect(entries).toHaveLength(3);
    expect(entries.map((entry) => entry.profile === null)).toEqual([true, false, false]);
    expect(tables.profiles.get(id)).toBeNull();
  });
  expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'profile', id });
});

test.each(BAD)(
  'a draft of %s is reported, and its text outlives being replaced and removed',
  (text) => {
    const { folder, store, onUnreadable } = spoiled(
      `UPDATE draft SET fields = '${text}' WHERE organization_id = ?`,
    );
    read(store, (tables) => {
      expect(tables.drafts.get(id)).toBeNull();
      expect(tables.organizations.entries().map((entry) => entry.draft === null)).toEqual([
        true,
        false,
        false,
      ]);
    });
    expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'draft', id });
    write(store, (tables) => {
      tables.drafts.put({
        organizationId: id,
        fields: profile('again'),
        base: profile('saved'),
        updatedAt: 2,
      });
      tables.drafts.remove(id);
    });
    store.close();
    const kept = directly(folder, (db) =>
      db.prepare('SELECT source, organization_id AS id, row FROM unreadable').all(),
    );
    expect(kept).toMatchObject([{ source: 'draft', id }]);
    expect(JSON.parse(kept[0].row)).toMatchObject({ fields: text });
  },
);

test.each(BAD)('a pending change of %s is reported, never sent, and its text is kept', (text) => {
  const { folder, store, onUnreadable } = spoiled(
    `UPDATE outbox SET desired = '${text}' WHERE organization_id = ?`,
  );
  read(store, (tables) => {
    expect(tables.outbox.get(id)).toBeNull();
    expect(tables.outbox.all()).toHaveLength(2);
  });
  expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'outbox', id });
  write(store, (tables) => tables.outbox.put(change(id, profile('again'))));
  store.close();
  const kept = directly(folder, (db) => db.prepare('SELECT source, row FROM unreadable').all());
  expect(kept).toHaveLength(1);
  expect(JSON.parse(kept[0].row)).toMatchObject({ desired: text, organization_id: id });
});

test('a lost base asks instead of overwriting, other lost columns start again', () => {
  const { store } = spoiled(
    "UPDATE draft SET base = '?' WHERE organization_id = ?",
    "UPDATE outbox SET base = '?', attempted = '?', theirs = '?', failure = '?', state = '?' WHERE organization_id = ?",
  );
  read(store, (tables) => {
    expect(tables.drafts.get(id)).toMatchObject({ fields: profile('draft'), base: EMPTY_PROFILE });
    expect(tables.outbox.get(id)).toMatchObject({
      desired: profile('desired'),
      base: EMPTY_PROFILE,
      attempted: null,
      theirs: null,
      failure: null,
      state: 'queued',
    });
  });
});

test('an impossible id, name, sign-in or time does not take the list down', () => {
  const { store, onUnreadable } = spoiled(
    "UPDATE organization SET name = 'no JSON', credential_id = 'x', added_at = 9e999, seen_at = 1e300 WHERE id = ?",
    `UPDATE organization SET id = 'X' WHERE id <> ? AND id = '${organizationId(2)}'`,
    "UPDATE revision SET fields = '?' WHERE organization_id = ?",
  );
  read(store, (tables) => {
    const entries = tables.organizations.entries();
    expect(entries.map((entry) => entry.organization.id)).toEqual([id, organizationId(3)]);
    expect(entries[0]?.organization).toMatchObject({
      name: 'no JSON',
      credentialId: null,
      addedAt: 0,
    });
    expect(tables.organizations.all()).toHaveLength(2);
    expect(tables.organizations.ids()).toHaveLength(2);
    expect(tables.revisions.of(id)).toEqual([]);
    expect(tables.organizations.search('draft').sort()).toEqual([
      id,
      organizationId(2),
      organizationId(3),
    ]);
  });
  expect(onUnreadable).toHaveBeenCalledWith({ table: 'organization', id: '' });
  expect(onUnreadable).toHaveBeenCalledWith({ table: 'revision', id });
});

test('settings that cannot be read are absent', () => {
  const { store, onUnreadable } = spoiled(
    "INSERT INTO setting VALUES ('place', '{' || substr(?, 1, 0))",
  );
  expect(read(store, (tables) => tables.settings.get('place'))).toBeNull();
  expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'setting', id: 'place' });
});
