/** The catalogue of failures. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import {
  failed,
  FAILURES,
  failureSchema,
  recoveryOf,
  success,
  type FailureCode,
} from '../../../src/shared/failure';

test('every code can be stored and read, and says who ends it', () => {
  for (const code of Object.keys(FAILURES) as FailureCode[]) {
    expect(v.is(failureSchema, { code })).toBe(true);
    expect(['itself', 'sign-in', 'person']).toContain(recoveryOf(code));
    expect(code).toMatch(/^[a-z-]+\.[a-z-]+$/);
  }
  expect(v.is(failureSchema, { code: 'made.up' })).toBe(false);
});

test('everything of the network and of Cloudflare’s own trouble heals by itself', () => {
  for (const code of Object.keys(FAILURES) as FailureCode[]) {
    if (/^(network|cloudflare)\./.test(code)) expect(recoveryOf(code)).toBe('itself');
    if (/^(profile|organization)\./.test(code)) expect(recoveryOf(code)).toBe('person');
  }
});

test('a failure carries what is known and survives being stored', () => {
  const { failure } = failed('cloudflare.rate-limited', { status: 429, retryAt: 5 });
  expect(failure).toEqual({ code: 'cloudflare.rate-limited', status: 429, retryAt: 5 });
  expect(v.parse(failureSchema, JSON.parse(JSON.stringify(failure)))).toEqual(failure);
  expect(success(1)).toEqual({ ok: true, value: 1 });
});
