/** Requests with an API token over real HTTP: its verification, and what is sent of it. */
import { expect, test } from 'vitest';
import { checkAuthorization, explainForbidden } from '../../../src/main/cloudflare/forbidden';
import type { FailureCode } from '../../../src/shared/failure';
import { sampleAccountToken, sampleToken } from '../../standin';
import { failureIn, valueOf } from '../results';
import { accountRef, organizationRef } from '../samples';
import { fields } from './sample-fields';
import { always, clientHarness, tokenAuth } from './harness';
import { answerOf } from './node-fetch';

const EXPIRY = '2099-11-24T15:30:00Z';

test('identifies a token, and says when it expires', async () => {
  const { cloudflare, token, standin } = await clientHarness();
  expect(valueOf(await cloudflare.token(token)).value).toEqual({
    id: sampleToken.id,
    expiresAt: null,
  });
  standin.tokens[0]!.expiresOn = EXPIRY;
  expect(valueOf(await cloudflare.token(token)).value.expiresAt).toBe(Date.parse(EXPIRY));
  expect(standin.violations).toEqual([]);
});

test.each<[string, FailureCode]>([
  ['disabled', 'token.disabled'],
  ['expired', 'token.expired'],
])(
  'a token that Cloudflare calls %s fails with %s, although the answer is a success',
  async (status, code) => {
    const { cloudflare, token, standin } = await clientHarness();
    standin.tokens[0]!.status = status as 'disabled' | 'expired';
    expect(failureIn(await cloudflare.token(token)).code).toBe(code);
  },
);

test('an active token that is past its time has expired', async () => {
  const { cloudflare, token } = await clientHarness({
    tokens: [{ ...sampleToken, expiresOn: '2020-01-01T00:00:00Z' }],
  });
  expect(failureIn(await cloudflare.token(token)).code).toBe('token.expired');
});

test.each([401, 403] as const)(
  'an unknown token fails with token.unknown, whether requests answer 401 or 403: %i',
  async (refusedToken) => {
    const { cloudflare, token, accountId } = await clientHarness({ refusedToken });
    const unknown = { ...token, key: `cfut_${'0'.repeat(48)}` };
    expect(failureIn(await cloudflare.token(unknown)).code).toBe('token.unknown');
    const refused = failureIn(await cloudflare.readProfile(unknown, accountRef(accountId)));
    const explained = await explainForbidden(cloudflare, always(unknown), refused, 'account');
    expect(explained.code).toBe('token.unknown');
  },
);

test('a token that an account owns cannot be verified', async () => {
  const { cloudflare } = await clientHarness();
  const failure = failureIn(await cloudflare.token(tokenAuth(sampleAccountToken)));
  expect(failure.code).toBe('token.unknown');
});

test('a malformed token fails with token.malformed; one that fits no header is never sent', async () => {
  const { cloudflare, token, standin } = await clientHarness();
  const short = failureIn(await cloudflare.token({ ...token, key: 'short' }));
  expect(short).toMatchObject({ code: 'token.malformed', status: 400 });
  const sent = standin.requests.length;
  const cases: [string, FailureCode][] = [
    ['', 'sign-in.not-received'],
    ['schlüssel', 'token.malformed'],
    ['two\nlines', 'token.malformed'],
    [`${token.key} `, 'token.malformed'],
  ];
  for (const [key, code] of cases) {
    expect(failureIn(await cloudflare.token({ ...token, key })).code).toBe(code);
  }
  expect(standin.requests).toHaveLength(sent);
});

test('never sends both schemes, whatever the authorization contains', async () => {
  const { cloudflare, auth, token, accountId, id, standin } = await clientHarness();
  const mixed = { ...token, email: auth.email };
  valueOf(await cloudflare.token(mixed));
  valueOf(await cloudflare.list(mixed, 'account', null));
  valueOf(await cloudflare.entry(mixed, accountRef(accountId)));
  valueOf(await cloudflare.readProfile(mixed, accountRef(accountId)));
  valueOf(await cloudflare.writeProfile(mixed, accountRef(accountId), { fields, extra: {} }));
  expect(standin.requests).toHaveLength(5);
  for (const { headers, tokenId } of standin.requests) {
    expect(tokenId).toBe(sampleToken.id);
    expect(headers).not.toHaveProperty('x-auth-key');
    expect(headers).not.toHaveProperty('x-auth-email');
  }
  standin.requests.length = 0;
  valueOf(await cloudflare.readProfile(auth, organizationRef(id)));
  await cloudflare.probe();
  const [withKey, probe] = standin.requests;
  expect(withKey?.headers).toHaveProperty('x-auth-key');
  expect(withKey?.headers).not.toHaveProperty('authorization');
  for (const name of ['authorization', 'x-auth-key', 'x-auth-email']) {
    expect(probe?.headers).not.toHaveProperty(name);
  }
});

test('checks a token with its verification, and a key with its user', async () => {
  const { cloudflare, token, authorizer, standin } = await clientHarness();
  valueOf(await checkAuthorization(cloudflare, always(token), 'account'));
  valueOf(await checkAuthorization(cloudflare, authorizer, 'organization'));
  expect(standin.requests.map(({ route }) => route)).toEqual(['/user/tokens/verify', '/user']);
});

test('no failure of a request contains the token, even if the answer does', async () => {
  const errors = [
    { code: 1, message: `no rights: ${sampleToken.value}` },
    { code: 2, message: `Authorization: Bearer ${sampleToken.value.toUpperCase()}` },
  ];
  const body = JSON.stringify({ success: false, errors, messages: errors, result: null });
  const { cloudflare, token, accountId } = await clientHarness(
    {},
    { fetch: async () => answerOf(new Response(body, { status: 400 })) },
  );
  const failure = failureIn(await cloudflare.readProfile(token, accountRef(accountId)));
  expect(failure.errors?.map(({ message }) => message)).toEqual([
    'no rights: \u2026',
    'Authorization: Bearer \u2026',
  ]);
  expect(JSON.stringify(failure)).not.toContain(token.key.slice(5));
});

test('a token is never sent to an organization, nor a key to an account', async () => {
  const { cloudflare, auth, token, standin } = await clientHarness();
  const [account] = standin.accounts.keys();
  const [organization] = standin.organizations.keys();
  for (const outcome of [
    await cloudflare.readProfile(token, organizationRef(organization!)),
    await cloudflare.readProfile(auth, accountRef(account!)),
  ]) {
    expect(failureIn(outcome).code).toBe('sign-in.wrong-kind');
  }
  expect(standin.requests).toEqual([]);
});
