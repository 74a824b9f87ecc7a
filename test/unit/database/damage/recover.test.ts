/**
 * Recovering a damaged database: everything readable is copied into the current database, where
 * nothing newer is replaced.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { adoptEdits } from '../../../../src/main/changes';
import { DATABASE_FILE, recover } from '../../../../src/main/database';
import { TABLES } from '../../../../src/main/database/schema';
import type { Row } from '../../../../src/main/database/sqlite-file';
import { Part, salvageRow, type Table } from '../../../../src/main/database/table';
import { DECLARED, type Tables } from '../../../../src/main/database/tables';
import { WHOLE_LIST } from '../../../../src/shared/list-query';
import { valueOf } from '../../results';
import {
  addOrganization,
  change,
  copy,
  draftOf,
  freshDatabase,
  NOW,
  opened,
  entryId,
  patchTo,
  profile,
  read,
  signIn,
  signInId,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../temporary-database';
import { ORGANIZATION } from '../../samples';
import { filledDatabase, fillTables } from './filled-database';

/** The page size of a database, in bytes. */
const PAGE_SIZE = 4_096;

test('recovers everything; a second recovery changes nothing', () => {
  const path = join(filledDatabase(5), DATABASE_FILE);
  const database = freshDatabase();
  expect(valueOf(recover(database, path, adoptEdits))).toEqual({
    organizations: 5,
    signIns: 1,
    drafts: 5,
  });
  const expected = freshDatabase();
  write(expected, (tables) => fillTables(tables, 5));
  const all = (tables: Tables) => ({
    signIns: tables.signIns.all(),
    entries: tables.organizations.entries(tables.organizations.ids()),
    revisions: tables.organizations.ids().map((id) => tables.revisions.of(id)),
    found: tables.list.ids({ ...WHOLE_LIST, search: 'desired 3' }, 0, 10),
  });
  write(expected, (tables) => {
    // No one vouches for what the file says about that.
    tables.signIns.setReadOnly(signInId(1), 'chosen');
    for (const [index, id] of tables.organizations.ids().entries()) {
      const draft = tables.drafts.get(id)!;
      // What waited to be sent waits for the person, with the text that its page showed as its base.
      const desired = patchTo(
        { business_phone: `desired ${index + 1}` },
        profile(`saved ${index + 1}`),
      );
      tables.drafts.put({ ...draft, patch: { ...draft.patch, ...desired } });
      tables.outbox.remove(id);
    }
  });
  expect(read(database, all)).toEqual(read(expected, all));
  expect(valueOf(recover(database, path, adoptEdits))).toEqual({
    organizations: 0,
    signIns: 0,
    drafts: 0,
  });
  expect(read(database, all)).toEqual(read(expected, all));
});

const isUnreadable = (table: Table, row: Row): boolean => {
  const parsed = table.parse(row);
  return parsed === null || parsed instanceof Part;
};

/** Tables of which `fillTables` stores no row. */
const EMPTY = ['unreadable', 'viewed_advice'];

test('every table has rows in these tests, and those that declare it read all of them', () => {
  withRawDatabase(filledDatabase(3), (db) => {
    for (const name of TABLES.filter((table) => !EMPTY.includes(table))) {
      const rows = db.prepare(`SELECT * FROM ${name}`).all();
      expect(rows, `Store a row of ${name} in fillTables (filled-database.ts).`).not.toEqual([]);
      const declared = DECLARED.find((table) => table.name === name);
      const unreadable = rows.filter((row) => declared && isUnreadable(declared, row));
      expect(unreadable, `The declaration of ${name} must read each row it stores.`).toEqual([]);
    }
  });
});

test.each(DECLARED.filter(({ recover }) => recover))('$name comes back as it was', (table) => {
  const before = filledDatabase(3);
  withRawDatabase(before, (db) => db.exec("UPDATE sign_in SET read_only = 'chosen'"));
  const folder = temporaryFolder();
  const { database } = opened(folder);
  valueOf(recover(database, join(before, DATABASE_FILE), adoptEdits));
  database.close();
  const rowsIn = (of: string): unknown[] =>
    withRawDatabase(of, (db) => db.prepare(`SELECT * FROM ${table.name}`).all()).map((row) =>
      salvageRow(table, row),
    );
  expect(rowsIn(folder)).toEqual(rowsIn(before));
});

test('loses only the rows on damaged pages', () => {
  const folder = filledDatabase(300);
  const path = join(folder, DATABASE_FILE);
  const corrupted: Record<string, number> = {};
  const bytes = readFileSync(path);
  // The dbstat table maps pages to tables (sqlite.org/dbstat.html).
  withRawDatabase(folder, (db) => {
    for (const table of [
      'organization',
      'profile',
      'draft_field',
      'outbox',
      'pending_field',
      'revision',
    ]) {
      const leaves = db
        .prepare(
          "SELECT pageno, ncell FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path",
        )
        .all(table) as { pageno: number; ncell: number }[];
      // Among organizations, damages the second page; elsewhere one further back, so that those
      // organizations survive and come back with their drafts.
      const leaf = leaves[table === 'organization' ? 1 : Math.floor(leaves.length * 0.75)];
      if (!leaf || leaves.length < 3) throw new Error(`too few pages: ${table}`);
      bytes.fill(0xff, (leaf.pageno - 1) * PAGE_SIZE, leaf.pageno * PAGE_SIZE);
      corrupted[table] = leaf.ncell;
    }
  });
  writeFileSync(path, bytes);
  const database = freshDatabase();
  const recovered = valueOf(recover(database, path, adoptEdits));
  const drafts = 300 - (corrupted['draft_field'] ?? 0);
  // Their texts are not in `outbox`.
  const changes = 300 - (corrupted['pending_field'] ?? 0);
  // An organization with both a draft and a change counts once.
  expect(recovered.drafts).toBeGreaterThanOrEqual(Math.max(drafts, changes));
  read(database, (tables) => {
    const entries = tables.organizations.entries(tables.organizations.ids());
    const typed = entries.filter(({ draft }) => draft?.patch.business_name);
    const submitted = entries.filter(({ draft }) => draft?.patch.business_phone);
    expect(typed).toHaveLength(drafts);
    expect(submitted).toHaveLength(changes);
    expect(entries.filter((entry) => entry.profile).length).toBeGreaterThanOrEqual(
      300 - (corrupted['profile'] ?? 0) - (corrupted['organization'] ?? 0),
    );
    // Organizations whose own row is lost are created again if they have a typed text.
    expect(entries).toHaveLength(300);
    const lost = entries.filter((entry) => !entry.organization.name.startsWith('Org '));
    expect(recovered.drafts).toBe(entries.filter((entry) => entry.draft).length);
    expect(lost).toHaveLength(corrupted['organization'] ?? 0);
  });
});

test('does not replace anything in the current database with something older', () => {
  const path = join(filledDatabase(2), DATABASE_FILE);
  const database = freshDatabase();
  const id = entryId(1);
  const current = {
    organization: {
      ...ORGANIZATION,
      id,
      name: 'Current',
      signInId: null,
      addedAt: 9,
      viewedAt: null,
    },
    signIn: null,
    profile: {
      entryId: id,
      fields: profile('current'),
      confirmedAt: 9,
      checkedAt: 9,
      changedElsewhere: false,
    },
    advice: ['business_email', 'business_phone'] as const,
    draft: draftOf(id, profile('typed now'), profile('b'), 9),
    change: change(id, profile('submitted now'), { version: 4 }),
  };
  write(database, (tables) => {
    tables.signIns.put({ ...signIn(1), label: 'Current' });
    tables.organizations.put(current.organization);
    tables.profiles.put(current.profile);
    tables.drafts.put(current.draft);
    tables.outbox.put(current.change);
  });
  const expected = { organizations: 1, signIns: 0, drafts: 1 };
  expect(valueOf(recover(database, path, adoptEdits))).toEqual(expected);
  read(database, (tables) => {
    expect(tables.organizations.entries([id])).toEqual([
      { ...current, labels: ['Label 1', 'VIP'] },
    ]);
    expect(tables.signIns.get(signInId(1))?.label).toBe('Current');
    expect(tables.revisions.of(id)).toHaveLength(3);
  });
});

test("keeps a person's text in the history if there is a newer one now", () => {
  const path = join(filledDatabase(1), DATABASE_FILE);
  const id = entryId(1);
  const database = freshDatabase();
  write(database, (tables) => {
    addOrganization(tables, 1);
    tables.profiles.put({ ...copy(id, profile('current')), checkedAt: NOW + 1 });
    tables.drafts.put(draftOf(id, { business_name: 'typed now' }, profile('b'), 9));
    tables.outbox.put(change(id, { business_phone: 'submitted now' }));
    for (const at of [0, 9])
      tables.revisions.add({
        entryId: id,
        at,
        kind: 'saved',
        texts: profile(`at ${at}`),
        author: null,
      });
  });
  const kept = () =>
    read(database, ({ revisions }) =>
      revisions.of(id).map(({ at, kind, texts }) => [at, kind, texts]),
    );
  const expected = [
    [0, 'saved', profile('at 0')],
    // Sorted by time: these texts were typed before the current ones.
    [1, 'saved', profile('old 1')],
    [1, 'discarded', { business_phone: 'desired 1' }],
    [1, 'discarded', { business_name: 'draft 1' }],
    [9, 'saved', profile('at 9')],
  ];
  valueOf(recover(database, path, adoptEdits));
  expect(kept()).toEqual(expected);
  valueOf(recover(database, path, adoptEdits));
  expect(kept(), 'once more').toEqual(expected);
});

test('does not recover invalid rows', () => {
  const folder = filledDatabase(4);
  withRawDatabase(folder, (db) => {
    db.exec('PRAGMA foreign_keys = OFF');
    db.prepare("UPDATE organization SET id = 'no id' WHERE id = ?").run(entryId(1));
    db.prepare("UPDATE draft_field SET text = '{' WHERE entry_id = ?").run(entryId(2));
    db.prepare("UPDATE pending_field SET text = '1' WHERE entry_id = ?").run(entryId(3));
    db.prepare("UPDATE organization SET sign_in_id = 'x' WHERE id = ?").run(entryId(4));
    db.exec(
      "DELETE FROM sign_in; INSERT INTO sign_in (id, kind, label, email, state) VALUES ('no id', 'key', '\"\"', '\"\"', 'stored')",
    );
  });
  const database = freshDatabase();
  expect(valueOf(recover(database, join(folder, DATABASE_FILE), adoptEdits))).toEqual({
    organizations: 4,
    signIns: 0,
    // Organizations 1 and 4 have both a draft and a change; 2 and 3 have one of them.
    drafts: 4,
  });
  read(database, (tables) => {
    expect(tables.organizations.get(entryId(1))?.name).toBe('draft 1');
    const fields = [2, 3].map((one) => tables.drafts.get(entryId(one))?.patch);
    expect(fields.map((patch) => Object.keys(patch ?? {}))).toEqual([
      ['business_phone'],
      ['business_name'],
    ]);
    expect(tables.organizations.get(entryId(4))?.signInId).toBeNull();
  });
});

test('fails and changes nothing if the file is missing or is not a database', () => {
  const database = freshDatabase();
  const folder = temporaryFolder();
  const path = join(folder, 'aside.db');
  const damaged = { ok: false, failure: { code: 'database.damaged' } };
  expect(recover(database, path, adoptEdits)).toEqual(damaged);
  writeFileSync(path, 'x'.repeat(9_000));
  expect(recover(database, path, adoptEdits)).toEqual(damaged);
  expect(read(database, (tables) => tables.organizations.ids())).toEqual([]);
});

test('takes nothing from a database of another app', () => {
  const path = join(temporaryFolder(), 'other.db');
  const db = new DatabaseSync(path);
  db.exec('CREATE TABLE organization (x); INSERT INTO organization VALUES (1)');
  db.close();
  const database = freshDatabase();
  expect(valueOf(recover(database, path, adoptEdits))).toEqual({
    organizations: 0,
    signIns: 0,
    drafts: 0,
  });
  write(database, (tables) => addOrganization(tables, 1));
});
