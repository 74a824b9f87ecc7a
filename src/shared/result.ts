/**
 * The result of anything that can fail, as a value. Separate from failure.ts, because code that runs before
 * the window opens must not load the schemas of that file.
 */
import type { Failure, FailureCode } from './failure';

/** The result of anything that can fail. */
export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** A success holding `value`. */
export function success<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

/** A failure with this code, and with what else is known about it. */
export function failed(
  code: FailureCode,
  known: Omit<Failure, 'code'> = {},
): { ok: false; failure: Failure } {
  return { ok: false, failure: { code, ...known } };
}
