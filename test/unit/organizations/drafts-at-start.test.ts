/** The drafts that the window names at startup: those of earlier sessions, as long as they exist. */
import { expect, it } from 'vitest';
import { createDraftsAtStart } from '../../../src/main/organizations/drafts-at-start';
import { success } from '../../../src/shared/outcome';
import {
  addOrganization,
  freshDatabase,
  NOW,
  entryId,
  patchTo,
  write,
} from '../database/temporary-database';

/** A database with organizations 1 to 4, the first `drafts` of which have a draft. */
function databaseWith(drafts: number) {
  const database = freshDatabase();
  const edit = (number: number, text: string) =>
    write(database, (tables) =>
      tables.drafts.put({
        entryId: entryId(number),
        patch: patchTo({ business_phone: text }),
        updatedAt: NOW,
      }),
    );
  write(database, (tables) => {
    for (let number = 1; number <= 4; number += 1) addOrganization(tables, number);
  });
  for (let number = 1; number <= drafts; number += 1) edit(number, '1');
  return { database, edit };
}

it('counts the drafts of earlier sessions only', () => {
  const { database, edit } = databaseWith(2);
  const handler = createDraftsAtStart(database);
  const first = { id: entryId(1), name: 'Org 1' };
  expect(handler(null)).toEqual(success({ count: 2, first }));
  edit(3, '1');
  // Edited further, it is still one of before.
  edit(1, '2');
  expect(handler(null)).toEqual(success({ count: 2, first }));
  write(database, (tables) => tables.drafts.remove(entryId(1)));
  expect(handler(null)).toEqual(success({ count: 1, first: { id: entryId(2), name: 'Org 2' } }));
  write(database, (tables) => tables.organizations.remove(entryId(2)));
  expect(handler(null)).toEqual(success({ count: 0, first: null }));
});

it('finds none in a session that starts without drafts', () => {
  const { database, edit } = databaseWith(0);
  const handler = createDraftsAtStart(database);
  edit(1, '1');
  expect(handler(null)).toEqual(success({ count: 0, first: null }));
});
