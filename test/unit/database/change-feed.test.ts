/** The change feed notifies every subscriber of every committed write, once and in order. */
import { expect, test, vi } from 'vitest';
import {
  Changes,
  createChangeFeed,
  MAX_IDS,
  type Change,
} from '../../../src/main/database/change-feed';
import { addOrganization, freshDatabase, entryId, write } from './temporary-database';

const delivered = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A feed, and the events that a subscriber received. */
function feedWithSubscriber() {
  const onUnexpected = vi.fn();
  const feed = createChangeFeed(onUnexpected);
  const received: Change[] = [];
  feed.subscribe((change) => received.push(change));
  const commit = (mark: (changes: Changes) => void): void => {
    const changes = new Changes();
    mark(changes);
    feed.committed(changes, null);
  };
  return { feed, received, commit, onUnexpected };
}

test('publishes one numbered event per commit, after the transaction', async () => {
  const { feed, received, commit } = feedWithSubscriber();
  commit((changes) => changes.organization('a'));
  commit((changes) => changes.topic('saves'));
  expect(received).toEqual([]);
  expect(feed.commit).toBe(2);
  await delivered();
  expect(received.map(({ commit: number }) => number)).toEqual([1, 2]);
  expect(received[0]).toMatchObject({ organizations: new Set(['a']), topics: new Set(), by: null });
  expect(received[1]?.topics).toEqual(new Set(['saves']));
});

test('numbers a commit without marks, but does not publish it', async () => {
  const { feed, received, commit } = feedWithSubscriber();
  commit(() => undefined);
  await delivered();
  expect([feed.commit, received]).toEqual([1, []]);
});

test('delivers what a subscriber writes to all subscribers, after the current event', async () => {
  const { feed, received, commit } = feedWithSubscriber();
  const order: string[] = [];
  feed.subscribe(({ topics }) => {
    if (topics.has('saves')) commit((changes) => changes.topic('settings'));
    order.push([...topics].join());
  });
  commit((changes) => changes.topic('saves'));
  await delivered();
  expect(order).toEqual(['saves', 'settings']);
  expect(received.map(({ commit: number }) => number)).toEqual([1, 2]);
});

test('reports a subscriber that throws, and still notifies the others', async () => {
  const { feed, commit, onUnexpected } = feedWithSubscriber();
  const later = vi.fn();
  const error = new Error('on purpose');
  feed.subscribe(() => {
    throw error;
  });
  feed.subscribe(later);
  commit((changes) => changes.topic('list'));
  await delivered();
  expect(onUnexpected.mock.calls).toEqual([[error]]);
  expect(later).toHaveBeenCalledOnce();
});

test('notifies no one who has unsubscribed', async () => {
  const { feed, commit } = feedWithSubscriber();
  const listener = vi.fn();
  const unsubscribe = feed.subscribe(listener);
  unsubscribe();
  commit((changes) => changes.topic('list'));
  await delivered();
  expect(listener).not.toHaveBeenCalled();
});

test('publishes in-memory changes in order, with the same numbering', async () => {
  const { feed, received, commit } = feedWithSubscriber();
  commit((changes) => changes.topic('saves'));
  feed.publishInMemory((changes) => changes.topic('connection'));
  commit((changes) => changes.topic('settings'));
  await delivered();
  expect(received.map(({ commit: number, topics }) => [number, [...topics]])).toEqual([
    [1, ['saves']],
    [2, ['connection']],
    [3, ['settings']],
  ]);
});

test('turns more than a thousand entries into "all"', () => {
  const changes = new Changes();
  for (let number = 0; number <= MAX_IDS; number++) changes.organization(String(number));
  expect(changes.take().organizations).toBe('all');
  expect(changes.isEmpty).toBe(true);
  changes.everything();
  expect(changes.isEmpty).toBe(false);
});

test('when it coalesces events, the last of "removed" and "added" counts', () => {
  const changes = new Changes();
  changes.organization('a');
  changes.removed('a');
  changes.removed('b');
  changes.organization('b');
  const later = new Changes();
  later.add(changes.take());
  later.signIn('s');
  expect(later.take()).toEqual({
    organizations: new Set(['b']),
    removed: new Set(['a']),
    signIns: new Set(['s']),
    topics: new Set(),
  });
});

test('publishes what a database committed and who wrote it, and nothing that was rolled back', async () => {
  const refused = new Error('refused');
  const database = freshDatabase({ onUnexpected: (error) => expect(error).toBe(refused) });
  const received: Change[] = [];
  database.changes.subscribe((change) => received.push(change));
  database.write((tables) => {
    addOrganization(tables, 1);
    throw refused;
  });
  database.read((tables) => tables.organizations.all());
  database.write((tables) => addOrganization(tables, 2), 'sync');
  write(database, (tables) => addOrganization(tables, 3));
  await delivered();
  expect(received.map(({ commit, organizations, by }) => [commit, organizations, by])).toEqual([
    [1, new Set([entryId(2)]), 'sync'],
    [2, new Set([entryId(3)]), null],
  ]);
});
