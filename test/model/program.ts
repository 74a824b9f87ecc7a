/**
 * `npm test -- model`: a model checker for the change machine. It searches the reachable states for
 * one that violates an invariant.
 *
 *   npm test -- model              the tests: one field completely, two fields to a limited depth
 *   npm test -- model --full       two fields completely as well
 *   npm test -- model --mutations  checks that the search detects each known mutation
 */
import { transition } from '../../src/main/changes/machine';
import { MUTATION_DEPTH } from './mistake';
import { MUTATIONS } from './mutations';
import { report } from './report';
import { SCOPES } from './scope';
import { search } from './search';

/** Milliseconds between two lines of progress. */
const PROGRESS_MS = 10_000;

type Print = (line: string) => void;

const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1000;

function searchScopes(isFull: boolean, print: Print): boolean {
  let isSuccess = true;
  for (const scope of SCOPES) {
    const startedAt = performance.now();
    const depth = isFull ? Infinity : (scope.depth ?? Infinity);
    let printed = startedAt;
    const progress = (reached: number, states: number) => {
      if (performance.now() - printed < PROGRESS_MS) return;
      printed = performance.now();
      print(`  depth ${reached}, ${states.toLocaleString('en')} states`);
    };
    const result = search(scope, {}, { depth, progress });
    report(result, secondsSince(startedAt)).forEach(print);
    // A search without a depth limit must reach every state.
    if (result.failure || (depth === Infinity && !result.isComplete)) isSuccess = false;
  }
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  print(`at most ${megabytes.toLocaleString('en')} MB of memory`);
  return isSuccess;
}

function searchMutations(print: Print): boolean {
  let missed = 0;
  for (const { name, scope, invariant, options } of MUTATIONS) {
    const { failure, depth } = search(scope, options(transition), { depth: MUTATION_DEPTH });
    const isDetected = failure?.invariant === invariant;
    if (!isDetected) missed += 1;
    const found = failure
      ? `invariant ${failure.invariant} after ${depth + 1} moves, ${failure.why}`
      : 'NOT DETECTED';
    print(`${isDetected ? 'detected' : 'WRONG'}: ${name}: ${found}`);
  }
  print(`${MUTATIONS.length - missed} of ${MUTATIONS.length} mutations were detected`);
  return missed === 0;
}

/** Runs the command; returns its exit code. */
export function main(args: readonly string[], print: Print): number {
  const [option, ...rest] = args;
  if (rest.length > 0 || (option && !['--full', '--mutations'].includes(option))) {
    print('Usage: npm test -- model [--full | --mutations]');
    return 2;
  }
  const isSuccess =
    option === '--mutations' ? searchMutations(print) : searchScopes(option === '--full', print);
  return isSuccess ? 0 : 1;
}
