/** Handlers of the namespace `checks`: the status of the background check, and starting it now. */
import type { Handlers } from '../../shared/contract/bridge';
import { success } from '../../shared/outcome';
import type { CheckSchedule } from './schedule';

/** Creates the handlers. */
export function createChecks(
  schedule: Pick<CheckSchedule, 'status' | 'runNow'>,
): Handlers<'checks'> {
  return {
    get: () => success(schedule.status()),
    run() {
      schedule.runNow();
      return success(null);
    },
  };
}
