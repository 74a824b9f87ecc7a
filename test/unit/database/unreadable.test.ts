/** Rows that cannot be read are put aside: reported and kept, without affecting other rows. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Change } from '../../../src/main/database/change-feed';
import { DATABASE_FILE } from '../../../src/main/database/open';
import type { Database, Tables } from '../../../src/main/database/tables';
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

/** The rows that were put aside. */
function rowsPutAside(folder: string): unknown[] {
  const kept = withRawDatabase(folder, (db) =>
    db.prepare('SELECT source, entry_id AS id, row FROM unreadable').all(),
  );
  return kept.map(({ source, id, row }) => ({ source, id, row: JSON.parse(row) }));
}

const isShown = ({ organizations }: Tables): boolean => organizations.hasUnreadableEdits(id);

const WAYS_TO_FIND: [string, (database: Database) => void][] = [
  [
    'its page is opened',
    (database) => read(database, ({ drafts, outbox }) => [drafts.get(id), outbox.get(id)]),
  ],
  [
    'the list is built',
    (database) => read(database, ({ organizations }) => organizations.entries()),
  ],
  [
    'it is written',
    (database) => write(database, ({ profiles }) => profiles.put(copy(id, profile('new')))),
  ],
];

const CASES = WAYS_TO_FIND.flatMap(([when, find]) =>
  BAD_PATCH.map(([text, patch]) => [text, when, patch, find] as const),
);

test.each(CASES)('puts a change with %s aside when %s', (text, _when, patch, find) => {
  const { folder, database, onUnreadable } = corruptedDatabase(
    `UPDATE outbox SET patch = '${text}' WHERE entry_id = ?`,
  );
  find(database);
  read(database, (tables) => {
    // A change that lost a text waits for the person, with the saved copy as its base.
    const texts = (one: Patch | null) =>
      one && Object.entries(one).map(([name, edit]) => [name, edit?.text]);
    expect(texts(tables.outbox.get(id)?.patch ?? null)).toEqual(texts(patch));
    expect(isShown(tables)).toBe(true);
    for (const other of [2, 3].map(entryId))
      expect(tables.outbox.get(other)?.patch).toEqual(patchTo(profile('desired')));
  });
  expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'outbox', id });
  write(database, ({ drafts }) => drafts.put(draftOf(id, profile('readable'))));
  expect(read(database, isShown), 'after the person typed again').toBe(false);
  database.close();
  const row = expect.objectContaining({ patch: text, entry_id: id });
  expect(rowsPutAside(folder)).toEqual([{ source: 'outbox', id, row }]);
});

const BAD_DRAFTS = WAYS_TO_FIND.flatMap(([when, find]) =>
  [
    ['text', '{'],
    ['text', 'null'],
    ['text', '7'],
    ['text', '["new"]'],
    ['field', 'business_namf'],
  ].map(([column, value]) => [column, value, when, find] as const),
);

test.each(BAD_DRAFTS)('puts a draft with the %s %s aside when %s', (column, value, _, find) => {
  const { folder, database, onUnreadable } = corruptedDatabase(
    `UPDATE draft_field SET ${column} = '${value}'
     WHERE entry_id = ? AND field = 'business_name'`,
  );
  find(database);
  const whole = patchTo(profile('draft'), profile('saved'));
  read(database, (tables) => {
    const { business_name: _lost, ...readable } = whole;
    expect(tables.drafts.get(id)?.patch).toEqual(readable);
    expect(isShown(tables)).toBe(true);
    for (const other of [2, 3].map(entryId)) expect(tables.drafts.get(other)?.patch).toEqual(whole);
  });
  expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'draft_field', id });
  write(database, ({ drafts }) => drafts.put(draftOf(id, profile('readable'))));
  expect(read(database, isShown), 'after the person typed again').toBe(false);
  database.close();
  const row = expect.objectContaining({ [column!]: value, entry_id: id });
  expect(rowsPutAside(folder)).toEqual([{ source: 'draft_field', id, row }]);
});

test('puts rows of several tables aside, and publishes what changed', async () => {
  const { folder, database, onUnreadable } = corruptedDatabase(
    "UPDATE draft_field SET text = '{' WHERE entry_id = ?",
    "UPDATE outbox SET patch = '{' WHERE entry_id = ?",
    "UPDATE profile SET fields = '{' WHERE entry_id = ?",
    "UPDATE revision SET texts = '{' WHERE entry_id = ?",
  );
  const published: Change[] = [];
  database.changes.subscribe((one) => published.push(one));
  const pageOf = ({ drafts, outbox, profiles, revisions }: Tables): unknown[] => [
    drafts.get(id),
    outbox.get(id),
    profiles.get(id),
    ...revisions.of(id),
  ];
  expect(read(database, pageOf)).toEqual([null, null, null]);
  expect(onUnreadable.mock.calls.flat().map(({ table }) => table)).toEqual(
    expect.arrayContaining(['draft_field', 'outbox', 'profile', 'revision']),
  );
  await Promise.resolve();
  expect(
    published.every(({ organizations }) => organizations !== 'all' && organizations.has(id)),
  ).toBe(true);
  database.close();
  // Five of them are the fields of the draft.
  expect(rowsPutAside(folder)).toHaveLength(8);
});

test('the check after the launch puts a change in an unknown state aside, and calls nothing damaged', () => {
  const {
    folder,
    database: first,
    onUnreadable,
  } = corruptedDatabase("UPDATE outbox SET state = 'odd' WHERE entry_id = ?");
  first.close();
  const { database, check } = opened(folder, { onUnreadable });
  expect(check()).toEqual({ ok: true, value: null });
  expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'outbox', id });
  expect(read(database, ({ outbox }) => outbox.get(id))).toMatchObject({
    patch: patchTo(profile('desired')),
    state: 'queued',
  });
  expect(read(database, ({ outbox }) => outbox.isSigned(id))).not.toBe(true);
  expect(check()).toEqual({ ok: true, value: null });
  database.close();
  writeFileSync(join(folder, `${DATABASE_FILE}-check`), '');
  expect(opened(folder).setAside, 'nor does the check of the whole file').toBeNull();
});

test('a lost base leads to a conflict instead of overwriting, and the text is kept', () => {
  const patch = JSON.stringify({
    business_name: { text: 'name' },
    business_email: { base: 1, text: 'email', save: 'save' },
    business_phone: { base: 'old', text: 'phone', save: 7 },
  });
  const { database, onUnreadable } = corruptedDatabase(
    "UPDATE draft_field SET base = '1' WHERE entry_id = ? AND field = 'business_email'",
    `UPDATE outbox SET patch = '${patch}' WHERE entry_id = ?`,
  );
  const expected = {
    business_name: { base: null, text: 'name' },
    business_email: { base: null, text: 'email', save: 'save' },
    business_phone: { base: 'old', text: 'phone' },
  };
  read(database, (tables) => {
    const draft = tables.drafts.get(id)?.patch.business_email;
    expect(draft).toEqual({ base: null, text: 'draft business_email' });
    expect(tables.outbox.get(id)?.patch).toEqual(expected);
  });
  expect(onUnreadable).not.toHaveBeenCalled();
});

test('a pending change with other unreadable columns counts as unsigned', () => {
  const { database } = corruptedDatabase(
    "UPDATE outbox SET attempted = '?', failure = '?', state = '?' WHERE entry_id = ?",
  );
  expect(read(database, (tables) => tables.outbox.get(id))).toMatchObject({
    patch: patchTo(profile('desired')),
    attempted: {},
    remote: null,
    state: 'queued',
  });
  expect(read(database, ({ outbox }) => outbox.isSigned(id))).not.toBe(true);
});

test.each(['conflict', 'differs'])(
  'state %s without its copy: still waits for the person',
  (state) => {
    const { database } = corruptedDatabase(
      `UPDATE outbox SET state = '${state}', remote = '{"business_name":"a"}' WHERE entry_id = ?`,
    );
    const row = read(database, (tables) => tables.outbox.get(id));
    expect(row).toMatchObject({ state: 'refused', remote: null });
  },
);

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
  expect(onUnreadable).toHaveBeenCalledWith({ table: 'revision', id });
});

test('treats unreadable settings as absent', () => {
  const { database } = corruptedDatabase(
    "INSERT INTO setting VALUES ('place', '{' || substr(?, 1, 0))",
  );
  expect(read(database, (tables) => tables.settings.get('place'))).toBeNull();
});
