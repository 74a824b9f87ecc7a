/** Checks the model checker itself: it must detect each deliberate mistake in mutations.ts. */
import { describe, expect, it } from 'vitest';
import { transition } from '../../src/main/changes/machine';
import { MUTATION_DEPTH } from './mistake';
import { MUTATIONS } from './mutations';
import { search } from './search';

describe('the search detects that', () => {
  it.each(MUTATIONS)('$name', ({ scope, invariant, options }) => {
    const { failure } = search(scope, options(transition), { depth: MUTATION_DEPTH });
    expect(failure?.invariant).toBe(invariant);
    expect(failure?.trace.at(-1)).toContain(`invariant ${invariant}`);
  });
});
