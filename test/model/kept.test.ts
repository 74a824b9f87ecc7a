/**
 * Model-checks the state machine of changes where Cloudflare keeps a text instead of emptying it. One field in every
 * reachable state, two fields up to a limited depth; `npm test -- model --full` searches all of them.
 */
import { expect, it } from 'vitest';
import { report } from './report';
import { EMPTY_KEPT, TWO_FIELDS_EMPTY_KEPT, type Scope } from './scope';
import { search } from './search';

/** In ms. Each search takes about 5 seconds, and much longer on a busy machine. */
const TIMEOUT = 300_000;

function expectNoViolation(scope: Scope): void {
  const { depth = Infinity } = scope;
  const result = search(scope, {}, { depth });
  expect(result.failure, report(result).join('\n')).toBeNull();
  if (depth === Infinity) expect(result.isComplete).toBe(true);
  // A smaller depth would mean that the search ran out of moves.
  else expect(result.depth).toBe(depth);
  // Fewer would mean that moves are missing from the search.
  expect(result.writes).toBeGreaterThan(1_000);
  expect(result.conflicts).toBeGreaterThan(1_000);
}

it.each([EMPTY_KEPT, TWO_FIELDS_EMPTY_KEPT])(
  'no invariant is violated: $name',
  { timeout: TIMEOUT },
  expectNoViolation,
);
