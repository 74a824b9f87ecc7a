/** Parsing responses: which ones count as readable, and what is read from them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as answers from '../../../src/main/cloudflare/responses';
import { FIELD_NAMES, mapFields } from '../../../src/shared/profile';
import { accountRef, ORGANIZATION, organizationRef } from '../samples';

const ID = 'a7b9c3d2e8f4a1b5c6d0e9f2a3b7c4d8';
const wrap = (result: unknown, result_info?: unknown) => ({ success: true, result, result_info });

test('reads null and missing texts as empty, names missing fields, and keeps unknown keys', () => {
  const result = { business_name: null, business_phone: '1', tax: { id: [1] } };
  expect(answers.readProfileResult(wrap(result))).toEqual({
    fields: {
      business_name: '',
      business_email: '',
      business_phone: '1',
      business_address: '',
      external_metadata: '',
    },
    missing: ['business_email', 'business_address', 'external_metadata'],
    extra: { tax: { id: [1] } },
  });
});

test('reports only absent fields as missing: null, empty and any text are values', () => {
  const value = fc.oneof(fc.constant(null), fc.constant(''), fc.string({ unit: 'binary' }));
  const given = fc.dictionary(fc.constantFrom(...FIELD_NAMES, '__proto__', 'other'), value);
  fc.assert(
    fc.property(given, (result) => {
      const read = answers.readProfileResult(wrap(JSON.parse(JSON.stringify(result))));
      expect(read?.missing).toEqual(FIELD_NAMES.filter((field) => !Object.hasOwn(result, field)));
      expect(read?.fields).toEqual(mapFields((field) => result[field] ?? ''));
    }),
  );
  // An inherited property is not part of the response.
  const hidden = answers.readProfileResult(wrap(JSON.parse('{"__proto__":{"business_name":"x"}}')));
  expect(hidden).toMatchObject({ missing: FIELD_NAMES, fields: { business_name: '' } });
});

test.each(FIELD_NAMES)('reads no profile in which %s is too long', (field) => {
  const read = (length: number) =>
    answers.readProfileResult(wrap({ [field]: 'x'.repeat(length) })) !== null;
  expect([read(100_000), read(100_001)]).toEqual([true, false]);
});

test('cuts a long name of an organization', () => {
  const name = 'n'.repeat(1_001);
  expect(answers.readEntryResult(wrap({ id: ID, name }), organizationRef(ID))?.name).toHaveLength(
    1_000,
  );
});

test.each([null, undefined, [], 'text', 5, { business_name: 5 }, { business_email: {} }])(
  'rejects %j as a profile',
  (result) => {
    expect(answers.readProfileResult(wrap(result))).toBeNull();
  },
);

test('a profile to be written has its unknown keys unchanged, whatever they are called', () => {
  const keys = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'));
  fc.assert(
    fc.property(
      fc.dictionary(keys, fc.jsonValue()),
      fc.tuple(...FIELD_NAMES.map(() => fc.string({ unit: 'binary' }))),
      (extra, texts) => {
        const fields = Object.fromEntries(FIELD_NAMES.map((name, index) => [name, texts[index]]));
        const sent = JSON.stringify({ ...extra, ...fields });
        const read = answers.readProfileResult(wrap(JSON.parse(sent)));
        const back = JSON.stringify({ ...read?.extra, ...read?.fields });
        expect(JSON.parse(back)).toEqual(JSON.parse(sent));
        expect(read?.missing).toEqual([]);
      },
    ),
  );
});

test('reads an organization with any additional keys', () => {
  const item = {
    id: ID.toUpperCase(),
    name: 'Brightwater',
    meta: { flags: {}, tenant_flags: [1], more: null },
    profile: null,
  };
  const read = { ...ORGANIZATION, id: ID, name: 'Brightwater' };
  expect(answers.readEntryResult(wrap(item), organizationRef(ID))).toEqual(read);
  expect(answers.readEntryResult(wrap({ id: ID }), organizationRef(ID))).toEqual({
    ...read,
    name: ID,
  });
  expect(answers.readEntryResult(wrap({ ...item, profile: 'odd' }), organizationRef(ID))).toEqual(
    read,
  );
  expect(answers.readEntryResult(wrap(item), organizationRef(ID.replace('a', 'b')))).toBeNull();
  expect(answers.readEntryResult(wrap([item]), organizationRef(ID))).toBeNull();
});

test('skips unreadable entries of a page, and knows whether the page is the last', () => {
  const page = (info: unknown) =>
    answers.readOrganizationPage(wrap([{ id: ID, name: 'One' }, null, { id: 'short' }], info), 3);
  expect(page({ next_page_token: 'more', total_size: 2_300 })).toEqual({
    organizations: [{ ...ORGANIZATION, id: ID, name: 'One' }],
    nextPageToken: 'more',
    total: 2_300,
  });
  for (const total of [undefined, null, -1, '25']) {
    expect(page({ next_page_token: 'more', total_size: total })).toMatchObject({
      nextPageToken: 'more',
      total: null,
    });
  }
  for (const info of [
    undefined,
    null,
    {},
    { next_page_token: '' },
    { next_page_token: null },
    [],
  ]) {
    expect(page(info)?.nextPageToken).toBeNull();
  }
  expect(answers.readOrganizationPage(wrap({}), 1)).toBeNull();
  expect(answers.readOrganizationPage(wrap(null), 1)).toBeNull();
});

test('rejects a user without an id', () => {
  expect(answers.readUserResult(wrap({ id: 'u', email: null }))).toEqual({ id: 'u', email: '' });
  expect(answers.readUserResult(wrap({ email: 'a@b.example' }))).toBeNull();
});

test('reads no page with more organizations than requested or a page token that is too long', () => {
  const read = (count: number, tokenLength: number) => {
    const info = { next_page_token: 't'.repeat(tokenLength) };
    return answers.readOrganizationPage(wrap(Array(count).fill({ id: ID }), info), 10) !== null;
  };
  expect([read(10, 4_096), read(11, 1), read(1, 4_097)]).toEqual([true, false, false]);
});

test('reads no user whose id or email is too long', () => {
  const read = (id: string, email: string) => answers.readUserResult(wrap({ id, email })) !== null;
  const long = 'x'.repeat(4_096);
  expect([read(long, long), read(`${long}x`, ''), read('u', `${long}x`)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('reads no profile whose unknown keys are too long', () => {
  const profileOf = (length: number) => ({ other: 'x'.repeat(length - '{"other":""}'.length) });
  const read = (length: number) => answers.readProfileResult(wrap(profileOf(length))) !== null;
  expect([read(1_000_000), read(1_000_001)]).toEqual([true, false]);
});

test('reads the organization above an entry, and when the entry was created', () => {
  const parent = { id: ID.replace('a', 'b'), name: 'Holding' };
  const at = '2026-06-02T09:00:00.000000Z';
  const organization = { id: ID, name: 'One', parent, create_time: at };
  const known = { parent, createdAt: Date.parse(at) };
  expect(answers.readEntryResult(wrap(organization), organizationRef(ID))).toMatchObject(known);
  const managed_by = { parent_org_id: parent.id, parent_org_name: parent.name };
  const account = { id: ID, name: 'One', managed_by, created_on: at };
  expect(answers.readEntryResult(wrap(account), accountRef(ID))).toMatchObject(known);
  for (const odd of [null, undefined, 'text', 5, [], {}, { id: 'short' }]) {
    const unknown = { name: 'One', parent: null, createdAt: null };
    const oddOrganization = { ...organization, parent: odd, create_time: odd };
    expect(answers.readEntryResult(wrap(oddOrganization), organizationRef(ID))).toMatchObject(
      unknown,
    );
    const oddAccount = { ...account, managed_by: odd, created_on: odd };
    expect(answers.readEntryResult(wrap(oddAccount), accountRef(ID))).toMatchObject(unknown);
  }
});

test('reads a page of accounts only if it says which page it is', () => {
  const items = [{ id: ID, name: 'One' }, null, { id: 'short' }];
  const page = (info: unknown, size = 3) => answers.readAccountPage(wrap(items, info), size);
  const account = { ...ORGANIZATION, id: ID, kind: 'account', name: 'One' };
  expect(page({ page: 1, total_pages: 2, total_count: 4 })).toEqual({
    organizations: [account],
    nextPageToken: '2',
    total: 4,
  });
  expect(page({ page: 2, total_pages: 2 })).toMatchObject({ nextPageToken: null, total: null });
  expect(page({ page: 1, total_pages: 0 })).toMatchObject({ nextPageToken: null });
  expect(page({ page: 1, total_pages: 1 }, 2)).toBeNull();
  for (const info of [
    undefined,
    null,
    {},
    { page: 0, total_pages: 1 },
    { page: 1.5, total_pages: 2 },
  ]) {
    expect(page(info)).toBeNull();
  }
});

test('reads a token only if its status is known', () => {
  const read = (more: object) => answers.readTokenResult(wrap({ id: 't', ...more }));
  for (const status of ['active', 'disabled', 'expired']) {
    expect(read({ status })).toEqual({ id: 't', status, expiresAt: null });
  }
  expect(read({ status: 'active', expires_on: '2099-01-01T00:00:00Z' })?.expiresAt).toBe(
    Date.UTC(2099, 0, 1),
  );
  for (const expires_on of [null, 5, 'never', {}]) {
    expect(read({ status: 'active', expires_on })).toMatchObject({ expiresAt: null });
  }
  for (const more of [{}, { status: 'new' }, { status: 'active', id: '' }]) {
    expect(read(more)).toBeNull();
  }
});
