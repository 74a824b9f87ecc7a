/** Unwraps outcomes: returns what a test expects, and fails the test otherwise. */
import type { Failure } from '../../src/shared/failure';
import type { Outcome } from '../../src/shared/outcome';

/** The value of a success. A failure fails the test and shows the code. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`failed: ${JSON.stringify(outcome.failure)}`);
  return outcome.value;
}

/** The failure of an outcome. A success fails the test. */
export function failureIn(outcome: Outcome<unknown>): Failure {
  if (outcome.ok) throw new Error(`succeeded: ${JSON.stringify(outcome.value)}`);
  return outcome.failure;
}
