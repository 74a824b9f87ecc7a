/** Handlers of the namespace `checks`: the status of the background check, and starting it now. */
import type { Handlers } from '../../shared/contract/bridge';
import { success } from '../../shared/outcome';
import type { BackgroundCheck } from './schedule';

/** Creates the handlers. */
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
