/** Checks of a pasted key or token and a typed email, before anything is sent. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  emailProblem,
  kindOfSecret,
  parseSecret,
  SIGN_IN_KINDS,
} from '../../../src/shared/sign-in';

const hex = (length: number) => '0123456789abcdef'.repeat(4).slice(0, length);
const LEGACY_KEY = hex(37);
const NEW_KEY = `cfk_${'Ab3-_'.repeat(8)}12345678`;
const LEGACY_TOKEN = 'Ab3_-'.repeat(8);
const NEW_TOKEN = `cfut_${'Ab3-_'.repeat(8)}12345678`;
const ACCOUNT_TOKEN = `cfat_${'Ab3-_'.repeat(8)}12345678`;
const SECRETS = { key: [LEGACY_KEY, NEW_KEY], token: [LEGACY_TOKEN, NEW_TOKEN] } as const;

describe.each(SIGN_IN_KINDS)('a pasted %s', (kind) => {
  const [legacy, current] = SECRETS[kind];

  test.each([
    [legacy, legacy, false],
    [current, current, false],
    [` ${legacy}\n`, legacy, true],
    [`Bearer ${legacy}`, legacy, true],
    [`  bearer\t${current}`, current, true],
    [`${legacy.slice(0, 20)}\r\n${legacy.slice(20)}`, legacy, true],
    [`\u200b${legacy}\ufeff`, legacy, true],
    [`${legacy}\u00a0`, legacy, true],
  ])('%j is accepted', (typed, secret, cleaned) => {
    expect(parseSecret(kind, typed)).toEqual({ secret, cleaned, problem: null, blocks: false });
  });

  test.each([
    ['', 'empty', true],
    [' \n', 'empty', true],
    ['Bearer ', 'empty', true],
    [hex(32), 'organization-id', true],
    [hex(32).toUpperCase(), 'organization-id', true],
    ['schl\u00fcssel', 'non-latin', true],
    ['\u043a\u043b\u044e\u0447', 'non-latin', true],
    [`${legacy}\u0000`, 'non-latin', true],
    ['something', 'unusual-shape', false],
    [hex(36), 'unusual-shape', false],
    [hex(37).toUpperCase(), 'unusual-shape', false],
    ['Bearertoken', 'unusual-shape', false],
    // Of the right kind, but cut off when it was copied.
    [current.slice(0, -10), 'unusual-shape', false],
    ['cfxy_something', 'unusual-shape', false],
  ])('%j: %s', (typed, problem, blocks) => {
    expect(parseSecret(kind, typed)).toMatchObject({ problem, blocks });
  });

  test('has no whitespace, and is accepted only if it fits into an HTTP header', () => {
    const pieces = fc.constantFrom(
      ' ',
      '\n',
      '\r',
      '\t',
      '\u00a0',
      '\u2003',
      '\u200b',
      '\ufeff',
      'bearer',
      'Bearer ',
      LEGACY_KEY,
      NEW_TOKEN,
      'cfk_',
      'cfut_',
      'x',
    );
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const { secret, cleaned, problem, blocks } = parseSecret(kind, text);
        expect(secret).not.toMatch(/\s/);
        expect(cleaned).toBe(secret !== text);
        if (!blocks) {
          expect(secret).not.toBe('');
          expect(() => new Headers({ 'x-auth-key': secret })).not.toThrow();
          expect(new Headers({ 'x-auth-key': secret }).get('x-auth-key')).toBe(secret);
        }
        if (problem === null) {
          expect(parseSecret(kind, secret)).toEqual({ secret, cleaned: false, problem, blocks });
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

test.each([
  ['key', LEGACY_TOKEN, 'api-token'],
  ['key', `Bearer ${LEGACY_TOKEN}`, 'api-token'],
  ['key', NEW_TOKEN, 'api-token'],
  ['key', 'cfut_short', 'api-token'],
  ['key', ACCOUNT_TOKEN, 'account-token'],
  ['token', LEGACY_KEY, 'global-key'],
  ['token', `Bearer ${NEW_KEY}`, 'global-key'],
  ['token', 'cfk_short', 'global-key'],
  ['token', ACCOUNT_TOKEN, 'account-token'],
] as const)('in the field for a %s, %j is refused as %s', (kind, typed, problem) => {
  expect(parseSecret(kind, typed)).toMatchObject({ problem, blocks: true });
});

test.each([
  [LEGACY_KEY, 'key'],
  [NEW_KEY, 'key'],
  ['odd', 'key'],
  [LEGACY_TOKEN, 'token'],
  [NEW_TOKEN, 'token'],
  [ACCOUNT_TOKEN, 'token'],
] as const)('a stored %j is a %s', (secret, kind) => {
  expect(kindOfSecret(secret)).toBe(kind);
});

test.each([
  ['office@example.com', null],
  [' office@example.com ', null],
  ['a+b.c@sub.example.co', null],
  ['', 'empty'],
  ['  ', 'empty'],
  ['office', 'malformed'],
  ['office@example', 'malformed'],
  ['two words@example.com', 'malformed'],
  ['office@@example.com', 'malformed'],
  ['office@exa mple.com', 'malformed'],
  ['b\u00fcro@example.com', 'malformed'],
  ['office@example.com\nX-Other: 1', 'malformed'],
])('email %j: %s', (typed, problem) => {
  expect(emailProblem(typed)).toBe(problem);
});
