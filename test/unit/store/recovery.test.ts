/** Taking over from a damaged database: everything that can be read, nothing that is newer replaced. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { DATABASE_FILE, takeOver } from '../../../src/main/store';
import { nextVersion } from '../../../src/main/store/change-version';
import type { Tables } from '../../../src/main/store/tables';
import {
  NOW,
  addOrganization,
  change,
  copy,
  directly,
  freshStore,
  opened,
  organizationId,
  profile,
  read,
  signIn,
  signInId,
  temporaryFolder,
  valueOf,
  write,
} from './temporary-store';

function fill(tables: Tables, count: number): void {
  tables.credentials.put(signIn(1));
  for (let number = 1; number <= count; number++) {
    const id = organizationId(number);
    tables.organizations.put({
      id,
      name: `Org ${number}`,
      credentialId: signInId(1),
      addedAt: 1,
      seenAt: null,
    });
    tables.profiles.put(copy(id, profile(`saved ${number}`)));
    tables.drafts.put({
      organizationId: id,
      fields: profile(`draft ${number}`),
      base: profile('base'),
      updatedAt: 1,
    });
    tables.outbox.put(change(id, profile(`desired ${number}`)));
    tables.revisions.add({
      organizationId: id,
      at: number,
      kind: 'saved',
      fields: profile(`old ${number}`),
    });
  }
}

/** A closed database with `count` organizations. */
function filledDatabase(count: number): string {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  write(store, (tables) => fill(tables, count));
  store.close();
  return folder;
}

const page = 4_096;

test('everything is taken over, and once more changes nothing', () => {
  const path = join(filledDatabase(5), DATABASE_FILE);
  const store = freshStore();
  expect(valueOf(takeOver(store, path))).toEqual({ organizations: 5, signIns: 1, drafts: 10 });
  const expected = freshStore();
  write(expected, (tables) => fill(tables, 5));
  const all = (tables: Tables) => ({
    credentials: tables.credentials.all(),
    entries: tables.organizations.entries(),
    revisions: tables.organizations.ids().map((id) => tables.revisions.of(id)),
    found: tables.organizations.search('desired 3'),
  });
  expect(read(store, all)).toEqual(read(expected, all));
  expect(valueOf(takeOver(store, path))).toEqual({ organizations: 0, signIns: 0, drafts: 0 });
  expect(read(store, all)).toEqual(read(expected, all));
});

test('rows on damaged pages are missing, every other row is there', () => {
  const folder = filledDatabase(300);
  const path = join(folder, DATABASE_FILE);
  const spoiled: Record<string, number> = {};
  const bytes = readFileSync(path);
  // The dbstat table says which page belongs to what (sqlite.org/dbstat.html).
  directly(folder, (db) => {
    for (const table of ['organization', 'profile', 'draft', 'outbox', 'revision']) {
      const leaves = db
        .prepare(
          "SELECT pageno, ncell FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path",
        )
        .all(table) as { pageno: number; ncell: number }[];
      // Not where the organizations are lost, so that these come back with their drafts.
      const leaf = leaves[table === 'organization' ? 1 : Math.floor(leaves.length * 0.75)];
      if (!leaf || leaves.length < 3) throw new Error(`too few pages: ${table}`);
      bytes.fill(0xff, (leaf.pageno - 1) * page, leaf.pageno * page);
      spoiled[table] = leaf.ncell;
    }
  });
  writeFileSync(path, bytes);
  const store = freshStore();
  const taken = valueOf(takeOver(store, path));
  const drafts = 300 - (spoiled['draft'] ?? 0);
  const changes = 300 - (spoiled['outbox'] ?? 0);
  expect(taken.drafts).toBe(drafts + changes);
  read(store, (tables) => {
    const entries = tables.organizations.entries();
    expect(entries.filter((entry) => entry.draft)).toHaveLength(drafts);
    expect(entries.filter((entry) => entry.change)).toHaveLength(changes);
    expect(entries.filter((entry) => entry.profile).length).toBeGreaterThanOrEqual(
      300 - (spoiled['profile'] ?? 0) - (spoiled['organization'] ?? 0),
    );
    // Organizations whose own row is lost are there for what was typed.
    expect(entries).toHaveLength(300);
    const lost = entries.filter((entry) => !entry.organization.name.startsWith('Org '));
    expect(lost).toHaveLength(spoiled['organization'] ?? 0);
  });
});

test('what the present database has is not replaced by something older', () => {
  const path = join(filledDatabase(2), DATABASE_FILE);
  const store = freshStore();
  const id = organizationId(1);
  const present = {
    organization: { id, name: 'Present', credentialId: null, addedAt: 9, seenAt: null },
    credential: null,
    profile: {
      organizationId: id,
      fields: profile('present'),
      confirmedAt: 9,
      checkedAt: 9,
      changedElsewhere: false,
    },
    advice: ['business_email', 'business_phone'] as const,
    draft: { organizationId: id, fields: profile('typed now'), base: profile('b'), updatedAt: 9 },
    change: change(id, profile('submitted now'), { version: 4 }),
  };
  write(store, (tables) => {
    tables.credentials.put({ ...signIn(1), label: 'Present' });
    tables.organizations.put(present.organization);
    tables.profiles.put(present.profile);
    tables.drafts.put(present.draft);
    tables.outbox.put(present.change);
  });
  expect(valueOf(takeOver(store, path))).toEqual({ organizations: 1, signIns: 0, drafts: 2 });
  read(store, (tables) => {
    expect(tables.organizations.entries([id])).toEqual([present]);
    expect(tables.credentials.get(signInId(1))?.label).toBe('Present');
    expect(tables.revisions.of(id)).toHaveLength(3);
  });
});

test('a text of the person for which there is a newer one now can be restored from the history', () => {
  const path = join(filledDatabase(1), DATABASE_FILE);
  const id = organizationId(1);
  const old = new DatabaseSync(path);
  const text = { ...profile('base'), business_phone: '1' };
  old.prepare('UPDATE draft SET fields = ?').run(JSON.stringify(text));
  old.close();
  const store = freshStore();
  write(store, (tables) => {
    addOrganization(tables, 1);
    tables.profiles.put({ ...copy(id, profile('present')), checkedAt: NOW + 1 });
    tables.drafts.put({
      organizationId: id,
      fields: profile('typed now'),
      base: profile('b'),
      updatedAt: 9,
    });
    tables.outbox.put(change(id, profile('submitted now')));
  });
  const kept = (): unknown[] =>
    read(store, ({ revisions }) => revisions.of(id).map(({ kind, fields }) => [kind, fields]));
  const expected = [
    ['saved', profile('old 1')],
    // What was not touched in it is as Cloudflare has it now.
    ['replaced', { ...profile('present'), business_phone: '1' }],
    ['replaced', profile('desired 1')],
  ];
  valueOf(takeOver(store, path));
  expect(kept()).toEqual(expected);
  valueOf(takeOver(store, path));
  expect(kept()).toEqual(expected);
});

test('rows that are not what they should be stay behind', () => {
  const folder = filledDatabase(4);
  directly(folder, (db) => {
    db.exec('PRAGMA foreign_keys = OFF');
    db.prepare("UPDATE organization SET id = 'no id' WHERE id = ?").run(organizationId(1));
    db.prepare("UPDATE draft SET fields = '{' WHERE organization_id = ?").run(organizationId(2));
    db.prepare(`UPDATE outbox SET desired = '{"business_name": 1}' WHERE organization_id = ?`).run(
      organizationId(3),
    );
    db.prepare("UPDATE organization SET credential_id = 'x' WHERE id = ?").run(organizationId(4));
    db.exec(
      "DELETE FROM credential; INSERT INTO credential VALUES ('no id', '\"\"', '\"\"', NULL, 'stored', NULL, NULL, NULL)",
    );
  });
  const store = freshStore();
  expect(valueOf(takeOver(store, join(folder, DATABASE_FILE)))).toEqual({
    organizations: 4,
    signIns: 0,
    drafts: 6,
  });
  read(store, (tables) => {
    expect(tables.organizations.get(organizationId(1))?.name).toBe('draft 1 business_name');
    expect(tables.drafts.get(organizationId(2))).toBeNull();
    expect(tables.outbox.get(organizationId(3))).toBeNull();
    expect(tables.organizations.get(organizationId(4))?.credentialId).toBeNull();
  });
});

test('a file that is no database, or is not there, is a failure and changes nothing', () => {
  const store = freshStore();
  const folder = temporaryFolder();
  const path = join(folder, 'aside.db');
  const damaged = { ok: false, failure: { code: 'store.damaged' } };
  expect(takeOver(store, path)).toEqual(damaged);
  writeFileSync(path, 'x'.repeat(9_000));
  expect(takeOver(store, path)).toEqual(damaged);
  expect(read(store, (tables) => tables.organizations.ids())).toEqual([]);
});

test('a database of something else gives nothing', () => {
  const path = join(temporaryFolder(), 'other.db');
  const db = new DatabaseSync(path);
  db.exec('CREATE TABLE organization (x); INSERT INTO organization VALUES (1)');
  db.close();
  const store = freshStore();
  expect(valueOf(takeOver(store, path))).toEqual({ organizations: 0, signIns: 0, drafts: 0 });
  write(store, (tables) => addOrganization(tables, 1));
});

test('a version of a change that was taken over is never given again', () => {
  const folder = temporaryFolder();
  const old = opened(folder);
  write(old.store, (tables) => {
    for (const [index, version] of [41, 7].entries())
      tables.outbox.put(change(addOrganization(tables, index + 1), profile('a'), { version }));
  });
  old.store.close();
  const store = freshStore();
  write(store, (tables) => expect(nextVersion(tables)).toBe(1));
  valueOf(takeOver(store, join(folder, DATABASE_FILE)));
  write(store, (tables) => expect(nextVersion(tables)).toBe(42));
  valueOf(takeOver(store, join(folder, DATABASE_FILE)));
  write(store, (tables) => expect(nextVersion(tables)).toBe(43));
});

test('a change that paused with a sign-in of then is tried with the one there is now', () => {
  const folder = filledDatabase(2);
  const failure = JSON.stringify({ code: 'sign-in.refused' });
  directly(folder, (db) => {
    const move = db.prepare('UPDATE outbox SET state = ?, failure = ? WHERE organization_id = ?');
    move.run('paused', failure, organizationId(1));
    move.run('refused', failure, organizationId(2));
  });
  const store = freshStore();
  valueOf(takeOver(store, join(folder, DATABASE_FILE)));
  read(store, ({ outbox }) => {
    expect(outbox.get(organizationId(1))).toMatchObject({ state: 'queued', failure: null });
    expect(outbox.get(organizationId(2))?.state).toBe('refused');
  });
});
