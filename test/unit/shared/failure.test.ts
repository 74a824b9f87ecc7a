/** The catalog of failures. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { FAILURES, failureSchema, recoveryOf, type FailureCode } from '../../../src/shared/failure';
import { failed, success } from '../../../src/shared/result';

test('every code can be stored and read, and defines who resolves the failure', () => {
  for (const code of Object.keys(FAILURES) as FailureCode[]) {
    expect(v.is(failureSchema, { code })).toBe(true);
    expect(['automatic', 'sign-in', 'user']).toContain(recoveryOf(code));
    expect(code).toMatch(/^[a-z-]+\.[a-z-]+$/);
  }
  expect(v.is(failureSchema, { code: 'made.up' })).toBe(false);
});

test('the app recovers automatically from all failures of the network and of Cloudflare', () => {
  for (const code of Object.keys(FAILURES) as FailureCode[]) {
    if (/^(network|cloudflare)\./.test(code)) expect(recoveryOf(code)).toBe('automatic');
    const isAutomatic = code === 'profile.just-saved';
    if (/^(profile|organization)\./.test(code))
      expect(recoveryOf(code)).toBe(isAutomatic ? 'automatic' : 'user');
  }
});

test('a stored failure keeps its details', () => {
  const { failure } = failed('cloudflare.rate-limited', { status: 429, retryAt: 5 });
  expect(failure).toEqual({ code: 'cloudflare.rate-limited', status: 429, retryAt: 5 });
  expect(v.parse(failureSchema, JSON.parse(JSON.stringify(failure)))).toEqual(failure);
  expect(success(1)).toEqual({ ok: true, value: 1 });
});
