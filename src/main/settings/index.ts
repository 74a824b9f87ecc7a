/** The settings, as other modules may use them. */
export { readPreferences } from './settings';
