/** Describes the result of a search as text. */
import { INVARIANTS } from './invariants';
import type { SearchResult } from './search';

const number = (value: number): string => value.toLocaleString('en');

/** The lines that describe a search; `seconds` is its duration. */
export function report(result: SearchResult, seconds?: number): string[] {
  const { scope, failure, states, machineStates, transitions, writes, conflicts, depth } = result;
  const extent = result.isComplete
    ? `searched completely, depth ${depth}`
    : `searched to depth ${depth}`;
  const lines = [
    `${scope.name}: ${extent}, ${number(states)} states (${number(machineStates)} of the machine), ` +
      `${number(transitions)} transitions, ${number(writes)} writes, ${number(conflicts)} conflicts` +
      (seconds === undefined ? '' : `, ${seconds.toFixed(1)} s`),
  ];
  if (failure) {
    lines.push(`invariant ${failure.invariant} is violated: ${INVARIANTS[failure.invariant]}`);
    lines.push(...failure.trace.map((line, at) => `${String(at).padStart(3)}. ${line}`));
  }
  return lines;
}
