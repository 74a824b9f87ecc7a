/** Rows that cannot be read are reported and kept, and do not affect other rows. */
import { expect, test, vi } from 'vitest';
import type { Tables } from '../../../src/main/database/tables';
import type { Patch } from '../../../src/shared/patch';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import {
  addOrganization,
  change,
  copy,
  draftOf,
  opened,
  entryId,
  patchTo,
  profile,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

const id = entryId(1);

/** A database with three organizations. The SQL statements have damaged rows of the first one. */
function corruptedDatabase(...statements: string[]) {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => {
    for (const number of [1, 2, 3]) {
      const entryId = addOrganization(tables, number);
      tables.profiles.put(copy(entryId, profile('saved')));
      tables.drafts.put(draftOf(entryId, profile('draft'), profile('saved')));
      tables.outbox.put(
        change(entryId, profile('desired'), {
          attempted: profile('tried'),
          remote: profile('theirs'),
          state: 'conflict',
        }),
      );
      tables.revisions.add({
        entryId,
        at: 1,
        kind: 'saved',
        texts: profile('old'),
        author: null,
      });
    }
  });
  database.close();
  withRawDatabase(folder, (db) => {
    db.exec('PRAGMA foreign_keys = OFF');
    for (const sql of statements) db.prepare(sql).run(id);
  });
  const onUnreadable = vi.fn();
  return { folder, database: opened(folder, { onUnreadable }).database, onUnreadable };
}

const BAD = [
  '{"business_name":',
  'null',
  '[]',
  '{"business_name":1}',
  '""',
  JSON.stringify({ ...profile('x'), external_metadata: undefined }),
];

test.each(BAD)('treats a profile of %s as never read', (text) => {
  const { database, onUnreadable } = corruptedDatabase(
    `UPDATE profile SET fields = '${text}' WHERE entry_id = ?`,
  );
  read(database, (tables) => {
    const entries = tables.organizations.entries();
    expect(entries).toHaveLength(3);
    expect(entries.map((entry) => entry.profile === null)).toEqual([true, false, false]);
    expect(tables.profiles.get(id)).toBeNull();
  });
  expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'profile', id });
});

/**
 * Possible values of a patch column, each with the patch that is read from it (null: unreadable).
 */
const BAD_PATCH: [string, Patch | null][] = [
  ['{"business_name":', null],
  ['null', null],
  ['[]', null],
  ['""', null],
  ['{}', null],
  ['{"business_name":"text"}', null],
  ['{"business_name":{"base":"old"}}', null],
  ['{"business_name":{"base":"old","text":1}}', null],
  ['{"business_namf":{"base":"old","text":"new"}}', null],
  [
    '{"business_name":{"base":"old","text":7},"business_phone":{"base":"1","text":"2"}}',
    { business_phone: { base: '1', text: '2' } },
  ],
  [
    '{"business_namf":{"base":"old","text":"new"},"business_phone":{"base":"1","text":"2"}}',
    { business_phone: { base: '1', text: '2' } },
  ],
];

test.each(BAD_PATCH)('reports a draft of %s, and keeps its text', (text, patch) => {
  for (const work of [
    (tables: Tables) => tables.drafts.put(draftOf(id, profile('again'))),
    (tables: Tables) => tables.drafts.remove(id),
  ]) {
    const { folder, database, onUnreadable } = corruptedDatabase(
      `UPDATE draft SET patch = '${text}' WHERE entry_id = ?`,
    );
    read(database, (tables) => {
      expect(tables.drafts.get(id)?.patch ?? null).toEqual(patch);
      const entries = tables.organizations.entries();
      const [draft, ...others] = entries.map((entry) => entry.draft?.patch ?? null);
      expect(draft).toEqual(patch);
      expect(others).toEqual(Array(2).fill(patchTo(profile('draft'), profile('saved'))));
    });
    expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'draft', id });
    write(database, work);
    write(database, (tables) => {
      tables.drafts.put(draftOf(id, profile('readable')));
      tables.drafts.remove(id);
    });
    database.close();
    const kept = withRawDatabase(folder, (db) =>
      db.prepare('SELECT source, entry_id AS id, row FROM unreadable').all(),
    );
    expect(kept, 'once').toMatchObject([{ source: 'draft', id }]);
    expect(JSON.parse(kept[0].row)).toMatchObject({ patch: text });
  }
});

test.each(BAD_PATCH)('reports a pending change of %s, and keeps its text', (text, patch) => {
  for (const work of [
    (tables: Tables) => tables.outbox.put(change(id, profile('again'))),
    (tables: Tables) => tables.outbox.remove(id),
  ]) {
    const { folder, database, onUnreadable } = corruptedDatabase(
      `UPDATE outbox SET patch = '${text}' WHERE entry_id = ?`,
    );
    read(database, (tables) => {
      expect(tables.outbox.get(id)?.patch ?? null).toEqual(patch);
      expect(tables.outbox.all()).toHaveLength(patch ? 3 : 2);
    });
    expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'outbox', id });
    write(database, work);
    write(database, (tables) => {
      tables.outbox.put(change(id, profile('readable')));
      tables.outbox.remove(id);
    });
    database.close();
    const kept = withRawDatabase(folder, (db) =>
      db.prepare('SELECT source, row FROM unreadable').all(),
    );
    expect(kept, 'once').toMatchObject([{ source: 'outbox' }]);
    expect(JSON.parse(kept[0].row)).toMatchObject({ patch: text, entry_id: id });
  }
});

test('a lost base leads to a conflict instead of overwriting, and the text is kept', () => {
  const patch = JSON.stringify({
    business_name: { text: 'name' },
    business_email: { base: 1, text: 'email', save: 'job' },
    business_phone: { base: 'old', text: 'phone', job: 7 },
  });
  const { database, onUnreadable } = corruptedDatabase(
    `UPDATE draft SET patch = '${patch}' WHERE entry_id = ?`,
    `UPDATE outbox SET patch = '${patch}' WHERE entry_id = ?`,
  );
  const expected = {
    business_name: { base: null, text: 'name' },
    business_email: { base: null, text: 'email', save: 'job' },
    business_phone: { base: 'old', text: 'phone' },
  };
  read(database, (tables) => {
    expect(tables.drafts.get(id)?.patch).toEqual(expected);
    expect(tables.outbox.get(id)?.patch).toEqual(expected);
  });
  expect(onUnreadable).not.toHaveBeenCalled();
});

test('resets other unreadable columns of a pending change to their initial values', () => {
  const { database } = corruptedDatabase(
    "UPDATE outbox SET attempted = '?', failure = '?', state = '?' WHERE entry_id = ?",
  );
  expect(read(database, (tables) => tables.outbox.get(id))).toMatchObject({
    patch: patchTo(profile('desired')),
    attempted: {},
    remote: null,
    failure: null,
    state: 'queued',
  });
});

test.each(['conflict', 'differs'])(
  'state %s without its copy: still waits for the person',
  (state) => {
    const { database } = corruptedDatabase(
      `UPDATE outbox SET state = '${state}', remote = '{"business_name":"a"}' WHERE entry_id = ?`,
    );
    const row = read(database, (tables) => tables.outbox.get(id));
    expect(row).toMatchObject({ state: 'refused', remote: null, attempted: profile('tried') });
  },
);

test('reports and forgets an abandoned write that cannot be read', () => {
  const { database, onUnreadable } = corruptedDatabase(
    `INSERT INTO abandoned VALUES (?, '{"business_name":1}', NULL)`,
  );
  expect(read(database, (tables) => tables.abandoned.get(id))).toEqual({});
  expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'abandoned', id });
});

test('still shows the list despite an invalid id, name, sign-in or time', () => {
  const { database, onUnreadable } = corruptedDatabase(
    "UPDATE organization SET name = 'no JSON', sign_in_id = 'x', added_at = 9e999, viewed_at = 1e300 WHERE id = ?",
    `UPDATE organization SET id = 'X' WHERE id <> ? AND id = '${entryId(2)}'`,
    "UPDATE revision SET texts = '?' WHERE entry_id = ?",
  );
  read(database, (tables) => {
    const entries = tables.organizations.entries();
    expect(entries.map((entry) => entry.organization.id)).toEqual([id, entryId(3)]);
    expect(entries[0]?.organization).toMatchObject({
      name: 'no JSON',
      signInId: null,
      addedAt: 0,
    });
    expect(tables.organizations.all()).toHaveLength(2);
    expect(tables.organizations.ids()).toHaveLength(2);
    expect(tables.revisions.of(id)).toEqual([]);
    expect(tables.list.ids({ ...WHOLE_LIST, search: 'draft' }, 0, 100).sort()).toEqual([
      id,
      entryId(2),
      entryId(3),
    ]);
  });
  expect(onUnreadable).toHaveBeenCalledWith({ table: 'organization', id: '' });
  expect(onUnreadable).toHaveBeenCalledWith({ table: 'revision', id });
});

test('treats unreadable settings as absent', () => {
  const { database, onUnreadable } = corruptedDatabase(
    "INSERT INTO setting VALUES ('place', '{' || substr(?, 1, 0))",
  );
  expect(read(database, (tables) => tables.settings.get('place'))).toBeNull();
  expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'setting', id: 'place' });
});
