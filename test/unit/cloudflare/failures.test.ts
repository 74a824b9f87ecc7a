/** Maps HTTP responses and network errors to failure codes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_BLOCK_MS,
  failureOf,
  retryAt,
  type RequestKind,
} from '../../../src/main/cloudflare/failures';
import { networkFailureCode } from '../../../src/main/cloudflare/network-errors';
import { MAX_BLOCK_MS } from '../../../src/main/rate-limit/limits';
import type { FailureCode } from '../../../src/shared/failure';
import { MAX_NOTICE_LENGTH } from '../../../src/shared/limits';
import type { EntryKind } from '../../../src/shared/organization';
import type { SignInKind } from '../../../src/shared/sign-in';

const NOW = Date.UTC(2026, 10, 24);
const RAY = { 'cf-ray': '0123456789abcdef-FRA' };

interface Rest {
  kind?: RequestKind;
  about?: EntryKind;
  signIn?: SignInKind | null;
  headers?: Record<string, string>;
  body?: string;
  json?: boolean;
}

function failure(status: number, errors: unknown, rest: Rest = {}) {
  const { kind = 'profile', about = 'organization', signIn = 'key' } = rest;
  const { body = '{}', json = true } = rest;
  const headers: Record<string, string> = rest.headers ?? RAY;
  const header = (name: string): string | null => headers[name] ?? null;
  const envelope = json ? { success: false, errors, messages: [] } : null;
  return failureOf({ kind, about, signIn, status, header, body, envelope }, NOW, ['secret-key']);
}

const codes = (...list: number[]) => list.map((code) => ({ code, message: `number ${code}` }));
const said = (code: number, message: string) => [{ code, message }];
const chained = (code: number) => [{ ...codes(6003)[0], error_chain: codes(code) }];

describe('Cloudflare’s responses', () => {
  test.each<[number, unknown, RequestKind, FailureCode]>([
    [400, chained(6103), 'user', 'sign-in.malformed-key'],
    [400, chained(6102), 'user', 'sign-in.malformed-email'],
    [400, chained(6111), 'user', 'sign-in.malformed'],
    [400, codes(6003), 'user', 'sign-in.malformed'],
    [400, codes(9106), 'user', 'sign-in.not-received'],
    [403, codes(9103), 'profile', 'sign-in.unknown'],
    [403, codes(9109), 'profile', 'sign-in.not-permitted'],
    [403, codes(10000), 'list', 'sign-in.refused'],
    [401, codes(1000), 'user', 'sign-in.refused'],
    [403, codes(1), 'user', 'sign-in.refused'],
    [403, said(10000, 'Authentication error'), 'profile', 'sign-in.refused'],
    [403, said(10000, 'Forbidden'), 'profile', 'organization.forbidden'],
    [403, said(10000, 'forbidden: no access'), 'write', 'organization.forbidden'],
    [403, said(10000, 'Forbidden'), 'list', 'organizations.not-enabled'],
    [403, said(10000, 'Forbidden'), 'user', 'sign-in.refused'],
    [403, [...said(10000, 'Forbidden'), ...codes(9103)], 'profile', 'sign-in.unknown'],
    [401, said(10000, 'Forbidden'), 'profile', 'sign-in.refused'],
    [400, said(10000, 'Forbidden'), 'profile', 'sign-in.refused'],
    [403, [], 'list', 'organizations.not-enabled'],
    [403, [], 'profile', 'organization.forbidden'],
    [403, [], 'write', 'organization.forbidden'],
    [404, [], 'profile', 'organization.not-found'],
    [404, [], 'list', 'cloudflare.unreadable'],
    [404, codes(7003), 'profile', 'organization.invalid-id'],
    [400, codes(7003, 7000), 'entry', 'organization.invalid-id'],
    [405, codes(10405), 'profile', 'sign-in.not-permitted'],
    [400, codes(1004), 'write', 'profile.refused'],
    [422, codes(1004), 'write', 'profile.refused'],
    [413, [], 'write', 'profile.refused'],
    [409, [], 'write', 'cloudflare.unavailable'],
    [400, codes(1004), 'profile', 'cloudflare.unreadable'],
    [400, codes(971), 'profile', 'cloudflare.rate-limited'],
    // The HTTP status counts more than the error code.
    [500, codes(9103), 'profile', 'cloudflare.unavailable'],
    [429, codes(9103), 'profile', 'cloudflare.rate-limited'],
    [200, codes(9103), 'profile', 'cloudflare.unreadable'],
    [302, [], 'profile', 'network.redirected'],
    [407, [], 'profile', 'network.proxy-sign-in'],
    [511, [], 'profile', 'network.intercepted'],
  ])('%i with %j on %s is %s', (status, errors, kind, code) => {
    expect(failure(status, errors, { kind })).toMatchObject({ code, status });
  });

  test.each<[number, unknown, RequestKind, FailureCode]>([
    [401, codes(1000), 'token', 'token.unknown'],
    [400, chained(6111), 'token', 'token.malformed'],
    [400, codes(6003), 'profile', 'token.malformed'],
    [403, codes(9109), 'profile', 'token.refused'],
    [403, codes(10000), 'write', 'token.refused'],
    [403, said(10000, 'Forbidden'), 'write', 'account.forbidden'],
    [403, said(10000, 'Forbidden'), 'list', 'accounts.not-listed'],
    [403, said(10000, 'Forbidden'), 'token', 'token.refused'],
    [401, codes(10001), 'entry', 'token.refused'],
    [403, [], 'token', 'token.refused'],
    [401, [], 'profile', 'token.refused'],
    [405, [], 'write', 'token.refused'],
    [403, [], 'list', 'accounts.not-listed'],
    [403, [], 'entry', 'account.forbidden'],
    [403, [], 'profile', 'account.forbidden'],
    [403, [], 'write', 'account.forbidden'],
    [404, [], 'entry', 'account.not-found'],
    [410, [], 'profile', 'account.not-found'],
    [404, [], 'list', 'cloudflare.unreadable'],
    [404, [], 'token', 'cloudflare.unreadable'],
    [400, codes(7003), 'profile', 'account.invalid-id'],
    [400, codes(7003), 'list', 'cloudflare.unreadable'],
    [400, codes(1004), 'write', 'profile.refused'],
    [400, codes(971), 'profile', 'cloudflare.rate-limited'],
    [429, codes(10000), 'profile', 'cloudflare.rate-limited'],
    [500, codes(1000), 'token', 'cloudflare.unavailable'],
  ])('with a token about an account, %i with %j on %s is %s', (status, errors, kind, code) => {
    const answer = failure(status, errors, { kind, about: 'account', signIn: 'token' });
    expect(answer).toMatchObject({ code, status });
  });

  test('a refusal of a key is never called one of a token, or the other way round', () => {
    const kinds: RequestKind[] = ['user', 'token', 'list', 'entry', 'profile', 'write'];
    const known = [1000, 6003, 6102, 6103, 6111, 9103, 9106, 9109, 10000, 10001];
    for (const kind of kinds) {
      for (const status of [400, 401, 403, 405]) {
        for (const code of known) {
          expect(failure(status, codes(code), { kind, signIn: 'key' }).code).not.toMatch(/^token/);
        }
        const about = 'account';
        for (const code of [1000, 6003, 6111, 9109, 10000, 10001]) {
          const answer = failure(status, codes(code), { kind, about, signIn: 'token' });
          expect(answer.code).toMatch(/^token\./);
        }
      }
    }
  });

  test('attributes pages with a ray ID to Cloudflare, and other pages to a proxy or portal', () => {
    const page = { body: ' \n<!DOCTYPE html><p>Hello', json: false };
    for (const status of [200, 403, 404, 502]) {
      expect(failure(status, [], page).code).toBe('cloudflare.unavailable');
      expect(failure(status, [], { ...page, headers: {} }).code).toBe('network.intercepted');
    }
    const typed = { body: '', json: false, headers: { 'content-type': 'text/html' } };
    expect(failure(200, [], typed).code).toBe('network.intercepted');
  });

  test(`does not read a proxy's plain 404 as "this organization is gone"`, () => {
    const plain = { body: 'not here', json: false };
    expect(failure(404, [], { ...plain, headers: {} }).code).toBe('network.intercepted');
    expect(failure(403, [], { ...plain, headers: {} }).code).toBe('network.intercepted');
    expect(failure(404, [], plain).code).toBe('cloudflare.unreadable');
  });

  test.each([
    [200, 'Please sign in to this network'],
    [200, ''],
    [200, '{"portal": true}'],
    [204, ''],
    [500, ''],
    [503, 'The proxy is busy'],
  ])(
    'attributes %i with %j and no ray ID to something in between, whatever its format',
    (status, body) => {
      const kind = 'profile';
      expect(failure(status, [], { kind, body, json: false, headers: {} }).code).toBe(
        'network.intercepted',
      );
      expect(failure(status, [], { kind, body, json: false }).code).toMatch(/^cloudflare\./);
    },
  );

  test('a message with code 10000 is no error', () => {
    const messages = [{ code: 10000, message: 'This API Token is valid and active', type: null }];
    const header = (name: string): string | null =>
      ({ 'cf-ray': '0123456789abcdef-FRA' })[name as 'cf-ray'] ?? null;
    const envelope = { success: false, errors: [], messages };
    const answer = { kind: 'profile', about: 'account', signIn: 'token', status: 403 } as const;
    expect(failureOf({ ...answer, header, body: '', envelope }, NOW, []).code).toBe(
      'account.forbidden',
    );
  });

  test('keeps a ray ID, and no header value that only looks like one', () => {
    expect(failure(500, []).ray).toBe('0123456789abcdef-FRA');
    expect(failure(500, [], { headers: { 'cf-ray': '<script>' } })).not.toHaveProperty('ray');
  });
});

describe('problems as in RFC 9457', () => {
  const TYPE = 'https://developers.cloudflare.com/support/errors/error-1020/';
  const problem = (status: number, members: object, headers: Record<string, string> = RAY) =>
    failure(status, [], {
      json: false,
      headers: { 'content-type': 'application/problem+json', ...headers },
      body: JSON.stringify({ type: TYPE, title: 'Error 1020: Access denied', status, ...members }),
    });

  test('are read like pages, with their title, detail and page', () => {
    const { code, errors } = problem(403, { error_code: 1020, detail: 'You are blocked.' });
    expect(code).toBe('cloudflare.unavailable');
    expect(errors).toEqual([
      { code: 1020, message: 'Error 1020: Access denied', field: null, link: TYPE },
      { code: null, message: 'You are blocked.', field: null, link: null },
    ]);
  });

  test.each<[number, object, FailureCode]>([
    [502, {}, 'cloudflare.unavailable'],
    [522, { error_code: 522 }, 'cloudflare.unavailable'],
    [409, { error_code: '1001' }, 'cloudflare.unavailable'],
    [429, { error_code: 1015 }, 'cloudflare.rate-limited'],
    [403, {}, 'cloudflare.unreadable'],
    [404, { error_code: 404 }, 'cloudflare.unreadable'],
    [403, { error_code: 10000 }, 'cloudflare.unreadable'],
  ])('%i with %j is %s', (status, members, code) => {
    expect(problem(status, members).code).toBe(code);
  });

  test('contain no secret, no control characters, no endless text and no other link', () => {
    const { errors = [] } = problem(502, {
      type: 'https://developers.cloudflare.com.example/',
      title: 'No \u0000\u202e\n secret-key here, nor c2VjcmV0LWtleQ==',
      detail: 'x'.repeat(5_000),
      error_code: {},
    });
    expect(errors.map(({ link }) => link)).toEqual([null, null]);
    expect(errors[0]?.message).toMatch(/^No +… here, nor …/);
    expect(JSON.stringify(errors)).not.toContain('secret');
    expect(errors[1]?.message.length).toBeLessThanOrEqual(MAX_NOTICE_LENGTH);
  });

  test.each([
    '{"title":7,"status":502}',
    '[]',
    '"title"',
    '{"title":"cut',
    `{"a":"${'x'.repeat(1e5)}"}`,
  ])('are nothing else that a problem’s server sends: %#', (body) => {
    expect(failure(502, [], { json: false, body })).toEqual({
      code: 'cloudflare.unavailable',
      status: 502,
      ray: '0123456789abcdef-FRA',
    });
  });

  test('without a ray ID are those of something in between, whose words are not shown', () => {
    const between = problem(502, {}, {});
    expect(between.code).toBe('network.intercepted');
    expect(between).not.toHaveProperty('errors');
  });

  test('are read whatever they contain', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 400, max: 599 }), (body, status) => {
        expect(failure(status, [], { json: false, body }).code).toMatch(/^(cloudflare|network)/);
      }),
    );
  });
});

describe('retry-after', () => {
  test.each([
    ['300', 300_000],
    ['1', 1_000],
    ['0', 1_000],
    ['0.2', 1_000],
    [' 7 ', 7_000],
    [null, DEFAULT_BLOCK_MS],
    ['', DEFAULT_BLOCK_MS],
    ['soon', DEFAULT_BLOCK_MS],
    ['-5', DEFAULT_BLOCK_MS],
    ['9e9', DEFAULT_BLOCK_MS],
    ['1-5', DEFAULT_BLOCK_MS],
    ['300;', DEFAULT_BLOCK_MS],
    ['after 60', DEFAULT_BLOCK_MS],
    ['2026-11-24', DEFAULT_BLOCK_MS],
    ['Tue, 99 Nov 2026 00:01:00 GMT', DEFAULT_BLOCK_MS],
    ['Tuesday, 24-Nov-26 00:01:00 GMT', 60_000],
    ['99999999999', MAX_BLOCK_MS],
    [new Date(NOW + 60_000).toUTCString(), 60_000],
    [new Date(NOW - 60_000).toUTCString(), 1_000],
  ])('%j waits %i ms', (header, wait) => {
    expect(retryAt('cloudflare.rate-limited', header, NOW)).toBe(NOW + wait);
    // Where Cloudflare has a problem, only a wait that it really asks for counts.
    const isAsked = wait !== DEFAULT_BLOCK_MS || header === '300';
    const isNone = !isAsked || header === '0' || header === new Date(NOW - 60_000).toUTCString();
    expect(retryAt('cloudflare.unavailable', header, NOW)).toBe(isNone ? undefined : NOW + wait);
    expect(retryAt('organization.not-found', header, NOW)).toBeUndefined();
  });

  test('waits between one second and 15 minutes, whatever the header contains', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const wait = retryAt('cloudflare.rate-limited', header, NOW)! - NOW;
        expect(wait).toBeGreaterThanOrEqual(1_000);
        expect(wait).toBeLessThanOrEqual(MAX_BLOCK_MS);
      }),
    );
  });
});

describe('network errors', () => {
  const node = (code: string) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code }) });
  test.each<[unknown, FailureCode]>([
    [new Error('net::ERR_NAME_NOT_RESOLVED'), 'network.unreachable'],
    [new Error('net::ERR_INTERNET_DISCONNECTED'), 'network.unreachable'],
    [new Error('net::ERR_CONNECTION_REFUSED'), 'network.unreachable'],
    [new Error('net::ERR_ADDRESS_UNREACHABLE'), 'network.unreachable'],
    [new Error('net::ERR_PROXY_CONNECTION_FAILED'), 'network.unreachable'],
    [new Error('net::ERR_CERT_AUTHORITY_INVALID'), 'network.certificate'],
    [new Error('net::ERR_CERT_DATE_INVALID'), 'network.certificate'],
    [new Error('net::ERR_SSL_PROTOCOL_ERROR'), 'network.intercepted'],
    [new Error('net::ERR_TUNNEL_CONNECTION_FAILED'), 'network.intercepted'],
    [new Error('net::ERR_PROXY_AUTH_UNSUPPORTED'), 'network.proxy-sign-in'],
    [new Error('net::ERR_PROXY_AUTH_REQUESTED'), 'network.proxy-sign-in'],
    [new Error('net::ERR_CONNECTION_RESET'), 'network.interrupted'],
    [new Error('net::ERR_CONNECTION_CLOSED'), 'network.interrupted'],
    [new Error('net::ERR_EMPTY_RESPONSE'), 'network.interrupted'],
    [new Error('net::ERR_NETWORK_CHANGED'), 'network.interrupted'],
    [new Error('net::ERR_CONNECTION_TIMED_OUT'), 'network.timed-out'],
    [new Error('net::ERR_TIMED_OUT'), 'network.timed-out'],
    [new Error('Redirect was cancelled'), 'network.redirected'],
    [new Error('net::ERR_TOO_MANY_REDIRECTS'), 'network.redirected'],
    [node('ECONNREFUSED'), 'network.unreachable'],
    [node('ENOTFOUND'), 'network.unreachable'],
    [node('EAI_AGAIN'), 'network.unreachable'],
    [node('ECONNRESET'), 'network.interrupted'],
    [node('UND_ERR_SOCKET'), 'network.interrupted'],
    [node('UND_ERR_HEADERS_TIMEOUT'), 'network.timed-out'],
    [node('DEPTH_ZERO_SELF_SIGNED_CERT'), 'network.certificate'],
    [node('SELF_SIGNED_CERT_IN_CHAIN'), 'network.certificate'],
    [node('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'network.certificate'],
    [node('ERR_TLS_CERT_ALTNAME_INVALID'), 'network.certificate'],
    [node('CERT_HAS_EXPIRED'), 'network.certificate'],
    [node('ERR_SSL_WRONG_VERSION_NUMBER'), 'network.intercepted'],
    [new TypeError('terminated'), 'network.interrupted'],
    ['a text', 'network.interrupted'],
    [undefined, 'network.interrupted'],
    [new AggregateError([node('ECONNREFUSED')]), 'network.unreachable'],
  ])('%s is %s', (error, code) => {
    expect(networkFailureCode(error)).toBe(code);
  });

  test('terminates for an error that is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    expect(networkFailureCode(error)).toBe('network.interrupted');
  });
});
