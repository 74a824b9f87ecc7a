/** Unwraps outcomes: the expected kind is returned, the other one fails the test. */
import type { Failure } from '../../src/shared/failure';
import type { Outcome } from '../../src/shared/outcome';

/** The value of a success; a failure fails the test with its code. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`failed: ${JSON.stringify(outcome.failure)}`);
  return outcome.value;
}

/** The failure of an outcome; a success fails the test. */
export function failureIn(outcome: Outcome<unknown>): Failure {
  if (outcome.ok) throw new Error(`succeeded: ${JSON.stringify(outcome.value)}`);
  return outcome.failure;
}
