/** Breadth-first search through the reachable states, up to the first violated invariant. */
import { integers, NumberedKeys } from './growing';
import { InvariantViolation } from './machine-table';
import type { Violation } from './invariants';
import type { Scope } from './scope';
import { traceOf } from './trace';
import { createHarness, type HarnessOptions, type SearchHarness } from './harness';

/** A failure, with the shortest trace that leads to it. */
export interface Failure extends Violation {
  trace: string[];
}

/** The result of a search. */
export interface SearchResult {
  scope: Scope;
  /** Whether every reachable state was searched. */
  isComplete: boolean;
  /** Number of moves from the start to the states reached last. */
  depth: number;
  states: number;
  machineStates: number;
  transitions: number;
  writes: number;
  conflicts: number;
  failure: Failure | null;
  harness: SearchHarness;
}

/** Limits of a search. */
export interface Limits {
  /** States this many moves from the start are reached but not expanded. */
  depth?: number;
  progress?: (depth: number, states: number, transitions: number) => void;
}

/** The reached states, in the order they were found. */
function createReached(ownBits: number) {
  const keys = new NumberedKeys();
  const keyOf = integers();
  const memories = integers();
  const parents = integers();
  // States that differ only in their memory form a chain. `latest` has its head for each key, and
  // `earlier` the link from each state to the one before; 0 ends the chain.
  const latest = integers();
  const earlier = integers();

  /**
   * Adds a state, unless the same state was reached with the same or a stricter memory: fewer texts
   * seen, fewer conflicts excused, more texts of ours. Every violation that can follow from the new
   * state also follows from the stricter one.
   */
  function add(key: number, memory: number, parent: number): void {
    const strictness = memory ^ ownBits;
    const known = keys.size;
    const number = keys.add(key);
    if (number === known) latest.push(0);
    for (let at = latest.get(number); at > 0; at = earlier.get(at - 1)) {
      const other = memories.get(at - 1) ^ ownBits;
      if ((other & strictness) === other) return;
    }
    keyOf.push(number);
    memories.push(memory);
    parents.push(parent);
    earlier.push(latest.get(number));
    latest.values[number] = keyOf.length;
  }

  return {
    add,
    size: () => keyOf.length,
    key: (at: number) => keys.keys.get(keyOf.get(at)),
    memory: (at: number) => memories.get(at),
    parent: (at: number) => parents.get(at),
  };
}

/** Searches a scope until no state is left, the limit is reached or an invariant is violated. */
export function search(
  scope: Scope,
  options: HarnessOptions = {},
  limits: Limits = {},
): SearchResult {
  const { depth: deepest = Infinity, progress } = limits;
  const harness = createHarness(scope, options);
  const reached = createReached(harness.environment.ownBits);
  let at = 0;
  let depth = 0;
  let layerEnd = 1;
  let failure: Failure | null = null;
  const visit = (key: number, memory: number): void => reached.add(key, memory, at);
  harness.visitStart(visit);
  while (at < reached.size() && depth < deepest) {
    try {
      harness.expand(harness.read(reached.key(at), reached.memory(at)), visit);
    } catch (error) {
      if (!(error instanceof InvariantViolation)) throw error;
      const path = [{ key: reached.key(at), memory: reached.memory(at) }];
      for (let last = at; last > 0;) {
        last = reached.parent(last);
        path.unshift({ key: reached.key(last), memory: reached.memory(last) });
      }
      failure = { ...error.violation, trace: traceOf(scope, options, path, harness) };
      break;
    }
    at += 1;
    if (at < layerEnd) continue;
    if (at < reached.size()) depth += 1;
    layerEnd = reached.size();
    progress?.(depth, layerEnd, harness.counts.transitions);
  }
  return {
    scope,
    isComplete: at === reached.size(),
    depth,
    states: reached.size(),
    machineStates: harness.table.size(),
    ...harness.counts,
    failure,
    harness,
  };
}
