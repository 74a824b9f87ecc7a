/**
 * The result of anything that can fail, as a value. Apart from the catalogue of failures, because what
 * runs before the window is opened must not wait for its schemas.
 */
import type { Failure, FailureCode } from './failure';

/** The result of anything that can fail. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** A success holding `value`. */
export function success<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

/** A failure with this code and what else is known. */
export function failed(
  code: FailureCode,
  known: Omit<Failure, 'code'> = {},
): { ok: false; failure: Failure } {
  return { ok: false, failure: { code, ...known } };
}
