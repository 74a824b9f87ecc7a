/** The search detects every mutation that it is known to detect. */
import { describe, expect, it } from 'vitest';
import { transition } from '../../src/main/changes/machine';
import { MUTATIONS } from './mutations';
import { TWO_FIELDS_DEPTH } from './scope';
import { search } from './search';

describe('the search detects that', () => {
  it.each(MUTATIONS)('$name', ({ scope, promise, harness }) => {
    const { failure } = search(scope, harness(transition), { depth: TWO_FIELDS_DEPTH });
    expect(failure?.promise).toBe(promise);
    expect(failure?.story.at(-1)).toContain(`promise ${promise}`);
  });
});
