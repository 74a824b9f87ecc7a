/** Rows with texts longer than the app handles, as an edited file may have: they count as unreadable, and are kept. */
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

/** SQL: changes a column of the draft of the name. */
const setOfDraft = (column: 'text' | 'base'): string =>
  `UPDATE draft_field SET ${column} = ? WHERE entry_id = ? AND field = 'business_name'`;

test.each(['draft_field', 'pending_field'])(
  'a text in %s that is too long is not read, but kept',
  (table) => {
    const text = JSON.stringify(LONG);
    const { folder, database } = changedDatabase(
      setOfDraft('text').replace('draft_field', table),
      text,
    );
    read(database, ({ drafts, outbox, organizations }) => {
      const { patch } = (table === 'draft_field' ? drafts : outbox).get(id)!;
      expect(Object.keys(patch)).toHaveLength(4);
      expect(organizations.hasUnreadableEdits(id)).toBe(true);
    });
    database.close();
    const kept = withRawDatabase(folder, (db) => db.prepare('SELECT row FROM unreadable').all());
    expect(kept).toHaveLength(1);
    expect(JSON.parse(kept[0].row).text === text).toBe(true);
  },
);

test('a draft of many megabytes is not even parsed', () => {
  const text = `"short"${' '.repeat(8_000_000)}`;
  const { database } = changedDatabase(setOfDraft('text'), text);
  expect(read(database, ({ drafts }) => drafts.get(id)?.patch.business_name)).toBeUndefined();
});

test('the longest texts are read, however they are escaped', () => {
  const NULS = '\0'.repeat(MAX_FIELD_LENGTH);
  const { database } = changedDatabase(
    'UPDATE draft_field SET text = ?1, base = ?1 WHERE entry_id = ?2',
    JSON.stringify(NULS),
  );
  const found = read(database, ({ drafts }) => drafts.get(id)?.patch);
  expect(
    Object.values(found ?? {}).map((edit) => edit?.text === NULS && edit.base === NULS),
  ).toEqual(Array(5).fill(true));
  expect(read(database, ({ organizations }) => organizations.hasUnreadableEdits(id))).toBe(false);
});

test('a base that is too long counts as lost', () => {
  const { database } = changedDatabase(setOfDraft('base'), JSON.stringify(LONG));
  const found = read(database, ({ drafts }) => drafts.get(id)?.patch.business_name);
  expect(found).toEqual({ base: null, text: 'draft business_name' });
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
