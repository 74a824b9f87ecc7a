/**
 * Preferences: they have defaults until the person chooses, every choice is stored, and invalid
 * stored values are ignored.
 */
import { expect, it, vi } from 'vitest';
import { createSettings, readPreferences } from '../../../src/main/settings/settings';
import { failed, success } from '../../../src/shared/result';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings';
import {
  freshDatabase,
  opened,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../database/temporary-database';

const NAME = 'preferences';

it('returns the defaults, keeps choices over a restart, and publishes them', async () => {
  const folder = temporaryFolder();
  const first = opened(folder);
  const published = vi.fn();
  first.database.changes.subscribe(({ topics }) => published([...topics]));
  const settings = createSettings(first.database);
  expect(await settings.get(null)).toEqual(success(DEFAULT_SETTINGS));
  const chosen = {
    ...DEFAULT_SETTINGS,
    checkEvery: '4-hours',
    notify: true,
    appearance: 'dark',
  } as const;
  expect(await settings.update({ notify: true })).toEqual(
    success({ ...DEFAULT_SETTINGS, notify: true }),
  );
  await settings.update({ appearance: 'dark' });
  expect(await settings.update({ checkEvery: '4-hours' })).toEqual(success(chosen));
  // From the window, a preference that is not changed may arrive as undefined.
  expect(await settings.update({ checkEvery: undefined })).toEqual(success(chosen));
  expect(published.mock.calls).toEqual(Array(4).fill([['settings']]));
  first.database.close();
  expect(readPreferences(opened(folder).database)).toEqual(chosen);
});

it.each([
  ['wrong shape', '[1]', DEFAULT_SETTINGS],
  ['empty', 'null', DEFAULT_SETTINGS],
  ['not JSON', '{', DEFAULT_SETTINGS],
  [
    'partly unknown',
    '{"checkEvery":"2-weeks","notify":true}',
    { ...DEFAULT_SETTINGS, notify: true },
  ],
  [
    'unknown appearance',
    '{"appearance":"sepia","notify":true}',
    { ...DEFAULT_SETTINGS, notify: true },
  ],
  ['partly missing', '{"checkEvery":"off"}', { ...DEFAULT_SETTINGS, checkEvery: 'off' }],
])('uses the valid parts of a stored value (%s)', (_what, value, expected) => {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => tables.settings.put(NAME, {}));
  withRawDatabase(folder, (db) => {
    db.prepare('UPDATE setting SET value = ? WHERE name = ?').run(value, NAME);
  });
  expect(readPreferences(database)).toEqual(expected);
});

it('returns a failure for a choice that cannot be stored, and does not publish it', async () => {
  const database = freshDatabase();
  const published = vi.fn();
  database.changes.subscribe(published);
  const settings = createSettings(database);
  database.close();
  expect(await settings.update({ notify: true })).toEqual(failed('app.stopping'));
  expect(published).not.toHaveBeenCalled();
  expect(await settings.get(null)).toEqual(success(DEFAULT_SETTINGS));
});
