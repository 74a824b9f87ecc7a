/**
 * A database of an older schema (schema 2 was never released) is set aside unchanged, and the app
 * offers to recover it. Then typed texts become drafts, and nothing is queued. `fixtures/make.mjs`
 * shows how the fixture was created.
 */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { adopt } from '../../../../src/main/changes/adopt-edits';
import { applyEvent } from '../../../../src/main/changes/repository';
import { DATABASE_FILE, recover } from '../../../../src/main/database';
import type {
  CredentialRow,
  OrganizationRecord,
  ProfileRow,
  Store,
} from '../../../../src/main/database/tables';
import { WHOLE_LIST } from '../../../../src/shared/list-query';
import type { Patch } from '../../../../src/shared/patch';
import type { Profile } from '../../../../src/shared/profile';
import { valueOf } from '../../outcomes';
import {
  addOrganization,
  copy,
  freshStore,
  NOW,
  opened,
  organizationId,
  profile,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../temporary-store';
import { KEY_SIGN_IN, ORGANIZATION } from '../../samples';

interface Contents {
  credentials: (Omit<CredentialRow, 'issue' | 'issueSince' | keyof typeof KEY_SIGN_IN> & {
    trouble: CredentialRow['issue'];
    troubleSince: CredentialRow['issueSince'];
  })[];
  organizations: (Omit<OrganizationRecord, 'viewedAt' | keyof typeof ORGANIZATION> & {
    seenAt: OrganizationRecord['viewedAt'];
  })[];
  profiles: ProfileRow[];
  drafts: { fields: Profile; base: Profile }[];
  outbox: { desired: Profile; base: Profile }[];
  revisions: { organizationId: string; at: number; kind: string; fields: Profile }[];
}

const FIXTURE = fileURLToPath(new URL('fixtures/schema-2.db', import.meta.url));
const contents = JSON.parse(readFileSync(FIXTURE.replace(/db$/, 'json'), 'utf8')) as Contents;
const ASIDE = 'letterhead.older-2026-11-24T15-30-00.db';

/** Creates a folder with a copy of the fixture as its database. */
function olderFolder(): string {
  const folder = temporaryFolder();
  copyFileSync(FIXTURE, join(folder, DATABASE_FILE));
  return folder;
}

/** The patch of all typed or submitted fields whose text and base are known. */
function patchOf(
  { fields, base }: { fields: Profile; base: Profile | null },
  names: string,
): Patch {
  return Object.fromEntries(
    names.split(' ').map((name) => {
      const field = name as keyof Profile;
      return [field, { base: base && base[field], text: fields[field] }];
    }),
  );
}
const typed = (index: number) => contents.drafts[index]!;
const submitted = (index: number) => {
  const { desired, base } = contents.outbox[index]!;
  return { fields: desired, base };
};

/** The expected drafts of organizations 1 to 7 after the recovery. */
const DRAFTS: (Patch | null)[] = [
  patchOf(typed(0), 'business_phone external_metadata'),
  patchOf(submitted(0), 'business_phone business_address'),
  // Typed on top of a change that is not sent any more: the draft has the base of that change.
  {
    ...patchOf(typed(1), 'business_name'),
    business_phone: { base: submitted(1).base.business_phone, text: 'typed' },
  },
  patchOf(submitted(2), 'business_phone'),
  // Without a base, every difference from Cloudflare's text leads to a conflict.
  patchOf({ ...submitted(3), base: null }, 'business_phone'),
  patchOf(
    { ...typed(2), base: null },
    'business_name business_email business_phone business_address external_metadata',
  ),
  // The draft of organization 7 is unreadable.
  null,
];

function expectRecovered(store: Store): void {
  read(store, (tables) => {
    // The JSON file of the fixture uses the column names of schema 2, which knew only keys and organizations.
    expect(tables.credentials.all()).toEqual(
      contents.credentials.map(({ trouble: issue, troubleSince: issueSince, ...row }) => {
        return { ...KEY_SIGN_IN, ...row, issue, issueSince };
      }),
    );
    expect(tables.organizations.all()).toEqual(
      contents.organizations.map(({ seenAt: viewedAt, ...row }) => {
        return { ...ORGANIZATION, ...row, viewedAt };
      }),
    );
    for (const row of contents.profiles)
      expect(tables.profiles.get(row.organizationId)).toEqual(row);
    const ids = contents.organizations.map(({ id }) => id);
    expect(ids.map((id) => tables.drafts.get(id)?.patch ?? null)).toEqual(DRAFTS);
    expect(tables.outbox.entries(), 'nothing is queued').toEqual([]);
    expect(tables.bulk.all()).toEqual([]);
    const history = ids.slice(0, 2).flatMap((id) => tables.revisions.of(id));
    expect(history).toMatchObject(
      contents.revisions.map(({ fields: texts, ...row }) => ({ ...row, texts })),
    );
    // The change under the draft is not sent any more, but its text can be restored.
    const phone = submitted(1).fields.business_phone;
    expect(tables.revisions.of(organizationId(3))).toMatchObject([
      { kind: 'replaced', texts: { business_phone: phone } },
    ]);
    // A write that may still arrive is remembered, and so recognized as our own.
    // No text counts as ours because the older database says so.
    expect(tables.abandoned.ids()).toEqual([]);
  });
}

test('sets the older database aside, creates a new one, and offers a recovery until the offer is settled', () => {
  const folder = olderFolder();
  const { store, setAside } = opened(folder);
  const path = join(folder, ASIDE);
  expect(setAside).toEqual({ path, readable: true, reason: 'older' });
  expect(readFileSync(path).equals(readFileSync(FIXTURE))).toBe(true);
  expect(read(store, (tables) => tables.organizations.ids())).toEqual([]);
  store.close();
  expect(opened(folder).setAside).toEqual(setAside);
  expect(readFileSync(path).equals(readFileSync(FIXTURE))).toBe(true);
});

test('recovers everything that a person typed as drafts; a second recovery changes nothing', () => {
  const folder = olderFolder();
  const { store, setAside } = opened(folder);
  const recoverAside = () => valueOf(recover(store, setAside?.path ?? '', adopt));
  expect(recoverAside()).toEqual({ organizations: 7, signIns: 2, drafts: 6 });
  expectRecovered(store);
  expect(recoverAside()).toEqual({ organizations: 0, signIns: 0, drafts: 0 });
  expectRecovered(store);
  expect(readFileSync(join(folder, ASIDE)).equals(readFileSync(FIXTURE))).toBe(true);
});

test('never reuses a version of the older database', () => {
  const store = freshStore();
  valueOf(recover(store, join(olderFolder(), DATABASE_FILE), adopt));
  const submit = (number: number) =>
    write(store, (tables) =>
      applyEvent(tables, organizationId(number), { type: 'submit' }, { at: NOW }),
    );
  // The older database had used versions up to 50, also for changes that have ended.
  expect(submit(2)?.state.pending?.version).toBe(51);
  expect(submit(1)?.state.pending?.version).toBe(52);
});

test('keeps the current texts, and adds the recovered texts to the history', () => {
  const store = freshStore();
  const id = organizationId(2);
  const at = { at: NOW };
  write(store, (tables) => {
    addOrganization(tables, 2);
    tables.profiles.put({ ...copy(id, profile('current')), checkedAt: NOW + 10_000 });
    const event = { type: 'edit', field: 'business_phone', text: 'current' } as const;
    applyEvent(tables, id, event, at);
    applyEvent(tables, id, { type: 'submit' }, at);
    applyEvent(tables, id, { ...event, text: 'typed', field: 'business_name' }, at);
  });
  valueOf(recover(store, join(olderFolder(), DATABASE_FILE), adopt));
  read(store, (tables) => {
    const { business_phone: phone, business_address: address } = DRAFTS[1] ?? {};
    expect(tables.outbox.get(id)?.patch.business_phone?.text).toBe('current');
    expect(tables.drafts.get(id)?.patch).toMatchObject({
      business_name: { text: 'typed' },
      business_address: address,
    });
    const replaced = tables.revisions.of(id).filter(({ kind }) => kind === 'replaced');
    expect(replaced.map(({ texts }) => texts)).toContainEqual({ business_phone: phone?.text });
  });
});

test('sets aside and recovers the write-ahead log of a killed app, too', () => {
  const running = olderFolder();
  const db = new DatabaseSync(join(running, DATABASE_FILE));
  db.prepare('UPDATE organization SET name = ? WHERE id = ?').run('"the log"', organizationId(2));
  const folder = temporaryFolder();
  for (const ending of ['', '-wal'])
    copyFileSync(join(running, DATABASE_FILE + ending), join(folder, DATABASE_FILE + ending));
  db.close();
  const before = [DATABASE_FILE, `${DATABASE_FILE}-wal`].map((name) =>
    readFileSync(join(folder, name)),
  );
  const { store, setAside } = opened(folder);
  expect(setAside?.reason).toBe('older');
  const aside = [ASIDE, `${ASIDE}-wal`].map((name) => readFileSync(join(folder, name)));
  expect(aside.map((bytes, index) => bytes.equals(before[index]!))).toEqual([true, true]);
  valueOf(recover(store, setAside?.path ?? '', adopt));
  expect(read(store, (tables) => tables.organizations.get(organizationId(2))?.name)).toBe(
    'the log',
  );
});

test('treats schema 1 as older, too', () => {
  const folder = olderFolder();
  withRawDatabase(folder, (db) => db.exec('DROP TABLE given_up; PRAGMA user_version = 1'));
  const { store, setAside } = opened(folder);
  expect(setAside?.reason).toBe('older');
  expect(valueOf(recover(store, setAside?.path ?? '', adopt))).toMatchObject({ drafts: 6 });
});

test('treats a damaged older database as damaged', () => {
  const folder = temporaryFolder();
  const bytes = readFileSync(FIXTURE);
  writeFileSync(join(folder, DATABASE_FILE), bytes.subarray(0, 9_000));
  expect(opened(folder).setAside?.reason).toBe('damaged');
  expect(readdirSync(folder)).not.toContain(ASIDE);
});

/** Creates a database of schema 3 by changing the tables of a current one. Returns its folder. */
function schema3(): string {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  const at = { at: NOW };
  write(store, (tables) => {
    for (const number of [1, 2]) {
      const id = addOrganization(tables, number);
      tables.profiles.put(copy(id, profile('saved')));
      applyEvent(tables, id, { type: 'edit', field: 'business_phone', text: 'submitted' }, at);
      applyEvent(tables, id, { type: 'submit' }, at);
    }
    const edit = { type: 'edit', field: 'business_name', text: 'typed' } as const;
    applyEvent(tables, organizationId(2), edit, at);
  });
  store.close();
  withRawDatabase(folder, (db) =>
    db.exec(`
      DROP TABLE name_search; DROP TABLE text_search; DROP TABLE list_state;
      DROP TABLE organization_row; DROP TABLE organization_text;
      DROP TABLE addition; DROP INDEX profile_by_check;
      CREATE TABLE search_text (
        organization_id TEXT PRIMARY KEY NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
        folded TEXT NOT NULL
      ) STRICT;
      INSERT INTO search_text SELECT id, 'folded' FROM organization;
      PRAGMA user_version = 3
    `),
  );
  return folder;
}

test('treats schema 3 as older, too: typed and submitted texts become drafts', () => {
  const folder = schema3();
  const { store, setAside } = opened(folder);
  expect(setAside).toEqual({ path: join(folder, ASIDE), readable: true, reason: 'older' });
  const recovered = valueOf(recover(store, setAside?.path ?? '', adopt));
  expect(recovered).toEqual({ organizations: 2, signIns: 0, drafts: 2 });
  read(store, (tables) => {
    const draft = (number: number) => tables.drafts.get(organizationId(number))?.patch;
    const submitted = { business_phone: { base: 'saved business_phone', text: 'submitted' } };
    expect(draft(1)).toEqual(submitted);
    expect(draft(2)).toEqual({
      ...submitted,
      business_name: { base: 'saved business_name', text: 'typed' },
    });
    expect(tables.outbox.entries(), 'nothing is queued').toEqual([]);
    expect(tables.list.ids({ ...WHOLE_LIST, filter: 'drafts', search: 'submitted' }, 0, 9)).toEqual(
      [1, 2].map(organizationId),
    );
  });
});
