/** The change machine with one field, searched completely. */
import { expect, it } from 'vitest';
import { report } from './report';
import { MISSING_PROFILE, ONE_FIELD, type Scope } from './scope';
import { search } from './search';

/** Milliseconds; generous, for busy machines. */
const TIMEOUT = 120_000;

function expectNoViolation(scope: Scope): void {
  const result = search(scope);
  expect(result.failure, report(result).join('\n')).toBeNull();
  expect(result.isComplete).toBe(true);
  // A search that never writes or never asks has lost its moves.
  expect(result.writes).toBeGreaterThan(100);
  expect(result.conflicts).toBeGreaterThan(100);
}

it('keeps every invariant in every reachable state of one field', { timeout: TIMEOUT }, () => {
  expectNoViolation(ONE_FIELD);
});

it('keeps every invariant if the profile may be missing', { timeout: TIMEOUT }, () => {
  expectNoViolation(MISSING_PROFILE);
});
