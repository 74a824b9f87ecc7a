/** Finding the key, token and email in what Cloudflare says, however they are written there. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failureOf } from '../../../src/main/cloudflare/failures';
import { hasSecret, maskSecrets } from '../../../src/main/cloudflare/masking';
import { readNotices } from '../../../src/main/cloudflare/notices';

const KEY = 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffe';
const EMAIL = 'Office+Main@brightwater.example';
const TOKEN = 'cfut_Ab3-_c0ffeeAb3-_c0ffeeAb3-_c0ffeeAb3-_c0ff';
const SECRETS = [KEY, EMAIL, TOKEN];

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(2, '0');

/** The ways to write one character. */
const SPELLINGS: readonly ((char: string) => string)[] = [
  (char) => char,
  (char) => char.toUpperCase(),
  (char) => `%${hex(char)}`,
  (char) => `%${hex(char).toUpperCase()}`,
  (char) => `%2525${hex(char)}`,
  (char) => `\\u00${hex(char)}`,
  (char) => `\\x${hex(char)}`,
  (char) => `&#x${hex(char)};`,
  (char) => `&#${char.charCodeAt(0)};`,
  (char) => (char === '+' ? ' ' : char),
];

/** A secret in which each character is written in any way. */
const spelled = (secret: string): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...SPELLINGS), { minLength: secret.length, maxLength: secret.length })
    .map((ways) => [...secret].map((char, index) => ways[index]!(char)).join(''));

/** A secret in Base64 among other text, as in a header of basic authentication. */
const inBase64 = (secret: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.string(), fc.string(), fc.constantFrom('base64' as const, 'base64url' as const))
    .map(([before, after, encoding]) =>
      Buffer.from(`${before}${secret}${after}`).toString(encoding),
    );

/** Around a secret; "%" before it looks like the beginning of an encoded character. */
const around = fc.oneof(fc.string(), fc.constantFrom('%', '100%', '&#', '\\u00', '\\', '?key='));

test.each([
  ['as it is', KEY],
  ['in capitals', KEY.toUpperCase()],
  ['after a percent sign', `%${KEY}`],
  ['encoded for a URL', encodeURIComponent(EMAIL)],
  ['encoded twice', encodeURIComponent(encodeURIComponent(EMAIL))],
  ['in a form', new URLSearchParams({ EMAIL }).toString()],
  ['in basic authentication', `Basic ${btoa(`${EMAIL}:${KEY}`)}`],
])('masks a secret %s', (_how, text) => {
  expect(maskSecrets(`a ${text} b`, SECRETS)).toMatch(/^a .*….* b$/);
  expect(hasSecret(text, SECRETS)).toBe(true);
});

test('changes no other text', () => {
  for (const text of ['', '100% of %20 &#64; \\u0041', KEY.slice(1), 'business_email must be…']) {
    expect(maskSecrets(text, SECRETS)).toBe(text);
    expect(hasSecret(text, SECRETS)).toBe(false);
  }
});

test('leaves no secret, however its characters are written and whatever is around it', () => {
  const secret = fc.constantFrom(...SECRETS);
  const written = secret.chain((one) => fc.tuple(fc.constant(one), spelled(one)));
  fc.assert(
    fc.property(written, around, around, ([, text], before, after) => {
      const masked = maskSecrets(before + text + after, SECRETS);
      expect(masked).toContain('…');
      expect(hasSecret(masked, SECRETS)).toBe(false);
      expect(masked.length).toBeLessThanOrEqual(before.length + after.length + 1);
    }),
  );
});

test('leaves no secret in Base64, whatever is encoded with it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SECRETS).chain(inBase64), (text) => {
      const rest = maskSecrets(text, SECRETS).split('…');
      expect(rest.length).toBeGreaterThan(1);
      for (const part of rest) {
        expect(Buffer.from(part, 'base64').toString('latin1').toLowerCase()).not.toContain(
          'c0ffee00c0',
        );
      }
    }),
  );
});

test('leaves no part of a secret at the end of a text that is too long to be read', () => {
  const text = KEY.repeat(100_000);
  expect(maskSecrets(text, SECRETS)).toMatch(/^…+$/);
});

test('a failure contains no secret: not in nested messages, links or the ray id', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SECRETS).chain(spelled), (text) => {
      const link = `https://developers.cloudflare.com/api/?key=${text}#${text}`;
      const inner = { code: 2, message: `because ${text}`, documentation_url: link };
      const errors = [{ code: 1, message: text, documentation_url: link, error_chain: [inner] }];
      const envelope = { success: false, errors, messages: errors };
      const header = (name: string): string | null =>
        name === 'cf-ray' ? KEY.toUpperCase() : null;
      const request = { kind: 'profile', about: 'organization', signIn: 'key' } as const;
      const answer = { ...request, status: 400, header, body: '', envelope };
      const failure = failureOf(answer, 0, SECRETS);
      expect(failure.errors).toHaveLength(2);
      expect(hasSecret(JSON.stringify(failure), SECRETS)).toBe(false);
      expect(readNotices(errors, SECRETS)[0]?.link).toBe('https://developers.cloudflare.com/api/');
    }),
  );
});
