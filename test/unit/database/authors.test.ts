/** What the author lookup stores: our own requests, and what an audit log told of a change. */
import { expect, test } from 'vitest';
import type { Author } from '../../../src/shared/history';
import {
  addOrganization,
  freshDatabase,
  entryId,
  profile,
  read,
  write,
} from './temporary-database';

const [ONE, TWO] = [entryId(1), entryId(2)];
const ERIKA: Author = { who: 'erika@b.example', via: 'dashboard', at: 7 };

test.each([ERIKA, null])(
  'records what the log told of a change, and asks no more: %j',
  (author) => {
    const database = freshDatabase();
    const observed = { entryId: ONE, kind: 'observed', at: 2, texts: profile('1') } as const;
    write(database, (tables) => {
      addOrganization(tables, 1);
      tables.revisions.add({ ...observed, author: null, since: 1 });
    });
    const [found] = read(database, (tables) => tables.revisions.of(ONE));
    expect(found).toMatchObject({ author: null, since: 1 });
    write(database, (tables) => {
      tables.revisions.setAuthor(found!.id, author);
      tables.revisions.setAuthor(9_999, author);
    });
    expect(read(database, (tables) => tables.revisions.of(ONE))).toStrictEqual([
      { ...observed, id: found!.id, author },
    ]);
  },
);

test('keeps the last twenty requests of each entry, and the id of each answer', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    addOrganization(tables, 1);
    addOrganization(tables, 2);
    tables.ownRequests.add(TWO, 1, 5);
    let last = 0;
    for (let at = 1; at <= 25; at += 1) last = tables.ownRequests.add(ONE, 1, at);
    tables.ownRequests.answered(last, 'ab', true);
    tables.ownRequests.add(ONE, 1, 26);
  });
  const [one, two] = read(database, ({ ownRequests }) => [
    ownRequests.of(ONE),
    ownRequests.of(TWO),
  ]);
  expect(one).toHaveLength(20);
  expect(one![0]).toEqual({ at: 7, ray: null });
  expect(one!.slice(-2)).toEqual([
    { at: 25, ray: 'ab' },
    { at: 26, ray: null },
  ]);
  expect(two).toEqual([{ at: 5, ray: null }]);
});
