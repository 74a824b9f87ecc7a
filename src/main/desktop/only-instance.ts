/** One instance at a time on one folder, told apart from a folder in which nobody can say so. */
import { accessSync, constants } from 'node:fs';
import { app } from 'electron';
import { failed, success, type Outcome } from '../../shared/outcome';

/**
 * Makes this the only instance on the folder; may be asked again. Fails with `store.busy` when another
 * one is, which is brought to the front by that, and with `store.read-only` where the folder cannot be
 * written: Chromium refuses both alike, and a start that ended there would end without a word.
 */
export function becomeOnlyInstance(folder: string): Outcome<null> {
  if (app.requestSingleInstanceLock()) return success(null);
  try {
    accessSync(folder, constants.W_OK);
    return failed('store.busy');
  } catch {
    return failed('store.read-only');
  }
}
