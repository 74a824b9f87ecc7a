/**
 * Model-checks the state machine of changes with two fields, up to a limited depth.
 * `npm test -- model --full` searches all reachable states.
 */
import { expect, it } from 'vitest';
import { report } from './report';
import { TWO_FIELDS } from './scope';
import { search } from './search';

/** In ms. The search takes about 15 seconds, and much longer on a busy machine. */
const TIMEOUT = 600_000;

const DEPTH = TWO_FIELDS.depth ?? Infinity;

it(
  `no invariant is violated within ${DEPTH} moves when there are two fields`,
  { timeout: TIMEOUT },
  () => {
    // `{}`: search the real rules, unlike mutations.test.ts.
    const result = search(TWO_FIELDS, {}, { depth: DEPTH });
    expect(result.failure, report(result).join('\n')).toBeNull();
    // A smaller depth would mean that the search ran out of moves.
    expect(result.depth).toBe(DEPTH);
  },
);
