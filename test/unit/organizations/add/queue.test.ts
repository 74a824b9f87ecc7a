/**
 * Adding organizations: a few are saved immediately; many go through a queue in the database, which
 * survives failures and restarts.
 */
import { expect, it, onTestFinished } from 'vitest';
import {
  createAdditionQueue,
  MAX_SAVED_IMMEDIATELY,
} from '../../../../src/main/organizations/add/queue';
import type { Database } from '../../../../src/main/database/tables';
import { failed, success } from '../../../../src/shared/result';
import { eventLoopTurns, turnsDuring } from '../../event-loop';
import {
  addSignIns,
  freshDatabase,
  NOW,
  opened,
  entryId,
  read,
  signIn,
  signInId,
  databaseOnSmallDisk,
  temporaryFolder,
  write,
} from '../../database/temporary-database';
import { valueOf } from '../../results';
import { ORGANIZATION } from '../../samples';

const SIGN_IN = signInId(1);
const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const branches = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({
    ...ORGANIZATION,
    id: entryId(from + n),
    name: `Branch ${from + n}`,
  }));
const countOf = (database: Database): number => read(database, (t) => t.organizations.ids().length);
const queued = (database: Database): number => read(database, (t) => t.additions.count());

function databaseWithSignIns(): Database {
  const database = freshDatabase();
  write(database, addSignIns);
  return database;
}

function createQueue(database: Database) {
  const queue = createAdditionQueue({ database, now: () => NOW, yieldToEventLoop });
  onTestFinished(() => queue.quit());
  return queue;
}

/** Lets the queue work until it has ended or paused. */
async function untilPaused(queue: ReturnType<typeof createAdditionQueue>): Promise<void> {
  while (queue.status()?.state === 'running') await yieldToEventLoop();
}

it('saves a few immediately, and never changes organizations that are already saved', async () => {
  const database = databaseWithSignIns();
  const [first, second] = branches(MAX_SAVED_IMMEDIATELY);
  write(database, ({ organizations }) =>
    organizations.put({
      ...ORGANIZATION,
      ...second!,
      name: 'Mine',
      signInId: null,
      addedAt: 1,
      viewedAt: 1,
    }),
  );
  const queue = createQueue(database);
  expect(await queue.add(SIGN_IN, branches(MAX_SAVED_IMMEDIATELY))).toEqual(success(first!.id));
  expect(countOf(database)).toBe(MAX_SAVED_IMMEDIATELY);
  expect(read(database, (t) => t.organizations.get(first!.id))).toEqual({
    ...first,
    signInId: SIGN_IN,
    addedAt: NOW,
    viewedAt: null,
  });
  expect(read(database, (t) => t.organizations.get(second!.id))).toMatchObject({ name: 'Mine' });
  expect(queue.status()).toBeNull();
  expect(await queue.add(SIGN_IN, [])).toEqual(success(null));
});

it('queues many, has saved the first ones when it responds, and adds the rest afterwards', async () => {
  const database = databaseWithSignIns();
  const queue = createQueue(database);
  const published: (number | undefined)[] = [];
  database.changes.subscribe(({ topics }) => {
    if (topics.has('additions')) published.push(queue.status()?.added);
  });
  expect(await queue.add(SIGN_IN, branches(1_050))).toEqual(success(entryId(0)));
  expect(queue.status()).toEqual({ state: 'running', added: 50, total: 1_050, failure: null });
  expect([countOf(database), queued(database)]).toEqual([50, 1_000]);
  await untilPaused(queue);
  expect(queue.status()).toEqual({ state: 'ended', added: 1_050, total: 1_050, failure: null });
  expect([countOf(database), queued(database)]).toEqual([1_050, 0]);
  expect(read(database, (t) => t.organizations.get(entryId(1_049)))).toMatchObject({
    name: 'Branch 1049',
    signInId: SIGN_IN,
  });
  await eventLoopTurns(1);
  expect(new Set(published)).toEqual(
    new Set([undefined, ...Array.from({ length: 22 }, (_, n) => n * 50)]),
  );
  queue.dismiss();
  expect(queue.status()).toBeNull();
});

it('yields between its slices', async () => {
  const database = databaseWithSignIns();
  const queue = createQueue(database);
  const [, whileQueueing] = await turnsDuring(queue.add(SIGN_IN, branches(10_000)));
  expect(whileQueueing).toBeGreaterThanOrEqual(10);
  const [, whileAdding] = await turnsDuring(untilPaused(queue));
  expect(whileAdding).toBeGreaterThanOrEqual(190);
  expect(countOf(database)).toBe(10_000);
});

it('continues after a kill with the organizations that are not added yet', async () => {
  const folder = temporaryFolder();
  const before = opened(folder).database;
  write(before, addSignIns);
  const killed = createQueue(before);
  valueOf(await killed.add(SIGN_IN, branches(2_000)));
  while (countOf(before) < 700) await yieldToEventLoop();
  // Quit without notifying anyone, as if the process was killed.
  killed.quit();
  before.close();

  const { database } = opened(folder);
  const left = 2_000 - countOf(database);
  expect(queued(database)).toBe(left);
  const queue = createQueue(database);
  queue.start();
  expect(queue.status()).toEqual({ state: 'running', added: 0, total: left, failure: null });
  await untilPaused(queue);
  expect(queue.status()).toMatchObject({ state: 'ended', added: left });
  expect([countOf(database), queued(database)]).toEqual([2_000, 0]);
});

it('has nothing to continue after an ordinary launch', () => {
  const queue = createQueue(databaseWithSignIns());
  queue.start();
  expect(queue.status()).toBeNull();
});

it('when stopped, keeps what is added and drops the rest', async () => {
  const database = databaseWithSignIns();
  const queue = createQueue(database);
  await queue.add(SIGN_IN, branches(1_000));
  await yieldToEventLoop();
  expect(queue.stop()).toEqual(success(null));
  const added = countOf(database);
  expect(queue.status()).toEqual({ state: 'ended', added, total: 1_000, failure: null });
  await eventLoopTurns();
  expect([countOf(database), queued(database)]).toEqual([added, 0]);
  // The progress of the next list starts from zero.
  await queue.add(SIGN_IN, branches(300, 5_000));
  expect(queue.status()).toMatchObject({ state: 'running', total: 300 });
  await untilPaused(queue);
  expect(countOf(database)).toBe(added + 300);
});

it('can be stopped while more is being queued', async () => {
  const database = databaseWithSignIns();
  const queue = createQueue(database);
  await queue.add(SIGN_IN, branches(1_000));
  const adding = queue.add(SIGN_IN, branches(5_000, 5_000));
  await yieldToEventLoop();
  queue.stop();
  await adding;
  await untilPaused(queue);
  expect(queued(database)).toBe(0);
  expect(queue.status()).toMatchObject({ state: 'ended' });
});

it('accepts more while it works', async () => {
  const database = databaseWithSignIns();
  const queue = createQueue(database);
  await queue.add(SIGN_IN, branches(1_000));
  // The new organizations come after the others, so the first of them cannot be shown yet.
  expect(await queue.add(signInId(2), branches(500, 5_000))).toEqual(success(null));
  expect(queue.status()).toMatchObject({ state: 'running', total: 1_500 });
  await untilPaused(queue);
  expect(queue.status()).toMatchObject({ state: 'ended', added: 1_500, total: 1_500 });
  expect(read(database, (t) => t.signIns.useCounts().get(signInId(2)))).toBe(500);
});

it('adds nothing with a sign-in that is removed or being removed', async () => {
  const database = databaseWithSignIns();
  const queue = createQueue(database);
  write(database, ({ signIns }) => signIns.put({ ...signIn(2), state: 'removing' }));
  for (const id of [signInId(2), signInId(3)]) {
    expect(await queue.add(id, branches(1))).toEqual(failed('sign-in.not-found'));
    expect(await queue.add(id, branches(1_000))).toEqual(failed('sign-in.not-found'));
  }
  expect([countOf(database), queued(database), queue.status()]).toEqual([0, 0, null]);
});

it.each([
  ['removed', (database: Database) => write(database, ({ signIns }) => signIns.remove(SIGN_IN))],
  [
    'being removed',
    (database: Database) =>
      write(database, ({ signIns }) => signIns.put({ ...signIn(1), state: 'removing' })),
  ],
])('drops the rest when its sign-in is %s, and says how many were added', async (_, end) => {
  const database = databaseWithSignIns();
  const queue = createQueue(database);
  await queue.add(SIGN_IN, branches(1_000));
  const added = countOf(database);
  end(database);
  await untilPaused(queue);
  expect(queue.status()).toEqual({ state: 'ended', added, total: 1_000, failure: null });
  expect([countOf(database), queued(database)]).toEqual([added, 0]);
});

/** Creates a database with the two sign-ins on a disk that can be made full. */
function signInsOnSmallDisk() {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, addSignIns);
  database.close();
  return databaseOnSmallDisk(folder);
}

it('pauses when the disk is full, and continues when the person asks', async () => {
  const { database, fill, free } = signInsOnSmallDisk();
  const queue = createQueue(database);
  await queue.add(SIGN_IN, branches(3_000));
  fill();
  await untilPaused(queue);
  const added = countOf(database);
  const paused = { state: 'paused', added, total: 3_000, failure: { code: 'database.full' } };
  expect(queue.status()).toEqual(paused);
  expect(queued(database)).toBe(3_000 - added);
  queue.resume();
  await untilPaused(queue);
  expect(queue.status()).toMatchObject({ state: 'paused' });
  free();
  queue.resume();
  await untilPaused(queue);
  expect(queue.status()).toEqual({ state: 'ended', added: 3_000, total: 3_000, failure: null });
  expect(countOf(database)).toBe(3_000);
});

it('adds nothing when the disk has no space for the queue', async () => {
  const { database, fill, free } = signInsOnSmallDisk();
  const queue = createQueue(database);
  fill();
  expect(await queue.add(SIGN_IN, branches(5_000))).toEqual(failed('database.full'));
  expect(await queue.add(SIGN_IN, branches(100))).toEqual(failed('database.full'));
  free();
  expect([countOf(database), queued(database), queue.status()]).toEqual([0, 0, null]);
});

it('adds nothing of a second list for which there is no space, and all of the first', async () => {
  const { database, fill, free } = signInsOnSmallDisk();
  const queue = createQueue(database);
  await queue.add(SIGN_IN, branches(1_000));
  const before = queued(database);
  const adding = queue.add(signInId(2), branches(5_000, 5_000));
  expect(queued(database)).toBe(before + 800);
  fill();
  expect(await adding).toEqual(failed('database.full'));
  free();
  queue.resume();
  await untilPaused(queue);
  expect(queue.status()).toMatchObject({ state: 'ended', added: 1_000, total: 1_000 });
  expect([countOf(database), queued(database)]).toEqual([1_000, 0]);
});

it('counts the rest of a list that can be neither queued completely nor rolled back', async () => {
  const database = databaseWithSignIns();
  let isBroken = false;
  const queue = createQueue({
    ...database,
    write: (work, by) => (isBroken ? failed('database.io') : database.write(work, by)),
  });
  await queue.add(SIGN_IN, branches(1_000));
  const adding = queue.add(signInId(2), branches(5_000, 5_000));
  isBroken = true;
  expect(await adding).toEqual(failed('database.io'));
  expect(queue.status()).toMatchObject({
    state: 'paused',
    total: 1_800,
    failure: { code: 'database.io' },
  });
  isBroken = false;
  queue.resume();
  await untilPaused(queue);
  expect(queue.status()).toMatchObject({ state: 'ended', added: 1_800, total: 1_800 });
});

it('ends without a failure when the app quits', async () => {
  const database = databaseWithSignIns();
  const queue = createQueue(database);
  await queue.add(SIGN_IN, branches(1_000));
  queue.quit();
  database.close();
  await eventLoopTurns();
  expect(queue.status()).toMatchObject({ state: 'running', failure: null });
});
