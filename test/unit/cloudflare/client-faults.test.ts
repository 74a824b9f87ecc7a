/** How the client reports every fault that the stand-in can simulate. */
import { expect, test } from 'vitest';
import type { FailureCode } from '../../../src/shared/failure';
import { type FaultMode, neverEnding, putOnly } from '../../standin/index';
import { failureIn, valueOf } from '../results';
import { organizationRef } from '../samples';
import { fields } from './sample-fields';
import { clientHarness } from './harness';

/** The expected failure of each fault, for a GET and, where different, for a PUT. */
const EXPECTED: Record<
  FaultMode,
  FailureCode | 'fine' | [get: FailureCode | 'fine', put: FailureCode | 'fine']
> = {
  '502-branded-html': 'cloudflare.unavailable',
  '502-nginx-html': 'cloudflare.unavailable',
  '503-text': 'cloudflare.unavailable',
  '504-text': 'cloudflare.unavailable',
  '500-empty': 'cloudflare.unavailable',
  '520-html': 'cloudflare.unavailable',
  '525-html': 'cloudflare.unavailable',
  '502-problem': 'cloudflare.unavailable',
  '403-problem-1020': 'cloudflare.unavailable',
  '200-html': 'cloudflare.unavailable',
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
  'put-applied-502': ['fine', 'cloudflare.unavailable'],
  '429-retry-300': 'cloudflare.rate-limited',
  '429-retry-1': 'cloudflare.rate-limited',
  '429-retry-0': 'cloudflare.rate-limited',
  '429-no-retry': 'cloudflare.rate-limited',
  '403-9103': 'sign-in.unknown',
  '403-10000': 'sign-in.refused',
  '403-10000-forbidden': 'organization.forbidden',
  '403-9109': 'sign-in.not-permitted',
  '400-6003': 'sign-in.malformed',
  '400-9106': 'sign-in.not-received',
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
  const { cloudflare, auth, id, standin, clock, outcomes } = await clientHarness();
  standin.faults.add({ mode, match: { path: '/profile' } });
  const arrived = standin.nextRequest({ path: '/profile' });
  const request =
    method === 'PUT'
      ? cloudflare.writeProfile(auth, organizationRef(id), { fields, extra: {} })
      : cloudflare.readProfile(auth, organizationRef(id));
  await arrived;
  if (neverEnding.has(mode)) {
    expect(clock.size).toBe(1);
    clock.advance(30_000);
  }
  const outcome = await request;
  expect(outcome.ok ? 'fine' : outcome.failure.code).toBe(expected);
  expect(outcomes.map((failure) => failure?.code ?? 'fine')).toHaveLength(1);
  expect(JSON.stringify(outcome)).not.toContain(auth.key);
  expect(standin.strayRequests).toEqual([]);
  expect(standin.violations).toEqual([]);
  // No timer is left running, except the one for the end of a block after a 429.
  expect(clock.size).toBe(expected === 'cloudflare.rate-limited' ? 1 : 0);
});

const MINUTE = 60_000;
/** `retry-after` as a function of now, and the wait that it asks for, in ms; null: none. */
const ASKED: [name: string, header: (now: number) => string | null, wait: number | null][] = [
  ['nothing', () => null, null],
  ['seconds', () => '120', 2 * MINUTE],
  ['a date', (now) => new Date(now + 2 * MINUTE).toUTCString(), 2 * MINUTE],
  ['0', () => '0', null],
  ['-1', () => '-1', null],
  ['a past date', (now) => new Date(now - MINUTE).toUTCString(), null],
  ['a year', () => String(365 * 24 * 3_600), 15 * MINUTE],
  ['a date in a year', (now) => new Date(now + 365 * 24 * 60 * MINUTE).toUTCString(), 15 * MINUTE],
  ['garbage', () => 'in a moment;q=1', null],
];

test.each(ASKED)('500, 502, 504 and 520 to 524 ask to wait: %s', async (_, header, wait) => {
  const { cloudflare, auth, id, standin, clock } = await clientHarness();
  clock.advance(MINUTE - (clock.now() % MINUTE));
  const retryAfter = header(clock.now());
  for (const status of [500, 502, 504, 520, 521, 522, 523, 524]) {
    standin.faults.add({ mode: '502-problem', status, retryAfter, times: 1 });
    const failure = failureIn(await cloudflare.readProfile(auth, organizationRef(id)));
    expect(failure).toMatchObject({ code: 'cloudflare.unavailable', status });
    expect(failure.errors?.[0]).toMatchObject({
      code: status,
      message: `Error ${status}: Bad gateway`,
      link: expect.stringMatching(`^https://developers\\.cloudflare\\.com/.*-${status}/$`),
    });
    expect((failure.retryAt ?? NaN) - clock.now()).toBe(wait ?? NaN);
  }
  standin.faults.add({ mode: '520-html', retryAfter, times: 1 });
  const page = failureIn(await cloudflare.readProfile(auth, organizationRef(id)));
  expect((page.retryAt ?? NaN) - clock.now()).toBe(wait ?? NaN);
  // It says nothing about the user's limit.
  valueOf(await cloudflare.readProfile(auth, organizationRef(id)));
  expect(standin.violations).toEqual([]);
});

test('a refusal and a problem of Cloudflare’s edge name the page that explains them', async () => {
  const { cloudflare, auth, id, standin } = await clientHarness();
  for (const mode of ['403-10000-forbidden', '403-problem-1020'] as const) {
    standin.faults.add({ mode, times: 1 });
    const { errors } = failureIn(await cloudflare.readProfile(auth, organizationRef(id)));
    expect(errors?.[0]?.link).toMatch(/^https:\/\/developers\.cloudflare\.com\//);
  }
});

test('after a 429, requests of that user fail without being sent until the block is over', async () => {
  const { cloudflare, auth, id, standin, clock } = await clientHarness();
  standin.faults.add({ mode: '429-retry-300', times: 1 });
  const retryAt = clock.now() + 300_000;
  expect(failureIn(await cloudflare.readProfile(auth, organizationRef(id))).retryAt).toBe(retryAt);
  expect(failureIn(await cloudflare.readProfile(auth, organizationRef(id)))).toEqual({
    code: 'cloudflare.rate-limited',
    retryAt,
  });
  expect(standin.requests).toHaveLength(1);
  clock.advance(300_000);
  valueOf(await cloudflare.readProfile(auth, organizationRef(id)));
});
