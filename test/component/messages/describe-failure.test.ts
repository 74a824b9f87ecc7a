/** The messages of all failures: whole sentences without codes or jargon. */
import { describe, expect, it } from 'vitest';
import { FAILURES, type FailureCode } from '../../../src/shared/failure';
import { describeFailure, timeOfDay } from '../../../src/shared/messages/describe-failure';

const codes = Object.keys(FAILURES) as FailureCode[];

describe.each(codes)('%s', (code) => {
  const { what, next } = describeFailure({ code });

  it('says in whole sentences what happened and what to do', () => {
    for (const text of [what, next]) expect(text).toMatch(/^[A-Z].+[.]$/);
  });

  it('has no code, no jargon, no Oops', () => {
    // Counts with separators, such as 20,000, are not codes.
    expect(`${what} ${next}`).not.toMatch(
      /oops|http|\bTLS\b|\bJSON\b|\bIPC\b|SQLite|status|exception|\b(?<!,)\d{3,5}\b(?!,)|undefined/i,
    );
    expect(`${what} ${next}`).not.toContain(code);
  });
});

it('has a different message for each failure', () => {
  const all = codes.map((code) => describeFailure({ code }).what);
  expect(new Set(all).size).toBe(codes.length);
});

it('says when Letterhead will continue', () => {
  const retryAt = Date.UTC(2026, 10, 24, 14, 5);
  const { next } = describeFailure(
    { code: 'cloudflare.rate-limited', retryAt },
    { now: retryAt - 1 },
  );
  expect(next).toBe(`Letterhead continues at ${timeOfDay(retryAt)}.`);
  expect(timeOfDay(retryAt)).toMatch(/\d{1,2}:05/);
});

it('says until when Cloudflare asked to wait', () => {
  const retryAt = Date.UTC(2026, 10, 24, 14, 5);
  const asked = `There is nothing you need to fix. Cloudflare asked Letterhead to wait until ${timeOfDay(retryAt)}.`;
  const failure = { code: 'cloudflare.unavailable', retryAt } as const;
  expect(describeFailure(failure, { now: retryAt - 1 }).next).toBe(asked);
  expect(describeFailure(failure, { retries: true, now: retryAt - 1 }).next).toBe(
    `${asked} Letterhead will try again automatically.`,
  );
  expect(describeFailure(failure, { retries: true, now: retryAt }).next).toBe(
    'There is nothing you need to fix. Letterhead will try again automatically.',
  );
});

it('says that the app retries only where it does', () => {
  const failure = { code: 'network.timed-out' } as const;
  expect(describeFailure(failure, { retries: true }).next).toContain('automatically');
  expect(describeFailure(failure).next).not.toContain('automatically');
  expect(describeFailure({ code: 'sign-in.unknown' }, { retries: true }).next).not.toContain(
    'automatically',
  );
});

it.each(['network.timed-out', 'cloudflare.unreadable', 'app.unexpected'] as const)(
  'says first to try again, then what to do if that does not help: %s',
  (code) => {
    expect(describeFailure({ code }).next).toMatch(/^Try again in a moment\. .*\b[Ii]f (it|this) /);
    expect(describeFailure({ code }, { retries: true }).next).toMatch(
      /^Letterhead will try again automatically\. .*\b[Ii]f (it|this) /,
    );
  },
);
