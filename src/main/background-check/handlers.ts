/** The calls of the namespace `checks`: how the background check stands, and checking now. */
import type { Handlers } from '../../shared/contract/bridge';
import { success } from '../../shared/failure';
import type { BackgroundCheck } from './schedule';

/** Builds the calls. */
export function createChecks(
  check: Pick<BackgroundCheck, 'status' | 'runNow'>,
): Handlers<'checks'> {
  return {
    get: () => success(check.status()),
    run() {
      check.runNow();
      return success(null);
    },
  };
}
