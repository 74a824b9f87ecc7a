/** The user's preferences in the database, and the handlers of the namespace `settings`. */
import * as v from 'valibot';
import type { Handlers } from '../../shared/contract/bridge';
import { success, type Result } from '../../shared/result';
import { DEFAULT_SETTINGS, settingsSchema, type Settings } from '../../shared/settings';
import { PREFERENCES_SETTING, type Database } from '../database';

const { checkEvery, notify, appearance, language, updates } = settingsSchema.entries;
/** Parses each preference separately: a missing or invalid one falls back to its default, the others are kept. */
const storedSchema = v.fallback(
  v.object({
    checkEvery: v.fallback(checkEvery, DEFAULT_SETTINGS.checkEvery),
    notify: v.fallback(notify, DEFAULT_SETTINGS.notify),
    appearance: v.fallback(appearance, DEFAULT_SETTINGS.appearance),
    language: v.fallback(language, DEFAULT_SETTINGS.language),
    updates: v.fallback(updates, DEFAULT_SETTINGS.updates),
  }),
  DEFAULT_SETTINGS,
);

/** Reads the preferences; the defaults while the database cannot be read. */
export function readPreferences(database: Database): Settings {
  const read = database.read((tables) =>
    v.parse(storedSchema, tables.settings.get(PREFERENCES_SETTING)),
  );
  return read.ok ? read.value : DEFAULT_SETTINGS;
}

/** Saves the given preferences and returns all of them. Fails with `database.*`. */
function changePreferences(
  database: Database,
  changes: { [Name in keyof Settings]?: Settings[Name] | undefined },
): Result<Settings> {
  return database.write((tables) => {
    const before = v.parse(storedSchema, tables.settings.get(PREFERENCES_SETTING));
    const after: Settings = {
      checkEvery: changes.checkEvery ?? before.checkEvery,
      notify: changes.notify ?? before.notify,
      appearance: changes.appearance ?? before.appearance,
      language: changes.language ?? before.language,
      updates: changes.updates ?? before.updates,
    };
    tables.settings.put(PREFERENCES_SETTING, after);
    return after;
  });
}

/** Builds the handlers. Saving publishes the change on the change feed. */
export function createSettings(database: Database): Handlers<'settings'> {
  return {
    get: () => success(readPreferences(database)),
    update: (changes) => changePreferences(database, changes),
  };
}
