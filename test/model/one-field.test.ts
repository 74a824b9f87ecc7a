/** Model-checks the state machine of changes with one field, in every reachable state. */
import { expect, it } from 'vitest';
import { report } from './report';
import { MISSING_PROFILE, ONE_FIELD, type Scope } from './scope';
import { search } from './search';

/** In ms; generous, for busy machines. */
const TIMEOUT = 120_000;

function expectNoViolation(scope: Scope): void {
  const result = search(scope);
  expect(result.failure, report(result).join('\n')).toBeNull();
  expect(result.isComplete).toBe(true);
  // Fewer would mean that moves are missing from the search.
  expect(result.writes).toBeGreaterThan(100);
  expect(result.conflicts).toBeGreaterThan(100);
}

it('no invariant is violated when there is one field', { timeout: TIMEOUT }, () => {
  expectNoViolation(ONE_FIELD);
});

it('no invariant is violated when the profile may be missing', { timeout: TIMEOUT }, () => {
  expectNoViolation(MISSING_PROFILE);
});
