/** The client against the stand-in over real HTTP. */
import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { allOrganizations } from '../../../src/main/cloudflare/all-organizations';
import { explainForbidden, isForbidden } from '../../../src/main/cloudflare/forbidden';
import type { FetchInit } from '../../../src/main/cloudflare/http';
import type { FailureCode } from '../../../src/shared/failure';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { neverEnding, putOnly, type FaultMode } from '../../standin/index';
import { clientWorld, failureIn, valueOf } from './world';

const fields = {
  business_name: 'Brightwater Ltd\r\nZwei',
  business_email: 'office@example.com',
  business_phone: '+44 20 7946 0000',
  business_address: '',
  external_metadata: '{"a": 1}\u2028 \ud83d\ude80 "quoted"',
};

test('knows whose key it is', async () => {
  const { cloudflare, auth, standin } = await clientWorld();
  const { value } = valueOf(await cloudflare.user(auth));
  expect(value).toEqual({ id: auth.userId, email: auth.email });
  expect(standin.violations).toEqual([]);
});

test('reads, writes and reads back, byte for byte, fields it does not know included', async () => {
  const { cloudflare, auth, id, standin } = await clientWorld();
  standin.setExtraFields(id, { tax_id: 'X-1', nested: { deep: [1, null] } });
  const read = valueOf(await cloudflare.readProfile(auth, id)).value;
  expect(read.fields).toEqual(standin.profileOf(id));
  expect(read.extra).toEqual({ tax_id: 'X-1', nested: { deep: [1, null] } });
  valueOf(await cloudflare.writeProfile(auth, id, { fields, extra: read.extra }));
  expect(standin.profileOf(id)).toEqual(fields);
  const again = valueOf(await cloudflare.readProfile(auth, id)).value;
  expect(again).toEqual({ fields, extra: read.extra });
  expect(standin.violations).toEqual([]);
});

test('sends one kind of credentials, a content type with PUT only, and nothing else telling', async () => {
  const { cloudflare, auth, id, standin } = await clientWorld();
  await cloudflare.readProfile(auth, id);
  await cloudflare.writeProfile(auth, id, { fields, extra: {} });
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

test('tells fetch to follow, cache and remember nothing', async () => {
  const seen: FetchInit[] = [];
  const { cloudflare, auth } = await clientWorld(
    {},
    {
      fetch: (url, init) => {
        seen.push(init);
        return fetch(url, init);
      },
    },
  );
  await cloudflare.user(auth);
  expect(seen[0]).toMatchObject({ redirect: 'manual', credentials: 'omit', cache: 'no-store' });
});

test('lists all organizations over three pages, each once', async () => {
  const { cloudflare, auth, standin } = await clientWorld({ organizations: 25 }, { pageSize: 10 });
  const all = valueOf(await allOrganizations(cloudflare, auth));
  expect(all.map(({ id }) => id).sort()).toEqual([...standin.organizations.keys()].sort());
  expect(standin.requests.map(({ query }) => query.get('page_size'))).toEqual(['10', '10', '10']);
  for (const { id, name } of all) expect(name).toBe(standin.organizations.get(id)?.name);
  expect(standin.violations).toEqual([]);
});

test('asks for the most a page may hold', async () => {
  const { cloudflare, auth, standin } = await clientWorld({ organizations: 25 });
  expect(valueOf(await allOrganizations(cloudflare, auth))).toHaveLength(25);
  expect(standin.requests.map(({ query }) => query.get('page_size'))).toEqual(['1000']);
});

test('a list that repeats its page token does not run for ever', async () => {
  const page = { organizations: [], nextPageToken: 'again' };
  const { cloudflare, auth } = await clientWorld();
  const looping = {
    ...cloudflare,
    organizations: async () => ({ ok: true as const, value: { value: page, messages: [] } }),
  };
  expect(failureIn(await allOrganizations(looping, auth)).code).toBe('cloudflare.unreadable');
});

test('an organization without a profile: 404 for the profile, but the organization is there', async () => {
  const { cloudflare, auth, id, standin } = await clientWorld();
  standin.setProfile(id, null);
  const failure = failureIn(await cloudflare.readProfile(auth, id));
  expect(failure).toMatchObject({ code: 'organization.not-found', status: 404 });
  expect(failure.ray).toMatch(/^[0-9a-f]{16}-FRA$/);
  expect(valueOf(await cloudflare.organization(auth, id)).value).toMatchObject({
    id,
    profile: null,
  });
});

test.each([
  [404, 'organization.not-found'],
  // The code decides: the stand-in answers 9109. Whether the sign-in is dead, GET /user tells.
  [403, 'sign-in.not-permitted'],
] as const)('an unknown organization that answers %i', async (status, code) => {
  const { cloudflare, auth } = await clientWorld({ unknownOrganization: status });
  const failure = failureIn(await cloudflare.organization(auth, 'f'.repeat(32)));
  expect(failure).toMatchObject({ status, code });
  if (status !== 403) return;
  expect(isForbidden(failure)).toBe(true);
  const explained = await explainForbidden(cloudflare, auth, failure);
  expect(explained).toMatchObject({ status, code: 'organization.forbidden' });
});

test('an id of another shape never leaves the computer', async () => {
  const { cloudflare, auth, standin } = await clientWorld();
  for (const id of ['', '.', '..', 'x/y', 'A'.repeat(32), '0'.repeat(31)]) {
    expect(failureIn(await cloudflare.readProfile(auth, id)).code).toBe('organization.invalid-id');
    expect(failureIn(await cloudflare.organization(auth, id)).code).toBe('organization.invalid-id');
  }
  expect(standin.requests).toEqual([]);
});

test('a wrong key, and sign-ins that fit no header', async () => {
  const { cloudflare, auth, standin } = await clientWorld();
  const unknown = failureIn(await cloudflare.user({ ...auth, key: 'a'.repeat(37) }));
  expect(unknown).toMatchObject({ code: 'sign-in.unknown', status: 403 });
  const short = failureIn(await cloudflare.user({ ...auth, key: 'short' }));
  expect(short).toMatchObject({ code: 'sign-in.malformed-key', status: 400 });
  const sent = standin.requests.length;
  const cases: [Partial<typeof auth>, FailureCode][] = [
    [{ key: '' }, 'sign-in.missing'],
    [{ email: '' }, 'sign-in.missing'],
    [{ key: 'schlüssel\u2013' }, 'sign-in.malformed-key'],
    [{ key: 'two\nlines' }, 'sign-in.malformed-key'],
    [{ email: 'büro@example.com' }, 'sign-in.malformed-email'],
  ];
  for (const [wrong, code] of cases) {
    expect(failureIn(await cloudflare.user({ ...auth, ...wrong })).code).toBe(code);
  }
  expect(standin.requests).toHaveLength(sent);
});

test('organizations not enabled: the list is refused although the sign-in works', async () => {
  const { cloudflare, auth, standin } = await clientWorld({ organizationsEnabled: false });
  const failure = failureIn(await allOrganizations(cloudflare, auth));
  expect(failure).toMatchObject({ status: 403, code: 'organizations.not-enabled' });
  expect(standin.requests.map(({ route }) => route)).toEqual(['/organizations', '/user']);
});

test('a list that is refused because the sign-in is dead says so', async () => {
  const { cloudflare, auth, standin } = await clientWorld({ organizationsEnabled: false });
  standin.faults.add({ mode: '403-10000', match: { path: '/user' } });
  expect(failureIn(await allOrganizations(cloudflare, auth)).code).toBe('sign-in.refused');
});

/** What every fault must become, for a GET and, where it differs, for a PUT. */
const EXPECTED: Record<
  FaultMode,
  FailureCode | 'fine' | [get: FailureCode | 'fine', put: FailureCode | 'fine']
> = {
  '502-branded-html': 'cloudflare.trouble',
  '502-nginx-html': 'cloudflare.trouble',
  '503-text': 'cloudflare.trouble',
  '504-text': 'cloudflare.trouble',
  '500-empty': 'cloudflare.trouble',
  '520-html': 'cloudflare.trouble',
  '525-html': 'cloudflare.trouble',
  '200-html': 'cloudflare.trouble',
  '200-portal-html': 'network.intercepted',
  '200-success-false': 'cloudflare.unreadable',
  '200-result-null': ['cloudflare.unreadable', 'fine'],
  'truncated-json': 'cloudflare.unreadable',
  'cut-body': 'network.interrupted',
  'stalled-body': 'network.timed-out',
  'stalled-headers': 'network.timed-out',
  reset: 'network.interrupted',
  'redirect-307': 'network.redirected',
  'put-reply-lost': ['fine', 'network.interrupted'],
  'put-reply-stalled': ['fine', 'network.timed-out'],
  'put-applied-502': ['fine', 'cloudflare.trouble'],
  '429-retry-300': 'cloudflare.rate-limited',
  '429-retry-1': 'cloudflare.rate-limited',
  '429-retry-0': 'cloudflare.rate-limited',
  '429-no-retry': 'cloudflare.rate-limited',
  '403-9103': 'sign-in.unknown',
  '403-10000': 'sign-in.refused',
  '403-9109': 'sign-in.not-permitted',
  '400-6003': 'sign-in.malformed',
  '400-9106': 'sign-in.missing',
  'validation-error': ['fine', 'profile.refused'],
  'odd-errors-object': ['cloudflare.unreadable', 'profile.refused'],
  'odd-errors-entries': ['cloudflare.unreadable', 'profile.refused'],
  'stores-differently': 'fine',
  'success-messages': 'fine',
};

const faults = Object.entries(EXPECTED).flatMap(([mode, expected]) => {
  const [get, put] = Array.isArray(expected) ? expected : [expected, expected];
  return [
    { mode: mode as FaultMode, method: 'GET', expected: get },
    { mode: mode as FaultMode, method: 'PUT', expected: put },
  ].filter(({ method }) => method === 'PUT' || !putOnly.has(mode as FaultMode));
});

test.each(faults)('$mode on a $method is $expected', async ({ mode, method, expected }) => {
  const { cloudflare, auth, id, standin, clock, heard } = await clientWorld();
  standin.faults.add({ mode, match: { path: '/profile' } });
  const arrived = standin.nextRequest({ path: '/profile' });
  const request =
    method === 'PUT'
      ? cloudflare.writeProfile(auth, id, { fields, extra: {} })
      : cloudflare.readProfile(auth, id);
  await arrived;
  if (neverEnding.has(mode)) {
    expect(clock.size).toBe(1);
    clock.advance(30_000);
  }
  const outcome = await request;
  expect(outcome.ok ? 'fine' : outcome.failure.code).toBe(expected);
  expect(heard.map((failure) => failure?.code ?? 'fine')).toHaveLength(1);
  expect(JSON.stringify(outcome)).not.toContain(auth.key);
  expect(standin.strayRequests).toEqual([]);
  expect(standin.violations).toEqual([]);
  // Nothing is left behind that could fire later, but what tells the end of a block.
  expect(clock.size).toBe(expected === 'cloudflare.rate-limited' ? 1 : 0);
});

test('what Cloudflare says about a field stands beside that field', async () => {
  const { cloudflare, auth, id, standin } = await clientWorld();
  standin.faults.add({ mode: 'validation-error' });
  const failure = failureIn(await cloudflare.writeProfile(auth, id, { fields, extra: {} }));
  expect(failure.errors?.map(({ code, field }) => [code, field])).toEqual([
    [1004, 'business_email'],
    [1007, null],
    [1008, null],
  ]);
  expect(failure.errors?.[0]?.link).toMatch(/^https:\/\/developers\.cloudflare\.com\//);
  expect(failure.errors?.[1]?.link).toBeNull();
  expect(failure.messages).toHaveLength(1);
});

test('messages of successes are kept, of a PUT too', async () => {
  const { cloudflare, auth, id, standin } = await clientWorld();
  standin.faults.add({ mode: 'success-messages' });
  const read = valueOf(await cloudflare.readProfile(auth, id));
  const write = valueOf(await cloudflare.writeProfile(auth, id, { fields, extra: {} }));
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

test('after a 429 that user waits until it is over, without asking again', async () => {
  const { cloudflare, auth, id, standin, clock } = await clientWorld();
  standin.faults.add({ mode: '429-retry-300', times: 1 });
  const retryAt = clock.now() + 300_000;
  expect(failureIn(await cloudflare.readProfile(auth, id)).retryAt).toBe(retryAt);
  expect(failureIn(await cloudflare.readProfile(auth, id))).toEqual({
    code: 'cloudflare.rate-limited',
    retryAt,
  });
  expect(standin.requests).toHaveLength(1);
  clock.advance(300_000);
  valueOf(await cloudflare.readProfile(auth, id));
});

test.each(['stalled-headers', 'stalled-body'] as const)('can be aborted while %s', async (mode) => {
  const { cloudflare, auth, id, standin, clock } = await clientWorld();
  standin.faults.add({ mode });
  const controller = new AbortController();
  const arrived = standin.nextRequest({});
  const request = cloudflare.readProfile(auth, id, { signal: controller.signal });
  await arrived;
  controller.abort();
  expect(failureIn(await request).code).toBe('app.stopping');
  expect(clock.size).toBe(0);
  const again = await cloudflare.readProfile(auth, id, { signal: controller.signal });
  expect(failureIn(again).code).toBe('app.stopping');
  expect(standin.requests).toHaveLength(1);
});

test('nothing stays behind on a signal that lives as long as the app', async () => {
  const { cloudflare, auth, id, standin } = await clientWorld();
  const { signal } = new AbortController();
  valueOf(await cloudflare.readProfile(auth, id, { signal }));
  standin.faults.add({ mode: 'reset' });
  failureIn(await cloudflare.readProfile(auth, id, { signal }));
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a fetch that ignores its signal keeps nobody waiting', async () => {
  const { cloudflare, auth, clock } = await clientWorld(
    {},
    { fetch: () => new Promise(() => undefined) },
  );
  const controller = new AbortController();
  const first = cloudflare.user(auth, { signal: controller.signal });
  const second = cloudflare.user(auth);
  await Promise.resolve();
  controller.abort();
  expect(failureIn(await first).code).toBe('app.stopping');
  clock.advance(30_000);
  expect(failureIn(await second).code).toBe('network.timed-out');
});

test('a fetch that throws at once is a failure too', async () => {
  const thrower = (): never => {
    throw new TypeError('Failed to parse URL');
  };
  const { cloudflare, auth } = await clientWorld({}, { fetch: thrower });
  expect(failureIn(await cloudflare.user(auth)).code).toBe('network.interrupted');
});

test('nobody listens, nobody resolves', async () => {
  const { cloudflare, auth, standin } = await clientWorld();
  await standin.goOffline();
  expect(failureIn(await cloudflare.user(auth)).code).toBe('network.unreachable');
  expect(failureIn(await cloudflare.probe()).code).toBe('network.unreachable');
  await standin.goOnline();
  expect(valueOf(await cloudflare.probe())).toBeNull();
});

test('an answer without end is given up', async () => {
  const server = createServer((_request, response) => {
    const chunk = Buffer.alloc(4_000_000, ' ');
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): boolean => response.write(chunk, () => response.destroyed || more());
    response.on('error', () => undefined);
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { cloudflare, auth } = await clientWorld({}, { baseUrl: `http://127.0.0.1:${port}` });
  expect(failureIn(await cloudflare.user(auth)).code).toBe('cloudflare.unreadable');
});

test('a probe carries no sign-in, and any answer of Cloudflare counts', async () => {
  const { cloudflare, standin, heard } = await clientWorld();
  valueOf(await cloudflare.probe());
  expect(standin.requests[0]?.headers).not.toHaveProperty('x-auth-key');
  expect(standin.requests[0]?.headers).not.toHaveProperty('x-auth-email');
  for (const mode of ['502-branded-html', '429-retry-1'] as const) {
    const remove = standin.faults.add({ mode });
    valueOf(await cloudflare.probe());
    remove();
  }
  standin.faults.add({ mode: '200-portal-html' });
  expect(failureIn(await cloudflare.probe()).code).toBe('network.intercepted');
  expect(heard).toHaveLength(4);
});

test('an empty profile can be written', async () => {
  const { cloudflare, auth, id, standin } = await clientWorld();
  valueOf(await cloudflare.writeProfile(auth, id, { fields: EMPTY_PROFILE, extra: {} }));
  expect(standin.profileOf(id)).toEqual(EMPTY_PROFILE);
});
