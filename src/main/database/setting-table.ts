/** Named JSON values: preferences, the window's position, and what the app itself has to remember. */
import * as columns from './columns';
import type { Context } from './context';
import { declare } from './table';

/** Name of the setting that holds the last version number assigned to a change. */
export const VERSION_SETTING = 'change-version';

/** Name of the setting that holds the preferences. */
export const PREFERENCES_SETTING = 'preferences';

/** The table of settings. */
export const SETTING = declare<{ value: unknown }>({
  name: 'setting',
  parse(row) {
    const value = columns.fromJson(row['value']);
    return value === undefined ? null : { value };
  },
});

/** The repository of settings. */
export function settings({ sql, changes }: Context) {
  return {
    /** The JSON value under this name, or null if there is none. */
    get(name: string): unknown {
      const row = sql.get('SELECT value FROM setting WHERE name = ?', name);
      return row && SETTING.read(row).value;
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
