/** Authentication: formats, error codes, and the two schemes (email with key, token). */
import { APIError } from 'cloudflare';
import { describe, expect, it } from 'vitest';
import { sampleAccountToken, sampleSignIn, sampleNewKey, sampleToken } from './index';
import {
  envelope,
  expectRefusal,
  idAt,
  keyHeaders,
  officialClient,
  send,
  startForTest,
} from './support';

const { email, key } = sampleSignIn;
const pair = (mail: string, secret: string) => ({ 'x-auth-email': mail, 'x-auth-key': secret });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('email and key', () => {
  it('lets the official client read /user', async () => {
    const standin = await startForTest();
    const user = await officialClient(standin).user.get();
    expect(user).toMatchObject({ id: sampleSignIn.userId, email });
    expect(standin.requests).toMatchObject([{ route: '/user', keyMatches: true, status: 200 }]);
    expect(standin.violations).toEqual([]);
  });

  it('answers 9106 without credentials', async () => {
    const standin = await startForTest();
    await expectRefusal(send(standin, '/user', { headers: {} }), 400, 9106);
    const client = officialClient(standin, { apiEmail: null, apiKey: null });
    await expect(client.user.get()).rejects.toMatchObject({ status: 400 });
    expect(standin.violations).toEqual([]);
  });

  it('answers 9106 to only an email or only a key, and records a violation', async () => {
    const standin = await startForTest();
    await expectRefusal(send(standin, '/user', { headers: { 'x-auth-email': email } }), 400, 9106);
    await expectRefusal(send(standin, '/user', { headers: { 'x-auth-key': key } }), 400, 9106);
    expect(standin.violations).toHaveLength(2);
    expect(standin.violations[0]).toContain('half of the pair');
  });

  it.each([
    ['too short', 'abc'],
    ['an old token in its place', 'a'.repeat(40)],
    ['a new token in its place', sampleToken.value],
    ['an id in its place', sampleSignIn.userId],
    ['upper-case hex', key.toUpperCase().replace(/^./, 'A')],
    ['a new key without its checksum', `cfk_${'a'.repeat(40)}`],
  ])('answers 6003 with 6103 to a malformed key: %s', async (_, secret) => {
    const standin = await startForTest();
    const body = await expectRefusal(
      send(standin, '/user', { headers: pair(email, secret) }),
      400,
      6003,
    );
    expect(body.errors[0]?.message).toBe('Invalid request headers');
    expect(body.errors[0]?.error_chain).toEqual([
      { code: 6103, message: 'Invalid format for X-Auth-Key header' },
    ]);
  });

  it('answers 6102 to a malformed email, and both codes if both are malformed', async () => {
    const standin = await startForTest();
    const one = await envelope(send(standin, '/user', { headers: pair('office at home', key) }));
    expect(one.errors[0]?.error_chain?.map(({ code }) => code)).toEqual([6102]);
    const both = await envelope(send(standin, '/user', { headers: pair('office', 'x') }));
    expect(both.errors[0]?.error_chain?.map(({ code }) => code)).toEqual([6102, 6103]);
  });

  it('answers 9103 to a well-formed but wrong key or email', async () => {
    const standin = await startForTest();
    const wrongKey = send(standin, '/user', { headers: pair(email, 'f'.repeat(37)) });
    await expectRefusal(wrongKey, 403, 9103);
    await expectRefusal(
      send(standin, '/user', { headers: pair('who@else.example', key) }),
      403,
      9103,
    );
    expect(standin.requests).toMatchObject([
      { userId: sampleSignIn.userId, keyMatches: false },
      { userId: null, keyMatches: false },
    ]);
  });

  it('accepts emails in any case and keys in the new format', async () => {
    const standin = await startForTest();
    standin.setKey(sampleSignIn.userId, sampleNewKey);
    const headers = pair(email.toUpperCase(), sampleNewKey);
    expect((await send(standin, '/user', { headers })).status).toBe(200);
    await expectRefusal(send(standin, '/user', { headers: pair(email, key) }), 403, 9103);
  });

  it('distinguishes several users', async () => {
    const other = { email: 'two@other.example', key: 'e'.repeat(37), userId: 'd'.repeat(32) };
    const standin = await startForTest({ signIns: [sampleSignIn, other] });
    const client = officialClient(standin, { apiEmail: other.email, apiKey: other.key });
    expect((await client.user.get())?.email).toBe(other.email);
    await expectRefusal(send(standin, '/user', { headers: pair(email, other.key) }), 403, 9103);
  });
});

describe('tokens', () => {
  it('verifies a known token, with code 10000 in the success message', async () => {
    const standin = await startForTest();
    const client = officialClient(standin, {
      apiEmail: null,
      apiKey: null,
      apiToken: sampleToken.value,
    });
    expect(await client.user.tokens.verify()).toMatchObject({ status: 'active' });
    const body = await envelope(
      send(standin, '/user/tokens/verify', { headers: bearer(sampleToken.value) }),
    );
    expect(body.messages).toEqual([
      { code: 10000, message: 'This API Token is valid and active', type: null },
    ]);
  });

  it('answers verify with 1000 to unknown tokens and tokens of accounts, with 1001 to a key', async () => {
    const standin = await startForTest();
    const verify = (headers: Record<string, string>) =>
      send(standin, '/user/tokens/verify', { headers });
    await expectRefusal(verify(bearer('x'.repeat(40))), 401, 1000);
    await expectRefusal(verify(bearer(sampleAccountToken.value)), 401, 1000);
    await expectRefusal(verify(keyHeaders(standin)), 400, 1001);
  });

  it.each([key, sampleNewKey, sampleNewKey.slice(0, 40), 'short', `${'x'.repeat(39)}!`])(
    'answers 6003 with 6111 to a malformed token: %s',
    async (token) => {
      const standin = await startForTest();
      const body = await expectRefusal(
        send(standin, '/user', { headers: bearer(token) }),
        400,
        6003,
      );
      expect(body.errors[0]?.error_chain?.[0]?.code).toBe(6111);
    },
  );

  it('answers 6111 to a different scheme in Authorization', async () => {
    const standin = await startForTest();
    const headers = { authorization: 'Basic b2ZmaWNlOmtleQ==' };
    await expectRefusal(send(standin, '/user', { headers }), 400, 6003);
  });

  it('lets a token with user details list organizations, but not a token of an account', async () => {
    const standin = await startForTest();
    for (const token of standin.tokens) token.permissions.userDetails = 'read';
    const list = (token: string) => send(standin, '/organizations', { headers: bearer(token) });
    expect((await list(sampleToken.value)).status).toBe(200);
    await expectRefusal(list(sampleAccountToken.value), 403, 10000);
    await expectRefusal(
      send(standin, '/user', { headers: bearer(sampleAccountToken.value) }),
      403,
      9109,
    );
  });

  it('refuses tokens for the profile and the organization, unless configured otherwise', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    const paths = [`/organizations/${id}`, `/organizations/${id}/profile`];
    for (const path of paths) {
      await expectRefusal(send(standin, path, { headers: bearer(sampleToken.value) }), 403, 10000);
    }
    standin.settings.bearer = 'accept';
    for (const path of paths) {
      expect((await send(standin, path, { headers: bearer(sampleToken.value) })).status).toBe(200);
    }
  });
});

it('refuses a request with both schemes, and records a violation', async () => {
  const standin = await startForTest();
  const client = officialClient(standin, { apiToken: sampleToken.value });
  const error: unknown = await client.user.get().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(APIError);
  expect((error as APIError).message).toContain('both credential schemes');
  expect(standin.violations).toEqual(['both credential schemes in one request: GET']);
});
