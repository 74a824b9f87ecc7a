/** When a request gets its key: after every wait for the rate limit, and never before. */
import { expect, test, vi } from 'vitest';
import { ifResolved } from '../../../src/main/lib/promises';
import type { Reservation } from '../../../src/main/rate-limit';
import type { RateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import type { Authorization } from '../../../src/main/cloudflare/types';
import { failed, success, type Result } from '../../../src/shared/result';
import { eventLoopTurns } from '../event-loop';
import { valueOf } from '../results';
import { organizationRef } from '../samples';
import { clientHarness } from './harness';

const USER = 'user';

/** Reserves requests until no more is free. Returns how many there were, and a function that frees them. */
async function reserveAll(limiter: RateLimiter) {
  const reserved: Reservation[] = [];
  const stop = new AbortController();
  for (;;) {
    const one = await ifResolved(limiter.reserve(USER, 1, 'person', stop.signal));
    if (!one) break;
    reserved.push(valueOf(one));
  }
  stop.abort();
  const release = (): void => reserved.forEach((one) => one.release());
  return { count: reserved.length, release };
}

/** How many requests are free. */
async function freeRequests(limiter: RateLimiter): Promise<number> {
  const { count, release } = await reserveAll(limiter);
  release();
  return count;
}

test('asks for the key only when the request may go out', async () => {
  const { cloudflare, limiter, auth, id } = await clientHarness();
  const authorize = vi.fn(async () => success(auth));
  const reserved = await reserveAll(limiter);
  const reading = cloudflare.readProfile({ userId: USER, authorize }, organizationRef(id));
  await eventLoopTurns();
  expect(authorize).not.toHaveBeenCalled();
  reserved.release();
  valueOf(await reading);
  expect(authorize).toHaveBeenCalledTimes(1);
});

/** Answers at once with the key, the first time only when `answer` is called. */
function slowAuthorize(auth: Authorization) {
  let answer: (outcome: Result<Authorization>) => void = () => {};
  const authorize = vi.fn(async (): Promise<Result<Authorization>> => success(auth));
  authorize.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  return { authorize, answer: () => answer(success(auth)) };
}

test('while the keychain is asked, other requests may go out, and then the key is asked for again', async () => {
  const { cloudflare, limiter, auth, id } = await clientHarness();
  const free = await freeRequests(limiter);
  const { authorize, answer } = slowAuthorize(auth);
  const reading = cloudflare.readProfile({ userId: USER, authorize }, organizationRef(id));
  await eventLoopTurns();
  const reserved = await reserveAll(limiter);
  expect(reserved.count).toBe(free);
  answer();
  await eventLoopTurns();
  expect(authorize).toHaveBeenCalledTimes(1);
  reserved.release();
  valueOf(await reading);
  expect(authorize).toHaveBeenCalledTimes(2);
});

test('sends no key that took long to get, if the keychain refuses it afterwards', async () => {
  const { cloudflare, limiter, auth, id, standin } = await clientHarness();
  const reservation = valueOf(await limiter.reserve(USER, 1, 'person'));
  const { authorize, answer } = slowAuthorize(auth);
  authorize.mockResolvedValue(failed('keychain.locked'));
  const reading = cloudflare.readProfile({ userId: USER, authorize }, organizationRef(id), {
    reservation,
  });
  await eventLoopTurns();
  answer();
  expect(await reading).toEqual(failed('keychain.locked'));
  expect(standin.requests).toEqual([]);
});

test.each([
  ['the keychain refuses', async () => failed('keychain.locked'), 'keychain.locked'],
  [
    'the key cannot be sent',
    async () => success({ kind: 'key' as const, email: 'e', key: 'ä', userId: '' }),
    'sign-in.malformed-key',
  ],
] as const)('reserves nothing after %s', async (_reason, authorize, code) => {
  const { cloudflare, limiter, id, standin } = await clientHarness();
  const free = await freeRequests(limiter);
  const outcome = await cloudflare.readProfile({ userId: USER, authorize }, organizationRef(id));
  expect(outcome).toEqual(failed(code));
  expect(await freeRequests(limiter)).toBe(free);
  expect(standin.requests).toEqual([]);
});

test('stops waiting for the keychain when it is aborted', async () => {
  const { cloudflare, limiter, id } = await clientHarness();
  const free = await freeRequests(limiter);
  const controller = new AbortController();
  const authorize = () => new Promise<never>(() => {});
  const { signal } = controller;
  const reading = cloudflare.readProfile({ userId: USER, authorize }, organizationRef(id), {
    signal,
  });
  await eventLoopTurns();
  controller.abort();
  expect(await reading).toEqual(failed('app.stopping'));
  expect(await freeRequests(limiter)).toBe(free);
});

test('a request that may not go out after its wait gives back what it was granted', async () => {
  let isMoved = false;
  const blocked = () => (isMoved ? ({ code: 'database.moved' } as const) : null);
  const { cloudflare, limiter, auth, id } = await clientHarness({}, { blocked });
  const authorizer = { userId: USER, authorize: async () => success(auth) };
  const free = await freeRequests(limiter);
  const reserved = await reserveAll(limiter);
  const reading = cloudflare.readProfile(authorizer, organizationRef(id));
  await eventLoopTurns();
  isMoved = true;
  reserved.release();
  expect(await reading).toEqual(failed('database.moved'));
  expect(await freeRequests(limiter)).toBe(free);
});

test('a request with the wrong kind of sign-in gives back what it was granted', async () => {
  const { cloudflare, limiter, token, id } = await clientHarness();
  const authorizer = { userId: USER, authorize: async () => success(token) };
  const free = await freeRequests(limiter);
  const read = await cloudflare.readProfile(authorizer, organizationRef(id));
  expect(read).toEqual(failed('sign-in.wrong-kind'));
  expect(await freeRequests(limiter)).toBe(free);
});
