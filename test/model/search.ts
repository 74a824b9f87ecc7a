/** Breadth-first search over every world that can be reached, and the story of a failure. */
import { GrowingList, integers, NumberedKeys } from './growing';
import { BrokenPromise } from './machine-table';
import { PROMISES, type Broken } from './promises';
import type { Scope } from './scope';
import { describeEvent, describeWorld } from './story';
import { createWorld, type Harness, type SearchedWorld } from './world';

/** A failure, with the shortest story that leads to it. */
export interface Failure extends Broken {
  story: string[];
}

/** What a search found. */
export interface SearchResult {
  scope: Scope;
  /** All that can be reached was searched. */
  isComplete: boolean;
  /** Moves from the start to the worlds reached last. */
  depth: number;
  states: number;
  machineStates: number;
  transitions: number;
  writes: number;
  conflicts: number;
  failure: Failure | null;
}

/** Limits of a search. */
export interface Limits {
  /** Worlds this many moves from the start are reached but not left. */
  depth?: number;
  states?: number;
  progress?: (depth: number, states: number, transitions: number) => void;
}

/** Walks through a scope until its end, a limit or the first broken promise. */
export function search(scope: Scope, harness: Harness = {}, limits: Limits = {}): SearchResult {
  const { depth: deepest = Infinity, states: most = Infinity, progress } = limits;
  const world = createWorld(scope, harness);
  const worlds = new NumberedKeys();
  const parents = integers();
  let at = 0;
  let depth = 0;
  let layerEnd = 1;
  const visit = (key: number): void => {
    const known = worlds.size;
    if (worlds.add(key) === known) parents.push(at);
  };
  visit(world.start());
  let failure: Failure | null = null;
  const each = (_name: unknown, key: number) => visit(key);
  while (at < worlds.size && depth < deepest && worlds.size < most && !failure) {
    try {
      world.expand(world.read(worlds.keys.get(at)), each);
      at += 1;
    } catch (error) {
      if (!(error instanceof BrokenPromise)) throw error;
      failure = {
        ...error.broken,
        story: tell(scope, harness, pathTo(at, worlds, parents), world),
      };
    }
    if (at === layerEnd) {
      if (at < worlds.size) depth += 1;
      layerEnd = worlds.size;
      progress?.(depth, worlds.size, world.counts.transitions);
    }
  }
  return {
    scope,
    isComplete: at === worlds.size,
    depth,
    states: worlds.size,
    machineStates: world.table.size(),
    ...world.counts,
    failure,
  };
}

function pathTo(last: number, worlds: NumberedKeys, parents: GrowingList<Uint32Array>): number[] {
  const path = [worlds.keys.get(last)];
  for (let at = last; at > 0;) {
    at = parents.get(at);
    path.unshift(worlds.keys.get(at));
  }
  return path;
}

/** Walks the path again in a world where every text keeps its name. */
function tell(scope: Scope, harness: Harness, path: number[], searched: SearchedWorld): string[] {
  const plain = createWorld(scope, { ...harness, symmetry: false });
  const lines: string[] = [];
  let key = plain.start();
  lines.push(`start: ${describeWorld(plain, key)}`);
  for (const wanted of path.slice(1)) {
    let found: { name: string; key: number } | null = null;
    plain.expand(plain.read(key), (name, next) => {
      if (found) return;
      const { machine, ...around } = plain.read(next);
      if (searched.keyOfState(plain.table.codeOf(machine), around) !== wanted) return;
      found = { name: name(), key: next };
    });
    if (!found) return [...lines, 'the rest of the story cannot be told'];
    const { name, key: next } = found as { name: string; key: number };
    key = next;
    lines.push(`${name}: ${describeWorld(plain, key)}`);
  }
  try {
    plain.expand(plain.read(key), () => undefined);
    lines.push('here the story ends without a failure');
  } catch (error) {
    if (!(error instanceof BrokenPromise)) throw error;
    const { broken, move, event } = error;
    const what = move ?? (event ? describeEvent(event) : 'a move');
    lines.push(`${what}: promise ${broken.promise} is broken, ${broken.why}`);
  }
  return lines;
}

/** A report of a search, in lines. */
export function report(result: SearchResult, seconds: number): string[] {
  const { scope, failure, states, machineStates, transitions, writes, conflicts, depth } = result;
  const number = (value: number): string => value.toLocaleString('en');
  const extent = result.isComplete ? 'searched to the end' : `searched to depth ${depth}`;
  const lines = [
    `${scope.name}: ${extent}, depth ${depth}, ${number(states)} states ` +
      `(${number(machineStates)} of the machine), ${number(transitions)} transitions, ` +
      `${number(writes)} writes, ${number(conflicts)} conflicts, ${seconds.toFixed(1)} s`,
  ];
  if (failure) {
    lines.push(`promise ${failure.promise} is broken: ${PROMISES[failure.promise]}`);
    lines.push(...failure.story.map((line, at) => `${String(at).padStart(3)}. ${line}`));
  }
  return lines;
}
