/** The calls of the namespace `settings`: what a person prefers, kept at once. */
import type { Handlers } from '../../shared/contract/bridge';
import { success } from '../../shared/failure';
import type { Store } from '../database/tables';
import { changePreferences, readPreferences } from './preferences';

/** Builds the calls; the change feed announces what they change. */
export function createSettings(store: Store): Handlers<'settings'> {
  return {
    get: () => success(readPreferences(store)),
    put: (changes) => changePreferences(store, changes),
  };
}
