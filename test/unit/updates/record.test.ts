/** The stored record of the last check for updates. */
import { expect, test } from 'vitest';
import {
  NEVER_CHECKED,
  readUpdateRecord,
  saveUpdateRecord,
} from '../../../src/main/updates/schedule';
import { freshStore, write } from '../database/temporary-store';

const RECORD = { checkedAt: 1_795_534_200_000, failure: null, dismissed: '0.2.0' };

test('is read as it was saved', () => {
  const store = freshStore();
  expect(readUpdateRecord(store)).toEqual(NEVER_CHECKED);
  saveUpdateRecord(store, RECORD);
  expect(readUpdateRecord(store)).toEqual(RECORD);
});

test('keeps the names it has in databases that exist', () => {
  const store = freshStore();
  const { checkedAt: lookedAt, ...rest } = RECORD;
  write(store, (tables) => tables.settings.put('updates', { lookedAt, ...rest }));
  expect(readUpdateRecord(store)).toEqual(RECORD);
});

test('counts as no check if it cannot be understood', () => {
  const store = freshStore();
  write(store, (tables) => tables.settings.put('updates', { lookedAt: 'yesterday' }));
  expect(readUpdateRecord(store)).toEqual(NEVER_CHECKED);
});
