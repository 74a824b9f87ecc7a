/** Parsing the errors and messages in Cloudflare's responses, whatever their shape. */
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { trustedDocumentationUrl, readNotices } from '../../../src/main/cloudflare/notices';
import { noticeSchema } from '../../../src/shared/failure';

const DOCS = 'https://developers.cloudflare.com/api/';

test('parses an error with every property', () => {
  const item = {
    code: 1004,
    message: ' must be an address ',
    source: { pointer: '/business_email' },
    documentation_url: DOCS,
    error_chain: [{ code: 1005, message: 'because' }],
  };
  expect(readNotices([item], [])).toEqual([
    { code: 1004, message: 'must be an address', field: 'business_email', link: DOCS },
    { code: 1005, message: 'because', field: null, link: null },
  ]);
});

test.each([
  ['/profile/business_phone', 'business_phone'],
  ['#/business_name', 'business_name'],
  ['business_address', 'business_address'],
  ['/external_metadata/0', 'external_metadata'],
  ['/business_emails', null],
  ['', null],
])('maps pointer %j to %j', (pointer, field) => {
  expect(readNotices([{ code: 1, source: { pointer } }], [])[0]?.field).toBe(field);
});

test.each([
  [DOCS, DOCS],
  [
    'https://developers.cloudflare.com/fundamentals/?key=1#part',
    'https://developers.cloudflare.com/fundamentals/',
  ],
])('offers of the link %s only the page', (url, page) => {
  expect(trustedDocumentationUrl(url, [])).toBe(page);
});

test('never offers a link to a page with a secret in its name', () => {
  for (const name of ['C0FFEE', '%63%30ffee']) {
    expect(trustedDocumentationUrl(`${DOCS}${name}/`, ['c0ffee'])).toBeNull();
  }
});

test.each([
  'http://developers.cloudflare.com/',
  'https://developers.cloudflare.com.evil.example/',
  'https://evil.example/developers.cloudflare.com/',
  'https://developers.cloudflare.com@evil.example/',
  'https://me@developers.cloudflare.com/',
  'https://developers.cloudflare.com:444/',
  'https://dash.cloudflare.com/',
  'javascript:alert(1)//developers.cloudflare.com',
  'developers.cloudflare.com',
  `${DOCS}${'x'.repeat(1000)}`,
  17,
  null,
])('never offers the link %s', (url) => {
  expect(trustedDocumentationUrl(url, [])).toBeNull();
});

test('survives undocumented shapes', () => {
  expect(readNotices('only a text', [])).toMatchObject([{ code: null, message: 'only a text' }]);
  expect(readNotices({ code: '1004', message: 5 }, [])).toMatchObject([
    { code: 1004, message: '5' },
  ]);
  expect(readNotices([null, [], {}, undefined, true], [])).toEqual([]);
  expect(readNotices(undefined, [])).toEqual([]);
});

test('removes secrets before truncating, so that no part of a secret is left', () => {
  const key = 'k'.repeat(10) + '0123456789';
  const message = `${'x'.repeat(490)}${key} and ${key}`;
  expect(readNotices([{ message }], [key, ''])[0]?.message).not.toContain('kkkk');
});

test('truncates long lists, long texts and deep chains', () => {
  const deep: Record<string, unknown> = { code: 1, message: 'm'.repeat(10_000) };
  deep['error_chain'] = [deep, deep];
  const notices = readNotices(
    Array.from({ length: 1000 }, () => deep),
    [],
  );
  expect(notices).toHaveLength(20);
  for (const { message } of notices) expect(message.length).toBeLessThanOrEqual(500);
});

test('always returns a list of notices without the secret', () => {
  const secret = 'c0ffee';
  const item = fc.oneof(
    fc.anything(),
    fc.record(
      {
        code: fc.anything(),
        message: fc.oneof(
          fc.anything(),
          fc.string().map((text) => `${text}${secret}${text}`),
        ),
        source: fc.oneof(fc.anything(), fc.record({ pointer: fc.anything() })),
        documentation_url: fc.oneof(fc.anything(), fc.webUrl()),
        error_chain: fc.oneof(fc.anything(), fc.array(fc.anything())),
      },
      { requiredKeys: [] },
    ),
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.array(item)), (value) => {
      const notices = readNotices(value, [secret]);
      expect(v.is(v.array(noticeSchema), notices)).toBe(true);
      for (const { message, link } of notices) {
        expect(message).not.toContain(secret);
        if (link !== null) expect(link.startsWith('https://developers.cloudflare.com/')).toBe(true);
      }
    }),
  );
});
