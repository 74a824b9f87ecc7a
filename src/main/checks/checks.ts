/** The calls of room `checks`, and the event that tells the window how the background check stands. */
import type { Handlers } from '../../shared/bridge';
import { success } from '../../shared/failure';
import type { Emit } from '../ipc';
import type { BackgroundCheck } from '../sync/background-check';

/** What the room needs. */
export interface ChecksOptions {
  check: Pick<BackgroundCheck, 'status' | 'runNow'>;
  emit: Emit;
  /** Runs a function soon; how soon decides how often the window hears of a run under way. */
  later: (work: () => void) => void;
}

/** The room, and how others say that something about it changed. */
export interface ChecksRoom {
  handlers: Handlers<'checks'>;
  changed(): void;
}

/** Builds the room. */
export function createChecks({ check, emit, later }: ChecksOptions): ChecksRoom {
  let due = false;
  let told = '';

  function tell(): void {
    due = false;
    const status = check.status();
    const text = JSON.stringify(status);
    if (text === told) return;
    told = text;
    emit('checksChanged', status);
  }

  return {
    handlers: {
      get: () => success(check.status()),
      run() {
        check.runNow();
        return success(null);
      },
    },
    changed() {
      if (due) return;
      due = true;
      later(tell);
    },
  };
}
