/** Rows with texts longer than the app handles, as of an earlier build: they count as unreadable, and are kept. */
import { expect, test } from 'vitest';
import { MAX_FIELD_LENGTH, MAX_LABEL, MAX_NAME_LENGTH } from '../../../src/shared/limits';
import {
  addOrganization,
  change,
  copy,
  draftOf,
  opened,
  organizationId,
  profile,
  read,
  signIn,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-store';

const id = organizationId(1);
const LONG = 'x'.repeat(MAX_FIELD_LENGTH + 1);
const LONGEST = 'x'.repeat(MAX_FIELD_LENGTH);

/** A store with one organization, in which `sql` (`?1`: the text, `?2`: its id) was run while it was closed. */
function changedStore(sql: string, text: string) {
  const folder = temporaryFolder();
  const first = opened(folder).store;
  write(first, (tables) => {
    tables.credentials.put(signIn(1));
    addOrganization(tables, 1);
    tables.profiles.put(copy(id, profile('saved')));
    tables.drafts.put(draftOf(id, profile('draft'), profile('saved')));
    tables.outbox.put(change(id, profile('desired')));
    tables.revisions.add({
      organizationId: id,
      at: 1,
      kind: 'saved',
      texts: profile('old'),
      author: null,
    });
  });
  first.close();
  withRawDatabase(folder, (db) => db.prepare(sql).run(text, id));
  return { folder, store: opened(folder).store };
}

const patch = (name: string, base = 'before'): string =>
  JSON.stringify({
    business_name: { base, text: name },
    business_phone: { base: '1', text: '2' },
  });

test.each(['draft', 'outbox'] as const)(
  'a text of %s that is too long is not read, but kept',
  (table) => {
    const { folder, store } = changedStore(
      `UPDATE ${table} SET patch = ? WHERE organization_id = ?`,
      patch(LONG),
    );
    read(store, (tables) => {
      const row = table === 'draft' ? tables.drafts.get(id) : tables.outbox.get(id);
      expect(row?.patch).toEqual({ business_phone: { base: '1', text: '2' } });
      expect(tables.organizations.hasUnreadableEdits(id)).toBe(true);
    });
    write(store, (tables) => {
      if (table === 'draft') tables.drafts.put(draftOf(id, profile('again')));
      else tables.outbox.put(change(id, profile('again')));
    });
    expect(read(store, ({ organizations }) => organizations.hasUnreadableEdits(id))).toBe(false);
    store.close();
    const kept = withRawDatabase(folder, (db) => db.prepare('SELECT row FROM unreadable').all());
    expect(kept).toHaveLength(1);
    expect(JSON.parse(kept[0].row).patch === patch(LONG)).toBe(true);
  },
);

test('a draft of many megabytes is not even parsed', () => {
  const { store } = changedStore(
    'UPDATE draft SET patch = ? WHERE organization_id = ?',
    `${patch('short').slice(0, -1)}${' '.repeat(8_000_000)}}`,
  );
  expect(read(store, ({ drafts }) => drafts.get(id))).toBeNull();
});

test('the longest texts are read, however they are escaped', () => {
  const NULS = '\0'.repeat(MAX_FIELD_LENGTH);
  const full = Object.fromEntries(
    Object.keys(profile('')).map((field) => [field, { base: NULS, text: NULS }]),
  );
  const { store } = changedStore(
    'UPDATE draft SET patch = ? WHERE organization_id = ?',
    JSON.stringify(full),
  );
  const found = read(store, ({ drafts }) => drafts.get(id)?.patch);
  expect(Object.values(found ?? {}).map((edit) => edit?.text === NULS)).toEqual(
    Array(5).fill(true),
  );
  expect(read(store, ({ organizations }) => organizations.hasUnreadableEdits(id))).toBe(false);
});

test('a base that is too long counts as lost', () => {
  const { store } = changedStore(
    'UPDATE draft SET patch = ? WHERE organization_id = ?',
    patch('name', LONG),
  );
  const found = read(store, ({ drafts }) => drafts.get(id)?.patch.business_name);
  expect(found).toEqual({ base: null, text: 'name' });
});

test.each([
  [LONG, true],
  [LONGEST, false],
])('a saved copy with a text that is too long counts as never read (%#)', (text, isLost) => {
  const { store } = changedStore(
    'UPDATE profile SET fields = ? WHERE organization_id = ?',
    JSON.stringify({ ...profile('saved'), external_metadata: text }),
  );
  expect(read(store, ({ profiles }) => profiles.get(id)) === null).toBe(isLost);
});

test('a revision with a text that is too long is skipped', () => {
  const { store } = changedStore(
    'UPDATE revision SET texts = ? WHERE organization_id = ?',
    JSON.stringify({ business_name: LONG }),
  );
  expect(read(store, ({ revisions }) => revisions.page(id, null, 5))).toEqual([]);
});

test('longer names of organizations and sign-ins are cut, so that the lists can be shown', () => {
  const name = JSON.stringify(LONG);
  const { store } = changedStore('UPDATE organization SET name = ? WHERE id = ?', name);
  const found = read(store, ({ organizations }) => organizations.get(id));
  expect(found?.name).toHaveLength(MAX_NAME_LENGTH);
  const other = changedStore('UPDATE credential SET label = ?1 WHERE ?2 IS NOT NULL', name).store;
  const [signedIn] = read(other, ({ credentials }) => credentials.all());
  expect(signedIn?.label).toHaveLength(MAX_LABEL);
});
