/** Unwraps results: returns what a test expects, and fails the test otherwise. */
import type { Failure } from '../../src/shared/failure';
import type { Result } from '../../src/shared/result';

/** The value of a success. A failure fails the test and shows the code. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`failed: ${JSON.stringify(result.failure)}`);
  return result.value;
}

/** The failure of a result. A success fails the test. */
export function failureIn(result: Result<unknown>): Failure {
  if (result.ok) throw new Error(`succeeded: ${JSON.stringify(result.value)}`);
  return result.failure;
}
