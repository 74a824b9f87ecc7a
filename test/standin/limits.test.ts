/** The rate limits and their headers. */
import { describe, expect, it } from 'vitest';
import { sampleSignIn } from './index';
import { expectRefusal, keyHeaders, send, startForTest } from './support';

const other = { email: 'two@other.example', key: 'e'.repeat(37), userId: 'd'.repeat(32) };
const asOther = { 'x-auth-email': other.email, 'x-auth-key': other.key };

/** A stand-in with a clock that the test controls. */
async function withClock(limits: object) {
  const clock = { now: 1_000_000 };
  const signIns = [sampleSignIn, other];
  const standin = await startForTest({ limits, signIns, now: () => clock.now });
  return { standin, clock };
}

it('sends the policy and the remaining requests with every answer', async () => {
  const { standin, clock } = await withClock({});
  const left = async (headers?: Record<string, string>) => {
    const answer = await send(standin, '/user', headers ? { headers } : {});
    expect(answer.headers.get('ratelimit-policy')).toBe('"default";q=1200;w=300');
    expect(answer.headers.get('cf-ray')).toMatch(/^[0-9a-f]{16}-[A-Z]{3}$/);
    expect(answer.headers.get('retry-after')).toBeNull();
    return answer.headers.get('ratelimit');
  };
  expect(await left()).toBe('"default";r=1199;t=300');
  clock.now += 10_500;
  expect(await left()).toBe('"default";r=1198;t=290');
  expect(await left(asOther)).toBe('"default";r=1199;t=300');
  expect(await left({})).toBe('"default";r=1200;t=300');
  clock.now += 300_000;
  expect(await left()).toBe('"default";r=1199;t=300');
});

it('counts a request that a test holds when it arrives, not when it is released', async () => {
  const { standin, clock } = await withClock({ perUser: 1 });
  const held = standin.hold({ method: 'GET' });
  const first = send(standin, '/user');
  await held.arrived;
  clock.now += 300_000;
  expect((await send(standin, '/user')).status).toBe(200);
  held.release();
  expect((await first).status).toBe(200);
  expect(standin.violations).toEqual([]);
});

describe('a client that exceeds a limit', () => {
  it.each([{ perUser: 1 }, { perAddress: 1 }])('commits a violation: %o', async (limits) => {
    const { standin } = await withClock(limits);
    await send(standin, '/user');
    expect(standin.violations).toEqual([]);
    await send(standin, '/user');
    await send(standin, '/user');
    const violation = 'rate limit exceeded: GET';
    expect(standin.violations).toEqual([violation, violation]);
  });

  it('commits no violation if the test expects it', async () => {
    const { standin } = await withClock({ perUser: 1, provoked: true });
    await send(standin, '/user');
    expect((await send(standin, '/user')).status).toBe(429);
    expect(standin.violations).toEqual([]);
  });

  it('commits no violation when the 429 is a fault', async () => {
    const { standin } = await withClock({});
    standin.faults.add({ mode: '429-retry-300', times: 1 });
    expect((await send(standin, '/user')).status).toBe(429);
    expect(standin.violations).toEqual([]);
  });
});

describe('over a user limit', () => {
  it('refuses all requests of that user during the block, and of no one else', async () => {
    const { standin, clock } = await withClock({ perUser: 2 });
    const status = async () => (await send(standin, '/user')).status;
    expect([await status(), await status()]).toEqual([200, 200]);
    await expectRefusal(send(standin, '/user'), 429, 971);
    clock.now += 100_100;
    const refused = await send(standin, '/organizations');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('200');
    expect(refused.headers.get('ratelimit')).toBe('"default";r=0;t=200');
    expect((await send(standin, '/user', { headers: asOther })).status).toBe(200);
    clock.now += 199_899;
    expect(await status()).toBe(429);
    clock.now += 1;
    expect(await status()).toBe(200);
  });

  it('blocks nothing if the window ends before the limit is exceeded', async () => {
    const { standin, clock } = await withClock({ perUser: 2 });
    for (let turn = 0; turn < 6; turn += 1) {
      expect((await send(standin, '/user')).status).toBe(200);
      clock.now += 150_000;
    }
  });
});

it('refuses all users, known or not, at an IP address over its limit', async () => {
  const { standin, clock } = await withClock({ perAddress: 3, blockMs: 60_000 });
  const headers = [keyHeaders(standin), asOther, {}];
  for (const some of headers) await send(standin, '/user', { headers: some });
  for (const some of headers) {
    const refused = await send(standin, '/user', { headers: some });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('60');
  }
  clock.now += 60_000;
  expect((await send(standin, '/user')).status).toBe(200);
});

it('uses Cloudflare’s limits by default, and can disable them', async () => {
  const standin = await startForTest({ now: () => 0 });
  expect(standin.settings.limits).toMatchObject({
    perUser: 1200,
    perAddress: 200,
    blockMs: 300_000,
  });
  const statuses = new Set<number>();
  for (let turn = 0; turn < 200; turn += 1) statuses.add((await send(standin, '/user')).status);
  expect([...statuses]).toEqual([200]);
  expect((await send(standin, '/user')).status).toBe(429);
  standin.settings.limits = false;
  const free = await send(standin, '/user');
  expect(free.status).toBe(200);
  expect(free.headers.has('ratelimit')).toBe(true);
});
