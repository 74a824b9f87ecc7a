/** Rows that cannot be read are put aside: reported and kept, without affecting other rows. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Change } from '../../../src/main/database/change-feed';
import { DATABASE_FILE } from '../../../src/main/database/open';
import { RowMacs } from '../../../src/main/database/row-macs';
import type { Database, Tables } from '../../../src/main/database/tables';
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
  const macs = new RowMacs();
  const { database } = opened(folder, { macs });
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
  return { folder, database: opened(folder, { macs, onUnreadable }).database, onUnreadable };
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
    const entries = tables.organizations.entries(tables.organizations.ids());
    expect(entries).toHaveLength(3);
    expect(entries.map((entry) => entry.profile === null)).toEqual([true, false, false]);
    expect(tables.profiles.get(id)).toBeNull();
  });
  expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table: 'profile', id });
});

/** The rows that were put aside. */
function rowsPutAside(folder: string): { source: string; id: string; row: unknown }[] {
  const kept = withRawDatabase(folder, (db) =>
    db.prepare('SELECT source, entry_id AS id, row FROM unreadable').all(),
  );
  return kept.map(({ source, id, row }) => ({ source, id, row: JSON.parse(row) }));
}

const isShown = ({ organizations }: Tables): boolean => organizations.hasUnreadableEdits(id);

test('removes what was put aside together with its organization', () => {
  const { folder, database } = corruptedDatabase(
    `UPDATE draft_field SET text = '{' WHERE entry_id = ? AND field = 'business_name'`,
  );
  read(database, ({ drafts }) => drafts.get(id));
  write(database, ({ organizations }) => organizations.remove(id));
  expect(read(database, isShown)).toBe(false);
  database.close();
  expect(rowsPutAside(folder)).toEqual([]);
});

const WAYS_TO_FIND: [string, (database: Database) => void][] = [
  [
    'its page is opened',
    (database) => read(database, ({ drafts, outbox }) => [drafts.get(id), outbox.get(id)]),
  ],
  [
    'the list is built',
    (database) => read(database, ({ organizations }) => organizations.entries(organizations.ids())),
  ],
  [
    'it is written',
    (database) => write(database, ({ profiles }) => profiles.put(copy(id, profile('new')))),
  ],
];

/** The two tables with a row for each field, and the patch that a page reads from them. */
const TABLES = {
  draft_field: {
    texts: 'draft',
    patchIn: ({ drafts }: Tables, id: string) => drafts.get(id)?.patch,
  },
  pending_field: {
    texts: 'desired',
    patchIn: ({ outbox }: Tables, id: string) => outbox.get(id)?.patch,
  },
} as const;

const BAD_FIELDS = WAYS_TO_FIND.flatMap(([when, find]) =>
  [
    ['text', '{'],
    ['text', 'null'],
    ['text', '7'],
    ['text', '["new"]'],
    ['field', 'business_namf'],
  ].flatMap(([column, value]) =>
    (['draft_field', 'pending_field'] as const).map(
      (table) => [table, column, value, when, find] as const,
    ),
  ),
);

test.each(BAD_FIELDS)(
  'puts a row of %s with the %s %s aside when %s',
  (table, column, value, _, find) => {
    const { folder, database, onUnreadable } = corruptedDatabase(
      `UPDATE ${table} SET ${column} = '${value}'
     WHERE entry_id = ? AND field = 'business_name'`,
    );
    find(database);
    const { texts, patchIn } = TABLES[table];
    const whole = patchTo(profile(texts), profile(texts === 'draft' ? 'saved' : 'base'));
    read(database, (tables) => {
      const { business_name: _lost, ...readable } = whole;
      expect(patchIn(tables, id)).toEqual(readable);
      expect(tables.outbox.trust(id)).toBe(table === 'draft_field' ? 'ours' : 'unknown');
      expect(isShown(tables)).toBe(true);
      for (const other of [2, 3].map(entryId)) expect(patchIn(tables, other)).toEqual(whole);
    });
    expect(onUnreadable).toHaveBeenCalledExactlyOnceWith({ table, id });
    write(database, ({ drafts }) => drafts.put(draftOf(id, profile('readable'))));
    expect(read(database, isShown), 'after the person typed again').toBe(false);
    database.close();
    const row = expect.objectContaining({ [column!]: value, entry_id: id });
    expect(rowsPutAside(folder)).toEqual([{ source: table, id, row }]);
  },
);

test.each(WAYS_TO_FIND)('puts a change without a readable text aside when %s', (_, find) => {
  const { folder, database } = corruptedDatabase(
    "UPDATE pending_field SET text = '{' WHERE entry_id = ?",
  );
  find(database);
  read(database, (tables) => {
    expect(tables.outbox.get(id)).toBeNull();
    expect(tables.outbox.count() + tables.outbox.entries().length).toBe(2);
    expect(isShown(tables)).toBe(true);
  });
  database.close();
  const sources = rowsPutAside(folder).map(({ source }) => source);
  expect(sources).toEqual([...Array(5).fill('pending_field'), 'outbox']);
});

test('puts rows of several tables aside, and publishes what changed', async () => {
  const { folder, database, onUnreadable } = corruptedDatabase(
    "UPDATE draft_field SET text = '{' WHERE entry_id = ?",
    "UPDATE pending_field SET text = '{' WHERE entry_id = ?",
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
    expect.arrayContaining(['draft_field', 'pending_field', 'outbox', 'profile', 'revision']),
  );
  await Promise.resolve();
  expect(
    published.every(({ organizations }) => organizations !== 'all' && organizations.has(id)),
  ).toBe(true);
  database.close();
  // Five each are the fields of the draft and of the change.
  expect(rowsPutAside(folder)).toHaveLength(13);
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
  expect(read(database, ({ outbox }) => outbox.trust(id))).not.toBe('ours');
  expect(check()).toEqual({ ok: true, value: null });
  database.close();
  writeFileSync(join(folder, `${DATABASE_FILE}-check`), '');
  expect(opened(folder).setAside, 'nor does the check of the whole file').toBeNull();
});

test.each(['draft_field', 'pending_field'] as const)(
  'a lost base in %s leads to a conflict instead of overwriting, and the text is kept',
  (table) => {
    const { database, onUnreadable } = corruptedDatabase(
      `UPDATE ${table} SET base = '1' WHERE entry_id = ? AND field = 'business_email'`,
    );
    const { texts, patchIn } = TABLES[table];
    const edit = read(database, (tables) => patchIn(tables, id)?.business_email);
    expect(edit).toEqual({ base: null, text: `${texts} business_email` });
    expect(onUnreadable).not.toHaveBeenCalled();
  },
);

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
  expect(read(database, ({ outbox }) => outbox.trust(id))).not.toBe('ours');
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
    const entries = tables.organizations.entries(tables.organizations.ids());
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
