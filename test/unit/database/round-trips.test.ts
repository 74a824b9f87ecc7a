/** Every table returns exactly what was stored, even after closing and reopening the database. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownedByPerson } from '../../../src/main/changes/state';
import type { SignInRow } from '../../../src/main/database/sign-in-table';
import type { OutboxRow } from '../../../src/main/database/outbox-table';
import { CHANGE_STATES, ENTRY_KINDS } from '../../../src/shared/organization';
import { RowMacs } from '../../../src/main/database/row-macs';
import { READ_ONLY_REASONS, SIGN_IN_KINDS, SIGN_IN_STATES } from '../../../src/shared/sign-in';
import { FIELD_NAMES, mapFields } from '../../../src/shared/profile';
import { FAILURES, type Failure, type FailureCode } from '../../../src/shared/failure';
import {
  addOrganization,
  anyAuthor,
  anyEdits,
  anyPatch,
  anyProfile,
  anyText,
  change,
  copy,
  freshDatabase,
  opened,
  entryId,
  patchTo,
  read,
  signInId,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

const id = entryId(1);
const time = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 53 - 1 }),
  fc.double({ min: 0, max: 1e15, noNaN: true }),
);
const failure: fc.Arbitrary<Failure> = fc
  .tuple(fc.constantFrom(...(Object.keys(FAILURES) as FailureCode[])), fc.nat(), anyText)
  .map(([code, status, message]) => ({
    code,
    status,
    errors: [{ code: status, message, field: 'business_email', link: null }],
  }));

test('returns profiles, drafts, pending changes, abandoned writes and revisions unchanged', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    addOrganization(tables, 1);
    // A change of a save that does not exist is refused.
    for (const save of ['save', 'other']) {
      tables.saves.add({
        id: save,

        at: 1,
        fields: [],
        stage: 'sending',
        paused: false,
      });
    }
  });
  const anyChange: fc.Arbitrary<OutboxRow> = fc
    .record({
      entryId: fc.constant(id),
      version: fc.nat(),
      patch: anyPatch,
      attempted: anyEdits,
      remote: fc.option(anyProfile),
      submittedAt: time,
      attempts: fc.nat(),
      nextTryAt: fc.option(time),
      failure: fc.option(failure),
      state: fc.constantFrom(...CHANGE_STATES),
      saveId: fc.option(fc.constant('save')),
    })
    // Only changes that wait for a decision have a copy of Cloudflare's profile.
    .filter(({ state, remote }) => (state === 'conflict' || state === 'differs') === !!remote);
  fc.assert(
    fc.property(
      anyProfile,
      anyPatch,
      anyEdits,
      anyChange,
      time,
      fc.boolean(),
      fc.option(anyAuthor),
      (fields, patch, texts, change, at, flag, author) => {
        const profile = {
          entryId: id,
          fields: flag ? fields : null,
          confirmedAt: at,
          checkedAt: at,
          changedElsewhere: flag,
        };
        // No save owns a text that was not submitted.
        const draft = { entryId: id, patch: ownedByPerson(patch, FIELD_NAMES), updatedAt: at };
        const added = { entryId: id, at: 2 ** 53, kind: 'replaced' as const };
        const revision = { ...added, texts, author };
        write(database, (tables) => {
          tables.profiles.put(profile);
          // A text that is there already keeps its time.
          tables.drafts.remove(id);
          tables.drafts.put(draft);
          tables.outbox.put(change);
          tables.abandoned.put(id, texts);
          tables.revisions.add(revision);
        });
        read(database, (tables) => {
          expect(tables.profiles.get(id)).toEqual(profile);
          expect(tables.drafts.get(id)).toEqual(draft);
          expect(tables.outbox.get(id)).toEqual(change);
          expect(tables.outbox.all()).toEqual([change]);
          expect(tables.abandoned.get(id)).toEqual(texts);
          expect(tables.revisions.of(id).at(-1)).toMatchObject(revision);
          expect(tables.organizations.entries(tables.organizations.ids())).toMatchObject([
            { profile, draft, change },
          ]);
        });
      },
    ),
  );
});

test.each([
  ['NUL', 'a\0b\0'],
  ['lone surrogates', '\ud800 and \udc00, and a pair: \ud83d\ude00'],
  ['the longest text', 'NUL \0, \ud800, ß, 😀. '.repeat(5_882)],
])('keeps %s in every text column, even after closing and reopening', (_, text) => {
  const name = text.slice(0, 20);
  const folder = temporaryFolder();
  const texts = mapFields(() => text);
  const patch = patchTo(texts, texts);
  const row = change(id, texts, { patch, attempted: texts, remote: texts, state: 'conflict' });
  const macs = new RowMacs();
  const first = opened(folder, { macs }).database;
  write(first, (tables) => {
    addOrganization(tables, 1, name);
    tables.profiles.put(copy(id, texts));
    tables.drafts.put({ entryId: id, patch, updatedAt: 1 });
    tables.outbox.put(row);
    tables.abandoned.put(id, texts);
    tables.revisions.add({ entryId: id, at: 1, kind: 'discarded', texts, author: null });
  });
  first.close();
  read(opened(folder, { macs }).database, (tables) => {
    expect(tables.organizations.get(id)?.name).toBe(name);
    const fields = tables.profiles.get(id)?.fields;
    const draft = tables.drafts.get(id)?.patch;
    const pending = tables.outbox.get(id);
    for (const field of FIELD_NAMES) {
      const stored = [
        fields?.[field],
        draft?.[field]?.text,
        draft?.[field]?.base,
        pending?.patch[field]?.text,
        pending?.patch[field]?.base,
        pending?.attempted[field],
        pending?.remote?.[field],
        tables.abandoned.get(id)[field],
        tables.revisions.of(id)[0]?.texts[field],
      ];
      // `toEqual` on the texts would print megabytes.
      expect(stored.map((one) => one === text)).toEqual(stored.map(() => true));
    }
  });
});

test('returns sign-ins, names and settings unchanged', () => {
  const database = freshDatabase();
  const anySignIn: fc.Arbitrary<SignInRow> = fc.record({
    id: fc.constantFrom(signInId(1), signInId(2)),
    kind: fc.constantFrom(...SIGN_IN_KINDS),
    label: anyText,
    email: anyText,
    userId: fc.option(fc.constant('a'.repeat(32))),
    tokenId: fc.option(fc.constant('b'.repeat(32))),
    readOnly: fc.option(fc.constantFrom(...READ_ONLY_REASONS)),
    expiresAt: fc.option(time),
    state: fc.constantFrom(...SIGN_IN_STATES),
    checkedAt: fc.option(time),
    issue: fc.option(failure),
    issueSince: fc.option(time),
  });
  const anyListed = fc.record({
    kind: fc.constantFrom(...ENTRY_KINDS),
    parent: fc.option(fc.record({ id: fc.constant(entryId(9)), name: anyText })),
    createdAt: fc.option(time),
  });
  fc.assert(
    fc.property(
      anySignIn,
      anyListed,
      anyText,
      time,
      fc.option(time),
      fc.jsonValue(),
      (signIn, listed, name, at, viewedAt, value) => {
        const organization = {
          ...listed,
          id,
          name,
          signInId: signIn.id,
          addedAt: at,
          viewedAt,
        };
        write(database, (tables) => {
          tables.signIns.put(signIn);
          tables.signIns.setReadOnly(signIn.id, signIn.readOnly);
          tables.organizations.put(organization);
          tables.settings.put('place', value);
        });
        read(database, (tables) => {
          expect(tables.signIns.get(signIn.id)).toEqual(signIn);
          expect(tables.signIns.all()).toContainEqual(signIn);
          expect(tables.signIns.useCounts()).toEqual(new Map([[signIn.id, 1]]));
          expect(tables.organizations.get(id)).toEqual(organization);
          expect(tables.organizations.all()).toEqual([organization]);
          expect(tables.settings.get('place')).toEqual(JSON.parse(JSON.stringify(value)));
          const { state, issue, readOnly } = signIn;
          expect(tables.organizations.entries([id])).toEqual([
            {
              organization,
              signIn: { state, issue, readOnly },
              profile: null,
              advice: [],
              labels: [],
              draft: null,
              change: null,
            },
          ]);
        });
      },
    ),
  );
});

test('still has everything after closing and reopening', () => {
  const folder = temporaryFolder();
  const first = opened(folder);
  write(first.database, (tables) => {
    addOrganization(tables, 1, 'Nul \0 and \ud800, lone');
    tables.settings.put('place', { x: 1 });
  });
  first.database.close();
  const again = opened(folder);
  expect(again.setAside).toBeNull();
  read(again.database, (tables) => {
    expect(tables.organizations.get(id)?.name).toBe('Nul \0 and \ud800, lone');
    expect(tables.settings.get('place')).toEqual({ x: 1 });
    expect(tables.settings.get('absent')).toBeNull();
  });
});

test('returns rate limits exactly; an unreadable one is ignored', () => {
  const folder = temporaryFolder();
  const first = opened(folder);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.stringMatching(/^[0-9a-f]{1,32}$/), fc.jsonValue())),
      (drawn) => {
        const put = new Map(drawn.map(([name, state]) => [name, state]));
        write(first.database, (tables) => {
          for (const { userId } of tables.rateLimits.all()) tables.rateLimits.remove(userId);
          for (const [userId, state] of drawn) tables.rateLimits.put({ userId, state });
        });
        const all = read(first.database, (tables) => tables.rateLimits.all());
        expect(new Map(all.map(({ userId, state }) => [userId, state]))).toEqual(
          new Map([...put].map(([userId, state]) => [userId, JSON.parse(JSON.stringify(state))])),
        );
      },
    ),
    { numRuns: 30 },
  );
  write(first.database, (tables) => {
    for (const { userId } of tables.rateLimits.all()) tables.rateLimits.remove(userId);
    for (const userId of ['a', 'b', 'c']) tables.rateLimits.put({ userId, state: { userId } });
    addOrganization(tables, 1);
  });
  first.database.close();
  withRawDatabase(folder, (db) => {
    db.exec("UPDATE rate_limit SET state = '{\"used\":' WHERE user_id = 'b'");
    db.exec("INSERT INTO rate_limit VALUES ('', 'no JSON')");
  });
  const { database } = opened(folder);
  expect(read(database, (tables) => tables.rateLimits.all())).toEqual([
    { userId: 'a', state: { userId: 'a' } },
    { userId: 'c', state: { userId: 'c' } },
  ]);
});
