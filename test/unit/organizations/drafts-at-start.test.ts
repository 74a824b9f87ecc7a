/** The drafts that the window names at startup: those of earlier sessions, as long as they exist. */
import { expect, it } from 'vitest';
import { createDraftsAtStart } from '../../../src/main/organizations/drafts-at-start';
import { success } from '../../../src/shared/outcome';
import {
  addOrganization,
  freshStore,
  NOW,
  organizationId,
  patchTo,
  write,
} from '../database/temporary-store';

/** A store with organizations 1 to 4, the first `drafts` of which have a draft. */
function storeWith(drafts: number) {
  const store = freshStore();
  const edit = (number: number, text: string) =>
    write(store, (tables) =>
      tables.drafts.put({
        organizationId: organizationId(number),
        patch: patchTo({ business_phone: text }),
        updatedAt: NOW,
      }),
    );
  write(store, (tables) => {
    for (let number = 1; number <= 4; number += 1) addOrganization(tables, number);
  });
  for (let number = 1; number <= drafts; number += 1) edit(number, '1');
  return { store, edit };
}

it('counts the drafts of earlier sessions only', () => {
  const { store, edit } = storeWith(2);
  const handler = createDraftsAtStart(store);
  const first = { id: organizationId(1), name: 'Org 1' };
  expect(handler(null)).toEqual(success({ count: 2, first }));
  edit(3, '1');
  // Edited further, it is still one of before.
  edit(1, '2');
  expect(handler(null)).toEqual(success({ count: 2, first }));
  write(store, (tables) => tables.drafts.remove(organizationId(1)));
  expect(handler(null)).toEqual(
    success({ count: 1, first: { id: organizationId(2), name: 'Org 2' } }),
  );
  write(store, (tables) => tables.organizations.remove(organizationId(2)));
  expect(handler(null)).toEqual(success({ count: 0, first: null }));
});

it('finds none in a session that starts without drafts', () => {
  const { store, edit } = storeWith(0);
  const handler = createDraftsAtStart(store);
  edit(1, '1');
  expect(handler(null)).toEqual(success({ count: 0, first: null }));
});
