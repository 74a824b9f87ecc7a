/**
 * Recovering a database adopts the edits found there as drafts into the current state. This test does so for every
 * reachable machine state of a small scope, with the edits of every other one.
 */
import { expect, it } from 'vitest';
import { transition, type ChangeState, type EventOf } from '../../src/main/changes/machine';
import { textsOf, touchedFields, type Patch } from '../../src/shared/patch';
import { SMALL } from './mistake';
import { violationOf } from './invariants';
import { search } from './search';

const { harness } = search(SMALL);
const states = Array.from({ length: harness.table.size() }, (_, at) => harness.table.state(at));

/** Adopts what was typed and what waited to be sent in a state. */
const adopting = ({ draft, pending, version }: ChangeState): EventOf<'adopt'> => ({
  type: 'adopt',
  draft,
  change: pending?.patch ?? {},
  version,
});
const found = new Map(states.map(adopting).map((event) => [JSON.stringify(event), event]));

/** Why adopting edits into `state` violates an invariant; null if it does not. */
function adoptionViolation(state: ChangeState, event: EventOf<'adopt'>): string | null {
  const result = transition(state, event);
  const violation = violationOf({ before: state, event, result });
  if (violation) return violation.why;
  const { pending, draft, abandoned, saved, version } = result.state;
  const isKept = (patch: Patch) =>
    touchedFields(patch).every((field) => {
      const text = patch[field]?.text;
      const places = [draft[field]?.text, pending?.patch[field]?.text];
      const isDiscarded = result.revisions.some(
        ({ kind, texts }) => kind === 'discarded' && texts[field] === text,
      );
      return places.includes(text) || isDiscarded;
    });
  if (!isKept(event.draft)) return 'the other draft is gone';
  if (!isKept(event.change)) return 'the other change is gone';
  if (pending !== state.pending) return 'something is sent without the person';
  const isOfSave = Object.values(draft).some((edit) => edit?.save !== undefined);
  if (isOfSave) return 'a draft belongs to a save';
  if (version < event.version) return 'a version is given out again';
  const isSame = saved === state.saved && abandoned === state.abandoned;
  return isSame ? null : 'what Cloudflare has or may get is other than before';
}

it('keeps every text of both states when one is adopted', { timeout: 120_000 }, () => {
  expect(states.length).toBeGreaterThan(500);
  expect(found.size).toBeGreaterThan(50);
  for (const state of states) {
    for (const event of found.values()) {
      const why = adoptionViolation(state, event);
      if (why === null) continue;
      const texts = { current: textsOf(state.draft), other: textsOf(event.draft) };
      expect.fail(`${why}: ${JSON.stringify({ state, event, texts }, null, 1)}`);
    }
  }
});
