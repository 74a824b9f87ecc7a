/** Deliberate mistakes in the rules of the change machine: how they are built. */
import type {
  ChangeEvent,
  ChangeState,
  PendingState,
  Transition,
} from '../../src/main/changes/machine';
import { sameState } from '../../src/main/changes/state';
import { EMPTY_PROFILE, type Profile } from '../../src/shared/profile';
import type { HarnessOptions } from './harness';
import type { Rules } from './machine-table';
import { ONE_FIELD, type Scope } from './scope';

/** A deliberate mistake, the scope to search for it, and the invariant it violates. */
export interface Mutation {
  name: string;
  scope: Scope;
  /** The invariant that the shortest trace violates. */
  invariant: number;
  /** How to run the harness with the mistake. `rules`: the correct ones. */
  options(rules: Rules): HarnessOptions;
}

/** How many moves deep the search for a mistake goes. */
export const MUTATION_DEPTH = 10;

/** The smallest scope in which most mistakes show. */
export const SMALL: Scope = {
  ...ONE_FIELD,
  name: 'one field, small',
  ours: 2,
  strangers: 1,
  saves: 1,
};

/** The wrong result of an event; null where the correct rules apply. */
export type WrongRule = (state: ChangeState, event: ChangeEvent, rules: Rules) => Transition | null;

/** A mistake in the rules. `scope`: where to search for it. */
export function mistake(
  name: string,
  invariant: number,
  wrong: WrongRule,
  scope = SMALL,
): Mutation {
  const options = (rules: Rules): HarnessOptions => ({
    transition: (state, event) => {
      const result = wrong(state, event, rules) ?? rules(state, event);
      return sameState(state, result.state) ? { ...result, state } : result;
    },
  });
  return { name, scope, invariant, options };
}

/** The result with parts of its state replaced. */
export const withState = (result: Transition, parts: Partial<ChangeState>): Transition => ({
  ...result,
  state: { ...result.state, ...parts },
});

/** The result with parts of its pending change replaced. */
export const withPending = (result: Transition, parts: Partial<PendingState>): Transition =>
  result.state.pending
    ? withState(result, { pending: { ...result.state.pending, ...parts } })
    : result;

/** The copy of an event as texts. */
export const remoteOf = (event: ChangeEvent): Profile =>
  'copy' in event && event.copy !== 'none' ? event.copy : EMPTY_PROFILE;
