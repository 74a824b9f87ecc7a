/** The stored record of the last check for updates. */
import { expect, test } from 'vitest';
import {
  NEVER_CHECKED,
  readUpdateRecord,
  saveUpdateRecord,
} from '../../../src/main/updates/schedule';
import { freshDatabase, write } from '../database/temporary-database';

const RECORD = { checkedAt: 1_795_534_200_000, failure: null, dismissed: '0.2.0' };

test('is read as it was saved', () => {
  const database = freshDatabase();
  expect(readUpdateRecord(database)).toEqual(NEVER_CHECKED);
  saveUpdateRecord(database, RECORD);
  expect(readUpdateRecord(database)).toEqual(RECORD);
});

test('counts as no check if it cannot be understood', () => {
  const database = freshDatabase();
  write(database, (tables) =>
    tables.settings.put('updates', { ...RECORD, checkedAt: 'yesterday' }),
  );
  expect(readUpdateRecord(database)).toEqual(NEVER_CHECKED);
});
