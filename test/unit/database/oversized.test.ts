/** Rows with texts longer than the app handles, as of an earlier build: they count as unreadable, and are kept. */
import { expect, test } from 'vitest';
import { MAX_FIELD_LENGTH, MAX_LABEL, MAX_NAME_LENGTH } from '../../../src/shared/limits';
import {
  addOrganization,
  change,
  copy,
  draftOf,
  opened,
  entryId,
  profile,
  read,
  signIn,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

const id = entryId(1);
const LONG = 'x'.repeat(MAX_FIELD_LENGTH + 1);
const LONGEST = 'x'.repeat(MAX_FIELD_LENGTH);

/** A database with one organization, in which `sql` (`?1`: the text, `?2`: its id) was run while it was closed. */
function changedDatabase(sql: string, text: string) {
  const folder = temporaryFolder();
  const first = opened(folder).database;
  write(first, (tables) => {
    tables.signIns.put(signIn(1));
    addOrganization(tables, 1);
    tables.profiles.put(copy(id, profile('saved')));
    tables.drafts.put(draftOf(id, profile('draft'), profile('saved')));
    tables.outbox.put(change(id, profile('desired')));
    tables.revisions.add({
      entryId: id,
      at: 1,
      kind: 'saved',
      texts: profile('old'),
      author: null,
    });
  });
  first.close();
  withRawDatabase(folder, (db) => db.prepare(sql).run(text, id));
  return { folder, database: opened(folder).database };
}

const patch = (name: string, base = 'before'): string =>
  JSON.stringify({
    business_name: { base, text: name },
    business_phone: { base: '1', text: '2' },
  });

test.each(['draft', 'outbox'] as const)(
  'a text of %s that is too long is not read, but kept',
  (table) => {
    const { folder, database } = changedDatabase(
      `UPDATE ${table} SET patch = ? WHERE entry_id = ?`,
      patch(LONG),
    );
    read(database, (tables) => {
      const row = table === 'draft' ? tables.drafts.get(id) : tables.outbox.get(id);
      const base = table === 'draft' ? '1' : 'saved business_phone';
      expect(row?.patch).toEqual({ business_phone: { base, text: '2' } });
      expect(tables.organizations.hasUnreadableEdits(id)).toBe(true);
    });
    database.close();
    const kept = withRawDatabase(folder, (db) => db.prepare('SELECT row FROM unreadable').all());
    expect(kept).toHaveLength(1);
    expect(JSON.parse(kept[0].row).patch === patch(LONG)).toBe(true);
  },
);

test('a draft of many megabytes is not even parsed', () => {
  const { database } = changedDatabase(
    'UPDATE draft SET patch = ? WHERE entry_id = ?',
    `${patch('short').slice(0, -1)}${' '.repeat(8_000_000)}}`,
  );
  expect(read(database, ({ drafts }) => drafts.get(id))).toBeNull();
});

test('the longest texts are read, however they are escaped', () => {
  const NULS = '\0'.repeat(MAX_FIELD_LENGTH);
  const full = Object.fromEntries(
    Object.keys(profile('')).map((field) => [field, { base: NULS, text: NULS }]),
  );
  const { database } = changedDatabase(
    'UPDATE draft SET patch = ? WHERE entry_id = ?',
    JSON.stringify(full),
  );
  const found = read(database, ({ drafts }) => drafts.get(id)?.patch);
  expect(Object.values(found ?? {}).map((edit) => edit?.text === NULS)).toEqual(
    Array(5).fill(true),
  );
  expect(read(database, ({ organizations }) => organizations.hasUnreadableEdits(id))).toBe(false);
});

test('a base that is too long counts as lost', () => {
  const { database } = changedDatabase(
    'UPDATE draft SET patch = ? WHERE entry_id = ?',
    patch('name', LONG),
  );
  const found = read(database, ({ drafts }) => drafts.get(id)?.patch.business_name);
  expect(found).toEqual({ base: null, text: 'name' });
});

test.each([
  [LONG, true],
  [LONGEST, false],
])('a saved copy with a text that is too long counts as never read (%#)', (text, isLost) => {
  const { database } = changedDatabase(
    'UPDATE profile SET fields = ? WHERE entry_id = ?',
    JSON.stringify({ ...profile('saved'), external_metadata: text }),
  );
  expect(read(database, ({ profiles }) => profiles.get(id)) === null).toBe(isLost);
});

test('a revision with a text that is too long is skipped', () => {
  const { database } = changedDatabase(
    'UPDATE revision SET texts = ? WHERE entry_id = ?',
    JSON.stringify({ business_name: LONG }),
  );
  expect(read(database, ({ revisions }) => revisions.rows(id, null, 5))).toEqual([]);
});

test('longer names of organizations and sign-ins are cut, so that the lists can be shown', () => {
  const name = JSON.stringify(LONG);
  const { database } = changedDatabase('UPDATE organization SET name = ? WHERE id = ?', name);
  const found = read(database, ({ organizations }) => organizations.get(id));
  expect(found?.name).toHaveLength(MAX_NAME_LENGTH);
  const other = changedDatabase(
    'UPDATE sign_in SET label = ?1 WHERE ?2 IS NOT NULL',
    name,
  ).database;
  const [signedIn] = read(other, ({ signIns }) => signIns.all());
  expect(signedIn?.label).toHaveLength(MAX_LABEL);
});
