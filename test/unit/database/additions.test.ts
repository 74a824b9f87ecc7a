/** The stored queue of organizations still to be added. It consists of groups. */
import { expect, test } from 'vitest';
import { ORGANIZATION } from '../samples';
import {
  addSignIns,
  freshDatabase,
  opened,
  entryId,
  read,
  signInId,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

const group = (from: number, count = 2) =>
  Array.from({ length: count }, (_, n) => ({
    ...ORGANIZATION,
    id: entryId(from + n),
    name: `Org ${from + n}`,
  }));

test('returns the groups in order, and counts their organizations until they are removed', () => {
  const database = freshDatabase();
  write(database, addSignIns);
  write(database, ({ additions }) => {
    additions.put(signInId(1), group(1, 3));
    additions.put(signInId(2), group(10));
  });
  const first = read(database, ({ additions }) => additions.first());
  expect(first).toMatchObject({ signInId: signInId(1), organizations: group(1, 3) });
  expect(read(database, ({ additions }) => additions.count())).toBe(5);
  write(database, ({ additions }) => additions.remove(first!.id));
  const second = read(database, ({ additions }) => additions.first());
  expect(second).toMatchObject({ signInId: signInId(2), organizations: group(10) });
  write(database, ({ additions }) => additions.clear());
  expect(read(database, ({ additions }) => [additions.first(), additions.count()])).toEqual([
    null,
    0,
  ]);
});

test('removes the groups of a removed sign-in', () => {
  const database = freshDatabase();
  write(database, addSignIns);
  write(database, ({ additions }) => {
    additions.put(signInId(1), group(1));
    additions.put(signInId(2), group(10));
  });
  write(database, ({ signIns }) => signIns.remove(signInId(1)));
  expect(read(database, ({ additions }) => additions.count())).toBe(2);
  expect(read(database, ({ additions }) => additions.first()?.signInId)).toBe(signInId(2));
});

test('puts groups aside that cannot be read', () => {
  const folder = temporaryFolder();
  const before = opened(folder).database;
  write(before, addSignIns);
  write(before, ({ additions }) => {
    for (const from of [1, 10, 20]) additions.put(signInId(1), group(from));
  });
  before.close();
  withRawDatabase(folder, (db) =>
    db.exec("UPDATE addition SET organizations = 'no list' WHERE id < 3"),
  );

  const unreadable: string[] = [];
  const { database } = opened(folder, { onUnreadable: ({ table }) => unreadable.push(table) });
  expect(read(database, ({ additions }) => additions.first()?.organizations)).toEqual(group(20));
  expect(unreadable).toEqual(['addition', 'addition']);
});

test('publishes changes of the queue', () => {
  const database = freshDatabase();
  write(database, addSignIns);
  const topics: string[] = [];
  database.changes.subscribe((change) => topics.push(...change.topics));
  write(database, ({ additions }) => additions.put(signInId(1), group(1)));
  write(database, ({ additions }) => additions.clear());
  return Promise.resolve().then(() => expect(topics).toEqual(['additions', 'additions']));
});
