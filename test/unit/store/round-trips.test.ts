/** Whatever is put into a table comes back exactly, also after the database was closed and opened. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CredentialRow, OutboxRow } from '../../../src/main/store/tables';
import { CHANGE_STATES } from '../../../src/shared/organization';
import { SIGN_IN_STATES } from '../../../src/shared/sign-in';
import { FAILURES, type Failure, type FailureCode } from '../../../src/shared/failure';
import {
  addOrganization,
  anyProfile,
  anyText,
  freshStore,
  opened,
  organizationId,
  read,
  signInId,
  temporaryFolder,
  write,
} from './temporary-store';

const id = organizationId(1);
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

test('profiles, drafts, pending changes and revisions', () => {
  const store = freshStore();
  write(store, (tables) => addOrganization(tables, 1));
  const anyChange: fc.Arbitrary<OutboxRow> = fc.record({
    organizationId: fc.constant(id),
    version: fc.nat(),
    desired: anyProfile,
    base: anyProfile,
    attempted: fc.option(anyProfile),
    theirs: fc.option(anyProfile),
    submittedAt: time,
    attempts: fc.nat(),
    nextAttemptAt: fc.option(time),
    failure: fc.option(failure),
    state: fc.constantFrom(...CHANGE_STATES),
    bulkRunId: fc.option(fc.constant('run')),
  });
  fc.assert(
    fc.property(
      anyProfile,
      anyProfile,
      anyChange,
      time,
      fc.boolean(),
      (fields, base, change, at, flag) => {
        const profile = {
          organizationId: id,
          fields: flag ? fields : null,
          confirmedAt: at,
          checkedAt: at,
          changedElsewhere: flag,
        };
        const draft = { organizationId: id, fields, base, updatedAt: at };
        const revision = { organizationId: id, at: 2 ** 53, kind: 'replaced' as const, fields };
        write(store, (tables) => {
          tables.profiles.put(profile);
          tables.drafts.put(draft);
          tables.outbox.put(change);
          tables.revisions.add(revision);
        });
        read(store, (tables) => {
          expect(tables.profiles.get(id)).toEqual(profile);
          expect(tables.drafts.get(id)).toEqual(draft);
          expect(tables.outbox.get(id)).toEqual(change);
          expect(tables.outbox.all()).toEqual([change]);
          expect(tables.revisions.of(id).at(-1)).toMatchObject(revision);
          expect(tables.organizations.entries()).toMatchObject([{ profile, draft, change }]);
        });
      },
    ),
  );
});

test('sign-ins, names and settings', () => {
  const store = freshStore();
  const anyCredential: fc.Arbitrary<CredentialRow> = fc.record({
    id: fc.constantFrom(signInId(1), signInId(2)),
    label: anyText,
    email: anyText,
    userId: fc.option(fc.constant('a'.repeat(32))),
    state: fc.constantFrom(...SIGN_IN_STATES),
    checkedAt: fc.option(time),
    trouble: fc.option(failure),
    troubleSince: fc.option(time),
  });
  fc.assert(
    fc.property(
      anyCredential,
      anyText,
      time,
      fc.option(time),
      fc.jsonValue(),
      (credential, name, at, seenAt, value) => {
        const organization = { id, name, credentialId: credential.id, addedAt: at, seenAt };
        write(store, (tables) => {
          tables.credentials.put(credential);
          tables.organizations.put(organization);
          tables.settings.put('place', value);
        });
        read(store, (tables) => {
          expect(tables.credentials.get(credential.id)).toEqual(credential);
          expect(tables.credentials.all()).toContainEqual(credential);
          expect(tables.credentials.useCounts()).toEqual(new Map([[credential.id, 1]]));
          expect(tables.organizations.get(id)).toEqual(organization);
          expect(tables.organizations.all()).toEqual([organization]);
          expect(tables.settings.get('place')).toEqual(JSON.parse(JSON.stringify(value)));
          const { state, trouble } = credential;
          expect(tables.organizations.entries([id])).toEqual([
            {
              organization,
              credential: { state, trouble },
              profile: null,
              advice: [],
              draft: null,
              change: null,
            },
          ]);
        });
      },
    ),
  );
});

test('everything is still there after closing and opening again', () => {
  const folder = temporaryFolder();
  const first = opened(folder);
  write(first.store, (tables) => {
    addOrganization(tables, 1, 'Nul \0 and \ud800 alone');
    tables.settings.put('place', { x: 1 });
  });
  first.store.close();
  const again = opened(folder);
  expect(again.setAside).toBeNull();
  read(again.store, (tables) => {
    expect(tables.organizations.get(id)?.name).toBe('Nul \0 and \ud800 alone');
    expect(tables.settings.get('place')).toEqual({ x: 1 });
    expect(tables.settings.get('absent')).toBeNull();
  });
});
