/**
 * The change machine with two fields, searched to a limited depth. `npm test -- model --full`
 * searches completely.
 */
import { expect, it } from 'vitest';
import { report } from './report';
import { TWO_FIELDS, TWO_FIELDS_DEPTH } from './scope';
import { search } from './search';

/** Milliseconds; about 15 seconds of work, much longer on a busy machine. */
const TIMEOUT = 600_000;

it(
  `keeps every invariant of two fields within ${TWO_FIELDS_DEPTH} moves`,
  { timeout: TIMEOUT },
  () => {
    const result = search(TWO_FIELDS, {}, { depth: TWO_FIELDS_DEPTH });
    expect(result.failure, report(result).join('\n')).toBeNull();
    expect(result.depth).toBe(TWO_FIELDS_DEPTH);
  },
);
