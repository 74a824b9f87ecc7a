/**
 * Advice about saved copies: computed when they are written, gone once marked as viewed, back when
 * the text changes.
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

/** The advice in the list and on the page, which must match. */
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

  // Neither a check that finds no change nor a save of another field brings it back.
  write(store, (tables) => tables.profiles.put(copy(ID, { ...odd, business_name: 'Bright' })));
  expect(adviceIn(store)).toEqual([]);
  write(store, (tables) => tables.profiles.put(copy(ID, { ...odd, business_phone: '020' })));
  expect(adviceIn(store)).toEqual(['business_phone']);
  write(store, (tables) => tables.profiles.put(copy(ID, { ...odd, business_phone: '' })));
  expect(adviceIn(store)).toEqual([]);
  write(store, (tables) => tables.profiles.put(copy(ID, null)));
  expect(adviceIn(store)).toEqual([]);
});

test('computes advice for a copy of an earlier release that had none stored', () => {
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
