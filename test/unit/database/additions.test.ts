/** The stored queue of organizations still to be added. It consists of groups. */
import { expect, test } from 'vitest';
import { ORGANIZATION } from '../samples';
import {
  addSignIns,
  freshStore,
  opened,
  organizationId,
  read,
  signInId,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-store';

const group = (from: number, count = 2) =>
  Array.from({ length: count }, (_, n) => ({
    ...ORGANIZATION,
    id: organizationId(from + n),
    name: `Org ${from + n}`,
  }));

test('returns the groups in order, and counts their organizations until they are removed', () => {
  const store = freshStore();
  write(store, addSignIns);
  write(store, ({ additions }) => {
    additions.put(signInId(1), group(1, 3));
    additions.put(signInId(2), group(10));
  });
  const first = read(store, ({ additions }) => additions.first());
  expect(first).toMatchObject({ credentialId: signInId(1), organizations: group(1, 3) });
  expect(read(store, ({ additions }) => additions.count())).toBe(5);
  write(store, ({ additions }) => additions.remove(first!.id));
  const second = read(store, ({ additions }) => additions.first());
  expect(second).toMatchObject({ credentialId: signInId(2), organizations: group(10) });
  write(store, ({ additions }) => additions.clear());
  expect(read(store, ({ additions }) => [additions.first(), additions.count()])).toEqual([null, 0]);
});

test('removes the groups of a removed sign-in', () => {
  const store = freshStore();
  write(store, addSignIns);
  write(store, ({ additions }) => {
    additions.put(signInId(1), group(1));
    additions.put(signInId(2), group(10));
  });
  write(store, ({ credentials }) => credentials.remove(signInId(1)));
  expect(read(store, ({ additions }) => additions.count())).toBe(2);
  expect(read(store, ({ additions }) => additions.first()?.credentialId)).toBe(signInId(2));
});

test('skips and reports a group that cannot be read', () => {
  const folder = temporaryFolder();
  const before = opened(folder).store;
  write(before, addSignIns);
  write(before, ({ additions }) => {
    for (const from of [1, 10, 20]) additions.put(signInId(1), group(from));
  });
  before.close();
  withRawDatabase(folder, (db) =>
    db.exec("UPDATE addition SET organizations = 'no list' WHERE id < 3"),
  );

  const unreadable: string[] = [];
  const { store } = opened(folder, { onUnreadable: ({ table }) => unreadable.push(table) });
  expect(read(store, ({ additions }) => additions.first()?.organizations)).toEqual(group(20));
  expect(unreadable).toContain('addition');
});

test('publishes changes of the queue', () => {
  const store = freshStore();
  write(store, addSignIns);
  const topics: string[] = [];
  store.changes.subscribe((change) => topics.push(...change.topics));
  write(store, ({ additions }) => additions.put(signInId(1), group(1)));
  write(store, ({ additions }) => additions.clear());
  return Promise.resolve().then(() => expect(topics).toEqual(['additions', 'additions']));
});
