/** Parsing responses: which ones count as readable, and what is read from them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as answers from '../../../src/main/cloudflare/responses';
import { FIELD_NAMES, mapFields } from '../../../src/shared/profile';
import { ORGANIZATION, organizationRef } from '../samples';

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

test('names the missing fields of an embedded profile, too', () => {
  const { business_email: _email, ...rest } = mapFields((field) => field);
  const item = { id: ID, name: 'One', profile: rest };
  const fields = { ...rest, business_email: '' };
  const profile = { fields, missing: ['business_email'], extra: {} };
  expect(answers.readEntryResult(wrap(item), organizationRef(ID))?.profile).toEqual(profile);
  expect(answers.readPageResult(wrap([item]), 1)?.organizations[0]?.profile).toEqual(profile);
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
  const read = { ...ORGANIZATION, id: ID, name: 'Brightwater', profile: null };
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
    answers.readPageResult(wrap([{ id: ID, name: 'One' }, null, { id: 'short' }], info), 3);
  expect(page({ next_page_token: 'more', total_size: 2_300 })).toEqual({
    organizations: [{ ...ORGANIZATION, id: ID, name: 'One', profile: null }],
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
  expect(answers.readPageResult(wrap({}), 1)).toBeNull();
  expect(answers.readPageResult(wrap(null), 1)).toBeNull();
});

test('rejects a user without an id', () => {
  expect(answers.readUserResult(wrap({ id: 'u', email: null }))).toEqual({ id: 'u', email: '' });
  expect(answers.readUserResult(wrap({ email: 'a@b.example' }))).toBeNull();
});

test('reads no page with more organizations than requested or a page token that is too long', () => {
  const read = (count: number, tokenLength: number) => {
    const info = { next_page_token: 't'.repeat(tokenLength) };
    return answers.readPageResult(wrap(Array(count).fill({ id: ID }), info), 10) !== null;
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

test('reads no profile whose unknown keys are too long, neither alone nor embedded', () => {
  const profileOf = (length: number) => ({ other: 'x'.repeat(length - '{"other":""}'.length) });
  const read = (length: number) => answers.readProfileResult(wrap(profileOf(length))) !== null;
  expect([read(1_000_000), read(1_000_001)]).toEqual([true, false]);
  const item = { id: ID, profile: profileOf(1_000_001) };
  expect(answers.readEntryResult(wrap(item), organizationRef(ID))).toMatchObject({
    id: ID,
    profile: null,
  });
});
