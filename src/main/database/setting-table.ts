/** Named JSON values: preferences, the window's position, and what the app itself has to remember. */
import * as columns from './columns';
import type { Context } from './context';

/** Name of the setting that holds the last version number assigned to a change. */
export const VERSION_SETTING = 'change-version';

/** Name of the setting that holds the mark that the keychain has, too (changes/verification.ts). */
export const MARK_SETTING = 'mark';

/** Name of the setting that holds the preferences. */
export const PREFERENCES_SETTING = 'preferences';

/** The repository of settings. */
export function settings({ sql, changes }: Context) {
  return {
    /** The JSON value under this name, or null when absent or unreadable. */
    get(name: string): unknown {
      const row = sql.get('SELECT value FROM setting WHERE name = ?', name);
      return columns.fromJson(row?.['value']) ?? null;
    },
    put(name: string, value: unknown): void {
      sql.run(
        `INSERT INTO setting (name, value) VALUES (?, ?)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        name,
        columns.toJson(value ?? null),
      );
      // No one subscribes to the other settings.
      if (name === PREFERENCES_SETTING) changes.topic('settings');
    },
  };
}
