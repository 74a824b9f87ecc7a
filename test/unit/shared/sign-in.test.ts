/** Checks of a pasted API key and a typed email, before anything is sent. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emailProblem, parseKey } from '../../../src/shared/sign-in';

const hex = (length: number) => '0123456789abcdef'.repeat(4).slice(0, length);
const LEGACY = hex(37);
const NEW = `cfk_${'Ab3-_'.repeat(8)}12345678`;

test.each([
  [LEGACY, LEGACY, false],
  [NEW, NEW, false],
  [` ${LEGACY}\n`, LEGACY, true],
  [`Bearer ${LEGACY}`, LEGACY, true],
  [`  bearer\t${NEW}`, NEW, true],
  [`${LEGACY.slice(0, 20)}\r\n${LEGACY.slice(20)}`, LEGACY, true],
  [`\u200b${LEGACY}\ufeff`, LEGACY, true],
  [`${LEGACY}\u00a0`, LEGACY, true],
])('accepts %j as a key', (typed, key, cleaned) => {
  expect(parseKey(typed)).toEqual({ key, cleaned, problem: null, blocks: false });
});

test.each([
  ['', 'empty', true],
  [' \n', 'empty', true],
  ['Bearer ', 'empty', true],
  [`cfut_${'a'.repeat(48)}`, 'api-token', true],
  [`cfat_${'a'.repeat(48)}`, 'api-token', true],
  [`Bearer ${'Ab3_-'.repeat(8)}`, 'api-token', true],
  [hex(32), 'organization-id', true],
  [hex(32).toUpperCase(), 'organization-id', true],
  ['schl\u00fcssel', 'non-latin', true],
  ['\u043a\u043b\u044e\u0447', 'non-latin', true],
  [`${LEGACY}\u0000`, 'non-latin', true],
  ['something', 'unusual-shape', false],
  [hex(36), 'unusual-shape', false],
  [hex(37).toUpperCase(), 'unusual-shape', false],
  ['Bearertoken', 'unusual-shape', false],
])('%j: %s', (typed, problem, blocks) => {
  expect(parseKey(typed)).toMatchObject({ problem, blocks });
});

test('removes all whitespace from a key, and accepts only keys that fit into an HTTP header', () => {
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
    LEGACY,
    'cfk_',
    'x',
  );
  const typed = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const { key, cleaned, problem, blocks } = parseKey(text);
      expect(key).not.toMatch(/\s/);
      expect(cleaned).toBe(key !== text);
      if (!blocks) {
        expect(key).not.toBe('');
        expect(() => new Headers({ 'x-auth-key': key })).not.toThrow();
        expect(new Headers({ 'x-auth-key': key }).get('x-auth-key')).toBe(key);
      }
      if (problem === null) expect(parseKey(key)).toEqual({ key, cleaned: false, problem, blocks });
    }),
    { numRuns: 1_000 },
  );
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
