/**
 * The calls of the Cloudflare client, over real HTTP to the stand-in (a fake Cloudflare API
 * server).
 */
import { expect, test } from 'vitest';
import { explainForbidden, isForbidden } from '../../../src/main/cloudflare/forbidden';
import type { FailureCode } from '../../../src/shared/failure';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { failureIn, valueOf } from '../results';
import { organizationRef } from '../samples';
import { fields } from './sample-fields';
import { clientHarness } from './harness';

test('identifies the Cloudflare user of an API key', async () => {
  const { cloudflare, auth, standin } = await clientHarness();
  const { value } = valueOf(await cloudflare.user(auth));
  expect(value).toEqual({ id: auth.userId, email: auth.email });
  expect(standin.violations).toEqual([]);
});

test('reads, writes and reads back byte for byte, including unknown fields', async () => {
  const { cloudflare, auth, id, standin } = await clientHarness();
  standin.setExtraFields(id, { tax_id: 'X-1', nested: { deep: [1, null] } });
  const read = valueOf(await cloudflare.readProfile(auth, organizationRef(id))).value;
  expect(read.fields).toEqual(standin.profileOf(id));
  expect(read.extra).toEqual({ tax_id: 'X-1', nested: { deep: [1, null] } });
  valueOf(await cloudflare.writeProfile(auth, organizationRef(id), { fields, extra: read.extra }));
  expect(standin.profileOf(id)).toEqual(fields);
  const again = valueOf(await cloudflare.readProfile(auth, organizationRef(id))).value;
  expect(again).toEqual({ fields, missing: [], extra: read.extra });
  expect(standin.violations).toEqual([]);
});

test('sends a key and no token, a content type only with PUT, a plain user agent and no cookies', async () => {
  const { cloudflare, auth, id, standin } = await clientHarness();
  await cloudflare.readProfile(auth, organizationRef(id));
  await cloudflare.writeProfile(auth, organizationRef(id), { fields, extra: {} });
  const [read, write] = standin.requests;
  expect(read?.headers['content-type']).toBeUndefined();
  expect(write?.headers['content-type']).toBe('application/json');
  for (const request of [read, write]) {
    expect(request?.keyMatches).toBe(true);
    expect(request?.headers).not.toHaveProperty('authorization');
    expect(request?.headers).not.toHaveProperty('cookie');
    expect(request?.headers['accept']).toBe('application/json');
    expect(request?.headers['user-agent']).toBe('Letterhead');
  }
});

test('reports 404 for a missing profile although the organization exists', async () => {
  const { cloudflare, auth, id, standin } = await clientHarness();
  standin.setProfile(id, null);
  const failure = failureIn(await cloudflare.readProfile(auth, organizationRef(id)));
  expect(failure).toMatchObject({ code: 'organization.not-found', status: 404 });
  expect(failure.ray).toMatch(/^[0-9a-f]{16}-FRA$/);
  expect(valueOf(await cloudflare.entry(auth, organizationRef(id))).value).toMatchObject({
    id,
  });
});

test.each([
  [404, 'organization.not-found'],
  // The stand-in's error code is 9109. `explainForbidden` finds out that the sign-in works.
  [403, 'sign-in.not-permitted'],
] as const)('reports an unknown organization when the API returns %i', async (status, code) => {
  const { cloudflare, auth, authorizer } = await clientHarness({ unknownOrganization: status });
  const failure = failureIn(await cloudflare.entry(auth, organizationRef('f'.repeat(32))));
  expect(failure).toMatchObject({ status, code });
  if (status !== 403) return;
  expect(isForbidden(failure)).toBe(true);
  const explained = await explainForbidden(cloudflare, authorizer, failure, 'organization');
  expect(explained).toMatchObject({ status, code: 'organization.forbidden' });
});

test('never sends an organization id of the wrong shape', async () => {
  const { cloudflare, auth, standin } = await clientHarness();
  for (const id of ['', '.', '..', 'x/y', 'A'.repeat(32), '0'.repeat(31)]) {
    expect(failureIn(await cloudflare.readProfile(auth, organizationRef(id))).code).toBe(
      'organization.invalid-id',
    );
    expect(failureIn(await cloudflare.entry(auth, organizationRef(id))).code).toBe(
      'organization.invalid-id',
    );
  }
  expect(standin.requests).toEqual([]);
});

test('reports a wrong key, and never sends what does not fit a header', async () => {
  const { cloudflare, auth, standin } = await clientHarness();
  const unknown = failureIn(await cloudflare.user({ ...auth, key: 'a'.repeat(37) }));
  expect(unknown).toMatchObject({ code: 'sign-in.unknown', status: 403 });
  const short = failureIn(await cloudflare.user({ ...auth, key: 'short' }));
  expect(short).toMatchObject({ code: 'sign-in.malformed-key', status: 400 });
  const sent = standin.requests.length;
  const cases: [Partial<typeof auth>, FailureCode][] = [
    [{ key: '' }, 'sign-in.not-received'],
    [{ email: '' }, 'sign-in.not-received'],
    [{ key: 'schlüssel\u2013' }, 'sign-in.malformed-key'],
    [{ key: 'two\nlines' }, 'sign-in.malformed-key'],
    [{ email: 'büro@example.com' }, 'sign-in.malformed-email'],
  ];
  for (const [wrong, code] of cases) {
    expect(failureIn(await cloudflare.user({ ...auth, ...wrong })).code).toBe(code);
  }
  expect(standin.requests).toHaveLength(sent);
});

test("assigns Cloudflare's remarks about a field to that field", async () => {
  const { cloudflare, auth, id, standin } = await clientHarness();
  standin.faults.add({ mode: 'validation-error' });
  const failure = failureIn(
    await cloudflare.writeProfile(auth, organizationRef(id), { fields, extra: {} }),
  );
  expect(failure.errors?.map(({ code, field }) => [code, field])).toEqual([
    [1004, 'business_email'],
    [1007, null],
    [1008, null],
  ]);
  expect(failure.errors?.[0]?.link).toMatch(/^https:\/\/developers\.cloudflare\.com\//);
  expect(failure.errors?.[1]?.link).toBeNull();
  expect(failure.messages).toHaveLength(1);
});

test('returns the messages of successful calls, including a PUT', async () => {
  const { cloudflare, auth, id, standin } = await clientHarness();
  standin.faults.add({ mode: 'success-messages' });
  const read = valueOf(await cloudflare.readProfile(auth, organizationRef(id)));
  const write = valueOf(
    await cloudflare.writeProfile(auth, organizationRef(id), { fields, extra: {} }),
  );
  for (const { messages } of [read, write]) {
    expect(messages).toEqual([
      {
        code: 1100,
        message: 'This endpoint is in public beta and may change.',
        field: null,
        link: 'https://developers.cloudflare.com/fundamentals/organizations/',
      },
    ]);
  }
});

test('writes an empty profile', async () => {
  const { cloudflare, auth, id, standin } = await clientHarness();
  valueOf(
    await cloudflare.writeProfile(auth, organizationRef(id), { fields: EMPTY_PROFILE, extra: {} }),
  );
  expect(standin.profileOf(id)).toEqual(EMPTY_PROFILE);
});

test.each([
  ['a read', 'GET'],
  ['a write', 'PUT'],
])('the answer of %s that a computer delivers after its sleep is too late', async (_, method) => {
  const { cloudflare, auth, id, standin, clock } = await clientHarness();
  const ref = organizationRef(id);
  const hold = standin.hold({ method, path: '/profile' }, 'after');
  const request =
    method === 'PUT'
      ? cloudflare.writeProfile(auth, ref, { fields, extra: {} })
      : cloudflare.readProfile(auth, ref);
  await hold.arrived;
  clock.sleep(30_001);
  hold.release();
  expect(failureIn(await request).code).toBe('network.timed-out');
});
