/**
 * Recovering a database adopts the edits found there as drafts into the current state. This
 * test does so for every pair of reachable machine states of a small scope.
 */
import { expect, it } from 'vitest';
import { transition, type ChangeState } from '../../src/main/changes/machine';
import { textsOf, touchedFields, type Patch } from '../../src/shared/patch';
import type { Edits } from '../../src/shared/profile';
import { SMALL } from './mistake';
import { violationOf } from './invariants';
import { search } from './search';

const { harness } = search(SMALL);
const states = Array.from({ length: harness.table.size() }, (_, at) => harness.table.state(at));

/** Why adopting `other` into `state` violates an invariant; null if it does not. */
function adoptionViolation(state: ChangeState, other: ChangeState): string | null {
  const event = { type: 'adopt', state: other } as const;
  const result = transition(state, event);
  const violation = violationOf({ before: state, event, result });
  if (violation) return violation.why;
  const { pending, draft, abandoned } = result.state;
  const isKept = (patch: Patch) =>
    touchedFields(patch).every((field) => {
      const text = patch[field]?.text;
      const places = [draft[field]?.text, pending?.patch[field]?.text];
      const isDiscarded = result.revisions.some(
        ({ kind, texts }) => kind === 'discarded' && texts[field] === text,
      );
      return places.includes(text) || isDiscarded;
    });
  if (!isKept(other.draft)) return 'the other draft is gone';
  if (!isKept(other.pending?.patch ?? {})) return 'the other change is gone';
  if (pending !== state.pending) return 'something is sent without the person';
  const isOfSave = Object.values(draft).some((edit) => edit?.save !== undefined);
  if (isOfSave) return 'a draft belongs to a save';
  if (result.state.version < other.version) return 'a version is given out again';
  const written: Edits = { ...other.pending?.attempted, ...other.abandoned };
  const own: Edits = { ...state.pending?.attempted, ...state.abandoned };
  const isForgotten = touchedFields(written).some(
    (field) =>
      own[field] === undefined && { ...abandoned, ...pending?.attempted }[field] !== written[field],
  );
  return isForgotten ? 'a write of the other state is forgotten' : null;
}

it('keeps every text of both states when one is adopted', { timeout: 120_000 }, () => {
  expect(states.length).toBeGreaterThan(500);
  for (const state of states) {
    for (const other of states) {
      const why = adoptionViolation(state, other);
      if (why === null) continue;
      const texts = { current: textsOf(state.draft), other: textsOf(other.draft) };
      expect.fail(`${why}: ${JSON.stringify({ state, other, texts }, null, 1)}`);
    }
  }
});
