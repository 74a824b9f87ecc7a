/**
 * Adding organizations: a few are saved immediately; many go through a queue in the database, which
 * survives failures and restarts.
 */
import { expect, it, onTestFinished } from 'vitest';
import {
  createAdditionQueue,
  MAX_SAVED_IMMEDIATELY,
} from '../../../../src/main/organizations/add/queue';
import type { Store } from '../../../../src/main/database/tables';
import { failed, success } from '../../../../src/shared/outcome';
import { eventLoopTurns, turnsDuring } from '../../event-loop';
import {
  addSignIns,
  freshStore,
  NOW,
  opened,
  organizationId,
  read,
  signIn,
  signInId,
  storeOnSmallDisk,
  temporaryFolder,
  write,
} from '../../database/temporary-store';
import { valueOf } from '../../outcomes';
import { ORGANIZATION } from '../../samples';

const SIGN_IN = signInId(1);
const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const branches = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({
    ...ORGANIZATION,
    id: organizationId(from + n),
    name: `Branch ${from + n}`,
  }));
const countOf = (store: Store): number => read(store, (t) => t.organizations.ids().length);
const queued = (store: Store): number => read(store, (t) => t.additions.count());

function storeWithSignIns(): Store {
  const store = freshStore();
  write(store, addSignIns);
  return store;
}

function createQueue(store: Store) {
  const queue = createAdditionQueue({ store, now: () => NOW, yieldToEventLoop });
  onTestFinished(() => queue.quit());
  return queue;
}

/** Lets the queue work until it has ended or paused. */
async function untilPaused(queue: ReturnType<typeof createAdditionQueue>): Promise<void> {
  while (queue.status()?.state === 'running') await yieldToEventLoop();
}

it('saves a few immediately, and never changes organizations that are already saved', async () => {
  const store = storeWithSignIns();
  const [first, second] = branches(MAX_SAVED_IMMEDIATELY);
  write(store, ({ organizations }) =>
    organizations.put({
      ...ORGANIZATION,
      ...second!,
      name: 'Mine',
      credentialId: null,
      addedAt: 1,
      viewedAt: 1,
    }),
  );
  const queue = createQueue(store);
  expect(await queue.add(SIGN_IN, branches(MAX_SAVED_IMMEDIATELY))).toEqual(success(first!.id));
  expect(countOf(store)).toBe(MAX_SAVED_IMMEDIATELY);
  expect(read(store, (t) => t.organizations.get(first!.id))).toEqual({
    ...first,
    credentialId: SIGN_IN,
    addedAt: NOW,
    viewedAt: null,
  });
  expect(read(store, (t) => t.organizations.get(second!.id))).toMatchObject({ name: 'Mine' });
  expect(queue.status()).toBeNull();
  expect(await queue.add(SIGN_IN, [])).toEqual(success(null));
});

it('queues many, has saved the first ones when it responds, and adds the rest afterwards', async () => {
  const store = storeWithSignIns();
  const queue = createQueue(store);
  const published: (number | undefined)[] = [];
  store.changes.subscribe(({ topics }) => {
    if (topics.has('additions')) published.push(queue.status()?.added);
  });
  expect(await queue.add(SIGN_IN, branches(1_050))).toEqual(success(organizationId(0)));
  expect(queue.status()).toEqual({ state: 'running', added: 50, total: 1_050, failure: null });
  expect([countOf(store), queued(store)]).toEqual([50, 1_000]);
  await untilPaused(queue);
  expect(queue.status()).toEqual({ state: 'ended', added: 1_050, total: 1_050, failure: null });
  expect([countOf(store), queued(store)]).toEqual([1_050, 0]);
  expect(read(store, (t) => t.organizations.get(organizationId(1_049)))).toMatchObject({
    name: 'Branch 1049',
    credentialId: SIGN_IN,
  });
  await eventLoopTurns(1);
  expect(new Set(published)).toEqual(
    new Set([undefined, ...Array.from({ length: 22 }, (_, n) => n * 50)]),
  );
  queue.dismiss();
  expect(queue.status()).toBeNull();
});

it('yields between its slices', async () => {
  const store = storeWithSignIns();
  const queue = createQueue(store);
  const [, whileQueueing] = await turnsDuring(queue.add(SIGN_IN, branches(10_000)));
  expect(whileQueueing).toBeGreaterThanOrEqual(10);
  const [, whileAdding] = await turnsDuring(untilPaused(queue));
  expect(whileAdding).toBeGreaterThanOrEqual(190);
  expect(countOf(store)).toBe(10_000);
});

it('continues after a kill with the organizations that are not added yet', async () => {
  const folder = temporaryFolder();
  const before = opened(folder).store;
  write(before, addSignIns);
  const killed = createQueue(before);
  valueOf(await killed.add(SIGN_IN, branches(2_000)));
  while (countOf(before) < 700) await yieldToEventLoop();
  // Quit without notifying anyone, as if the process was killed.
  killed.quit();
  before.close();

  const { store } = opened(folder);
  const left = 2_000 - countOf(store);
  expect(queued(store)).toBe(left);
  const queue = createQueue(store);
  queue.start();
  expect(queue.status()).toEqual({ state: 'running', added: 0, total: left, failure: null });
  await untilPaused(queue);
  expect(queue.status()).toMatchObject({ state: 'ended', added: left });
  expect([countOf(store), queued(store)]).toEqual([2_000, 0]);
});

it('has nothing to continue after an ordinary launch', () => {
  const queue = createQueue(storeWithSignIns());
  queue.start();
  expect(queue.status()).toBeNull();
});

it('when stopped, keeps what is added and drops the rest', async () => {
  const store = storeWithSignIns();
  const queue = createQueue(store);
  await queue.add(SIGN_IN, branches(1_000));
  await yieldToEventLoop();
  expect(queue.stop()).toEqual(success(null));
  const added = countOf(store);
  expect(queue.status()).toEqual({ state: 'ended', added, total: 1_000, failure: null });
  await eventLoopTurns();
  expect([countOf(store), queued(store)]).toEqual([added, 0]);
  // The progress of the next list starts from zero.
  await queue.add(SIGN_IN, branches(300, 5_000));
  expect(queue.status()).toMatchObject({ state: 'running', total: 300 });
  await untilPaused(queue);
  expect(countOf(store)).toBe(added + 300);
});

it('can be stopped while more is being queued', async () => {
  const store = storeWithSignIns();
  const queue = createQueue(store);
  await queue.add(SIGN_IN, branches(1_000));
  const adding = queue.add(SIGN_IN, branches(5_000, 5_000));
  await yieldToEventLoop();
  queue.stop();
  await adding;
  await untilPaused(queue);
  expect(queued(store)).toBe(0);
  expect(queue.status()).toMatchObject({ state: 'ended' });
});

it('accepts more while it works', async () => {
  const store = storeWithSignIns();
  const queue = createQueue(store);
  await queue.add(SIGN_IN, branches(1_000));
  // The new organizations come after the others, so the first of them cannot be shown yet.
  expect(await queue.add(signInId(2), branches(500, 5_000))).toEqual(success(null));
  expect(queue.status()).toMatchObject({ state: 'running', total: 1_500 });
  await untilPaused(queue);
  expect(queue.status()).toMatchObject({ state: 'ended', added: 1_500, total: 1_500 });
  expect(read(store, (t) => t.credentials.useCounts().get(signInId(2)))).toBe(500);
});

it('adds nothing with a sign-in that is removed or being removed', async () => {
  const store = storeWithSignIns();
  const queue = createQueue(store);
  write(store, ({ credentials }) => credentials.put({ ...signIn(2), state: 'removing' }));
  for (const id of [signInId(2), signInId(3)]) {
    expect(await queue.add(id, branches(1))).toEqual(failed('sign-in.not-found'));
    expect(await queue.add(id, branches(1_000))).toEqual(failed('sign-in.not-found'));
  }
  expect([countOf(store), queued(store), queue.status()]).toEqual([0, 0, null]);
});

it.each([
  ['removed', (store: Store) => write(store, ({ credentials }) => credentials.remove(SIGN_IN))],
  [
    'being removed',
    (store: Store) =>
      write(store, ({ credentials }) => credentials.put({ ...signIn(1), state: 'removing' })),
  ],
])('drops the rest when its sign-in is %s, and says how many were added', async (_, end) => {
  const store = storeWithSignIns();
  const queue = createQueue(store);
  await queue.add(SIGN_IN, branches(1_000));
  const added = countOf(store);
  end(store);
  await untilPaused(queue);
  expect(queue.status()).toEqual({ state: 'ended', added, total: 1_000, failure: null });
  expect([countOf(store), queued(store)]).toEqual([added, 0]);
});

/** Creates a store with the two sign-ins on a disk that can be made full. */
function signInsOnSmallDisk() {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  write(store, addSignIns);
  store.close();
  return storeOnSmallDisk(folder);
}

it('pauses when the disk is full, and continues when the person asks', async () => {
  const { store, fill, free } = signInsOnSmallDisk();
  const queue = createQueue(store);
  await queue.add(SIGN_IN, branches(3_000));
  fill();
  await untilPaused(queue);
  const added = countOf(store);
  const paused = { state: 'paused', added, total: 3_000, failure: { code: 'store.full' } };
  expect(queue.status()).toEqual(paused);
  expect(queued(store)).toBe(3_000 - added);
  queue.resume();
  await untilPaused(queue);
  expect(queue.status()).toMatchObject({ state: 'paused' });
  free();
  queue.resume();
  await untilPaused(queue);
  expect(queue.status()).toEqual({ state: 'ended', added: 3_000, total: 3_000, failure: null });
  expect(countOf(store)).toBe(3_000);
});

it('adds nothing when the disk has no space for the queue', async () => {
  const { store, fill, free } = signInsOnSmallDisk();
  const queue = createQueue(store);
  fill();
  expect(await queue.add(SIGN_IN, branches(5_000))).toEqual(failed('store.full'));
  expect(await queue.add(SIGN_IN, branches(100))).toEqual(failed('store.full'));
  free();
  expect([countOf(store), queued(store), queue.status()]).toEqual([0, 0, null]);
});

it('adds nothing of a second list for which there is no space, and all of the first', async () => {
  const { store, fill, free } = signInsOnSmallDisk();
  const queue = createQueue(store);
  await queue.add(SIGN_IN, branches(1_000));
  const before = queued(store);
  const adding = queue.add(signInId(2), branches(5_000, 5_000));
  expect(queued(store)).toBe(before + 800);
  fill();
  expect(await adding).toEqual(failed('store.full'));
  free();
  queue.resume();
  await untilPaused(queue);
  expect(queue.status()).toMatchObject({ state: 'ended', added: 1_000, total: 1_000 });
  expect([countOf(store), queued(store)]).toEqual([1_000, 0]);
});

it('counts the rest of a list that can be neither queued completely nor rolled back', async () => {
  const store = storeWithSignIns();
  let isBroken = false;
  const queue = createQueue({
    ...store,
    write: (work, by) => (isBroken ? failed('store.io') : store.write(work, by)),
  });
  await queue.add(SIGN_IN, branches(1_000));
  const adding = queue.add(signInId(2), branches(5_000, 5_000));
  isBroken = true;
  expect(await adding).toEqual(failed('store.io'));
  expect(queue.status()).toMatchObject({
    state: 'paused',
    total: 1_800,
    failure: { code: 'store.io' },
  });
  isBroken = false;
  queue.resume();
  await untilPaused(queue);
  expect(queue.status()).toMatchObject({ state: 'ended', added: 1_800, total: 1_800 });
});

it('ends without a failure when the app quits', async () => {
  const store = storeWithSignIns();
  const queue = createQueue(store);
  await queue.add(SIGN_IN, branches(1_000));
  queue.quit();
  store.close();
  await eventLoopTurns();
  expect(queue.status()).toMatchObject({ state: 'running', failure: null });
});
