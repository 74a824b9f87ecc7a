/** API tokens: verify, permissions, status, and the rate limit they count for. */
import { describe, expect, it } from 'vitest';
import {
  sampleAccountToken,
  sampleSignIn,
  sampleNewToken,
  sampleReadOnlyToken,
  sampleToken,
} from './index';
import {
  accountAt,
  bearer,
  envelope,
  expectRefusal,
  officialClientWith,
  send,
  startForTest,
  tokenOf,
} from './support';

const verifyPath = '/user/tokens/verify';

it('has one token of a user by default, for the sample accounts, in the new format', async () => {
  const standin = await startForTest({ accounts: 3 });
  expect(standin.tokens.map(({ ownedBy }) => ownedBy)).toEqual(['user', 'account']);
  expect(tokenOf(standin)).toEqual({ ...sampleToken, accounts: [...standin.accounts.keys()] });
  const values = [sampleToken, sampleNewToken, sampleReadOnlyToken].map(({ value }) => value);
  for (const value of values) expect(value).toMatch(/^cfut_[A-Za-z0-9]{48}$/);
  expect(new Set(values).size).toBe(3);
});

describe('verify', () => {
  it('tells id, status and dates to the official client', async () => {
    const standin = await startForTest();
    const token = tokenOf(standin);
    const client = officialClientWith(token, standin);
    expect(await client.user.tokens.verify()).toEqual({ id: token.id, status: 'active' });
    token.expiresOn = '2100-01-01T00:00:00Z';
    token.notBefore = '2099-01-01T00:00:00Z';
    expect(await client.user.tokens.verify()).toEqual({
      id: token.id,
      status: 'active',
      expires_on: token.expiresOn,
      not_before: token.notBefore,
    });
    expect(standin.requests).toMatchObject([
      { tokenId: token.id, userId: sampleSignIn.userId, keyMatches: true },
      { status: 200 },
    ]);
    expect(standin.violations).toEqual([]);
  });

  it.each(['disabled', 'expired'] as const)(
    'tells that a token is %s, or refuses it',
    async (status) => {
      const standin = await startForTest();
      const token = tokenOf(standin);
      token.status = status;
      const headers = bearer(token);
      const body = await envelope(send(standin, verifyPath, { headers }));
      expect(body).toMatchObject({ success: true, result: { id: token.id, status } });
      standin.settings.verifyInactive = 'refuse';
      await expectRefusal(send(standin, verifyPath, { headers }), 401, 1000);
    },
  );

  it('refuses a token that was removed or replaced', async () => {
    const standin = await startForTest();
    const old = { ...tokenOf(standin) };
    standin.setToken(old.id, sampleNewToken.value);
    await expectRefusal(send(standin, verifyPath, { headers: bearer(old) }), 401, 1000);
    const headers = bearer(sampleNewToken);
    expect((await send(standin, verifyPath, { headers })).status).toBe(200);
    standin.tokens.length = 0;
    await expectRefusal(send(standin, verifyPath, { headers }), 401, 1000);
    await send(standin, `/user?t=${old.value}`);
    expect(standin.violations).toEqual(['a key or token in the URL: GET']);
    expect(() => standin.setToken('none', 'x')).toThrow('none');
  });
});

describe('a token that is no longer or not yet valid', () => {
  it.each([
    { status: 'disabled' },
    { status: 'expired' },
    { expiresOn: '2026-11-01T00:00:00Z' },
    { notBefore: '2026-11-03T00:00:00Z' },
    { allowedAddresses: ['203.0.113.1'] },
  ] as const)('is refused everywhere but at verify: %o', async (change) => {
    const standin = await startForTest({ now: () => Date.parse('2026-11-02T00:00:00Z') });
    const token = Object.assign(tokenOf(standin), change);
    const headers = bearer(token);
    const paths = ['/accounts', `/accounts/${accountAt(standin, 0)}/profile`];
    for (const path of paths) await expectRefusal(send(standin, path, { headers }), 403, 10000);
    standin.settings.refusedToken = 401;
    for (const path of paths) await expectRefusal(send(standin, path, { headers }), 401, 10000);
    expect((await send(standin, verifyPath, { headers })).status).toBe(200);
  });

  it('expires by the clock of the stand-in', async () => {
    let now = Date.parse('2026-11-02T00:00:00Z');
    const standin = await startForTest({ now: () => now });
    const token = tokenOf(standin);
    token.expiresOn = '2026-11-02T00:00:01Z';
    token.allowedAddresses = ['127.0.0.1'];
    const status = async () =>
      (await send(standin, '/accounts', { headers: bearer(token) })).status;
    expect(await status()).toBe(200);
    now += 1000;
    expect(await status()).toBe(403);
    const body = await envelope(send(standin, verifyPath, { headers: bearer(token) }));
    expect(body.result).toMatchObject({ status: 'expired' });
  });
});

it('needs user details for /user and the list of organizations', async () => {
  const standin = await startForTest();
  const token = tokenOf(standin);
  const get = (path: string) => send(standin, path, { headers: bearer(token) });
  await expectRefusal(get('/user'), 403, 9109);
  await expectRefusal(get('/organizations'), 403, 10000);
  token.permissions.userDetails = 'read';
  expect((await envelope(get('/user'))).result).toMatchObject({ email: sampleSignIn.email });
  expect((await get('/organizations')).status).toBe(200);
});

describe('the rate limit', () => {
  it('counts the key and all tokens of a user together', async () => {
    const standin = await startForTest({ limits: { perUser: 3, provoked: true } });
    standin.tokens.push(sampleReadOnlyToken);
    const answers = [
      await send(standin, '/user'),
      await send(standin, '/accounts', { headers: bearer(sampleToken) }),
      await send(standin, '/accounts', { headers: bearer(sampleReadOnlyToken) }),
      await send(standin, '/accounts', { headers: bearer(sampleToken) }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect((await send(standin, '/user')).status).toBe(429);
  });

  it('counts each token of an account apart from its user', async () => {
    const standin = await startForTest({ limits: { perUser: 1, provoked: true } });
    const asAccount = () => send(standin, '/accounts', { headers: bearer(sampleAccountToken) });
    expect((await send(standin, '/user')).status).toBe(200);
    expect((await asAccount()).status).toBe(400);
    expect((await asAccount()).status).toBe(429);
    const other = { ...sampleAccountToken, id: 'other', value: `cfat_${'o'.repeat(48)}` };
    standin.tokens.push(other);
    expect((await send(standin, '/accounts', { headers: bearer(other) })).status).toBe(400);
  });
});
