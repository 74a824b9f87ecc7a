/**
 * Advice about the texts of saved copies. It is computed when a copy is written, disappears when the
 * page is marked as viewed, and comes back when the text changes.
 */
import { expect, test } from 'vitest';
import type { Profile } from '../../../src/shared/profile';
import {
  addOrganization,
  copy,
  freshDatabase,
  opened,
  entryId,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

const ID = entryId(1);
const odd: Profile = {
  business_name: 'Brightwater',
  business_email: 'office at brightwater.example',
  business_phone: '020 7946 0123',
  business_address: ' 1 Main Street',
  external_metadata: '{"customer": ',
};
const ODD = ['business_email', 'business_phone', 'business_address', 'external_metadata'] as const;

/** The advice in the list, which must match the advice on the page. */
function adviceIn(database: ReturnType<typeof freshDatabase>): string[] {
  return read(database, (tables) => {
    const [entry] = tables.organizations.entries([ID]);
    expect(tables.profiles.advice(ID)).toEqual(entry?.advice);
    return entry?.advice ?? [];
  });
}

test('keeps advice with the copy until it is marked as viewed, and brings it back for a new text', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    addOrganization(tables, 1);
    tables.profiles.put({ ...copy(ID, odd), changedElsewhere: true });
  });
  expect(adviceIn(database)).toEqual(ODD);

  write(database, (tables) => tables.profiles.markViewed([ID, entryId(2)]));
  expect(adviceIn(database)).toEqual([]);
  expect(read(database, (tables) => tables.profiles.get(ID))).toEqual(copy(ID, odd));

  // A check that finds no change does not bring the advice back, nor does a save of another field.
  write(database, (tables) => tables.profiles.put(copy(ID, { ...odd, business_name: 'Bright' })));
  expect(adviceIn(database)).toEqual([]);
  write(database, (tables) => tables.profiles.put(copy(ID, { ...odd, business_phone: '020' })));
  expect(adviceIn(database)).toEqual(['business_phone']);
  write(database, (tables) => tables.profiles.put(copy(ID, { ...odd, business_phone: '' })));
  expect(adviceIn(database)).toEqual([]);
  write(database, (tables) => tables.profiles.put(copy(ID, null)));
  expect(adviceIn(database)).toEqual([]);
});

test('takes the advice about a text that the person saved as seen, until there is another text', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    addOrganization(tables, 1);
    tables.profiles.put(copy(ID, odd), ['business_name', 'business_phone']);
  });
  const others = ODD.filter((field) => field !== 'business_phone');
  expect(adviceIn(database)).toEqual(others);
  write(database, (tables) => tables.profiles.put(copy(ID, odd)));
  expect(adviceIn(database)).toEqual(others);
  write(database, (tables) => tables.profiles.put(copy(ID, { ...odd, business_phone: '020' })));
  expect(adviceIn(database)).toEqual(ODD);
});

test('computes missing advice for a copy that an earlier release has stored', () => {
  const folder = temporaryFolder();
  const first = opened(folder).database;
  write(first, (tables) => {
    addOrganization(tables, 1);
    tables.profiles.put(copy(ID, odd));
  });
  first.close();
  withRawDatabase(folder, (db) => db.exec('UPDATE profile SET advice = NULL'));
  const { database } = opened(folder);
  expect(adviceIn(database)).toEqual(ODD);
  write(database, (tables) => tables.profiles.markViewed([ID]));
  expect(adviceIn(database)).toEqual([]);
});

test('removes the viewed marks together with the organization', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    addOrganization(tables, 1);
    tables.profiles.put(copy(ID, odd));
    tables.profiles.markViewed([ID]);
    tables.organizations.remove(ID);
  });
  write(database, (tables) => {
    addOrganization(tables, 1);
    tables.profiles.put(copy(ID, odd));
  });
  expect(adviceIn(database)).toEqual(ODD);
});
