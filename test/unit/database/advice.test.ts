/**
 * Advice about the texts of saved copies. It is computed when a copy is written, disappears when the
 * page is marked as viewed, and comes back when the text changes.
 */
import { expect, test } from 'vitest';
import type { Profile } from '../../../src/shared/profile';
import {
  addOrganization,
  copy,
  freshStore,
  opened,
  organizationId,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-store';

const ID = organizationId(1);
const odd: Profile = {
  business_name: 'Brightwater',
  business_email: 'office at brightwater.example',
  business_phone: '020 7946 0123',
  business_address: ' 1 Main Street',
  external_metadata: '{"customer": ',
};
const ODD = ['business_email', 'business_phone', 'business_address', 'external_metadata'] as const;

/** The advice in the list, which must match the advice on the page. */
function adviceIn(store: ReturnType<typeof freshStore>): string[] {
  return read(store, (tables) => {
    const [entry] = tables.organizations.entries([ID]);
    expect(tables.profiles.advice(ID)).toEqual(entry?.advice);
    return entry?.advice ?? [];
  });
}

test('keeps advice with the copy until it is marked as viewed, and brings it back for a new text', () => {
  const store = freshStore();
  write(store, (tables) => {
    addOrganization(tables, 1);
    tables.profiles.put({ ...copy(ID, odd), changedElsewhere: true });
  });
  expect(adviceIn(store)).toEqual(ODD);

  write(store, (tables) => tables.profiles.markViewed([ID, organizationId(2)]));
  expect(adviceIn(store)).toEqual([]);
  expect(read(store, (tables) => tables.profiles.get(ID))).toEqual(copy(ID, odd));

  // A check that finds no change does not bring the advice back, nor does a save of another field.
  write(store, (tables) => tables.profiles.put(copy(ID, { ...odd, business_name: 'Bright' })));
  expect(adviceIn(store)).toEqual([]);
  write(store, (tables) => tables.profiles.put(copy(ID, { ...odd, business_phone: '020' })));
  expect(adviceIn(store)).toEqual(['business_phone']);
  write(store, (tables) => tables.profiles.put(copy(ID, { ...odd, business_phone: '' })));
  expect(adviceIn(store)).toEqual([]);
  write(store, (tables) => tables.profiles.put(copy(ID, null)));
  expect(adviceIn(store)).toEqual([]);
});

test('computes missing advice for a copy that an earlier release has stored', () => {
  const folder = temporaryFolder();
  const first = opened(folder).store;
  write(first, (tables) => {
    addOrganization(tables, 1);
    tables.profiles.put(copy(ID, odd));
  });
  first.close();
  withRawDatabase(folder, (db) => db.exec('UPDATE profile SET advice = NULL'));
  const { store } = opened(folder);
  expect(adviceIn(store)).toEqual(ODD);
  write(store, (tables) => tables.profiles.markViewed([ID]));
  expect(adviceIn(store)).toEqual([]);
});

test('removes the viewed marks together with the organization', () => {
  const store = freshStore();
  write(store, (tables) => {
    addOrganization(tables, 1);
    tables.profiles.put(copy(ID, odd));
    tables.profiles.markViewed([ID]);
    tables.organizations.remove(ID);
  });
  write(store, (tables) => {
    addOrganization(tables, 1);
    tables.profiles.put(copy(ID, odd));
  });
  expect(adviceIn(store)).toEqual(ODD);
});
