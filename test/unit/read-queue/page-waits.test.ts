/** The open page waits for a write through another entry, then it is read, whatever became of its sign-in meanwhile. */
import { afterEach, expect, test } from 'vitest';
import type { Tables } from '../../../src/main/database/tables';
import { closeHarnesses, SIGN_IN, SyncHarness } from '../sync/harness';

afterEach(closeHarnesses);

const OTHER = 'b'.repeat(16);
const WAIT_MS = 290_000;
const YEAR_MS = 31_536_000_000;

/** Opens the page of the first entry, whose read must wait so long. */
function pageMustWait({ clock, id, sendStatus }: SyncHarness, ms: number): void {
  sendStatus.opened(id);
  const retryAt = clock.now() + ms;
  sendStatus.set(id, { refreshFailure: { code: 'profile.just-saved', retryAt } });
}

/**
 * A harness whose open page waits. Its sign-in is one of two.
 * @param setBy by how much the clock is set after its read, in ms
 */
async function waitingPage(setBy = 0): Promise<SyncHarness> {
  const sync = await SyncHarness.start({ organizations: 1 });
  sync.write(({ signIns }) => signIns.put({ ...signIns.get(SIGN_IN)!, id: OTHER }));
  sync.clock.set(sync.clock.now() + setBy);
  pageMustWait(sync, WAIT_MS - setBy);
  return sync;
}

/** Gives the entry the other sign-in. */
const move = ({ organizations }: Tables, id: string): void =>
  organizations.put({ ...organizations.get(id)!, signInId: OTHER });
const remove = ({ signIns }: Tables): void => signIns.remove(SIGN_IN);
const refuse = ({ signIns }: Tables): void =>
  signIns.put({ ...signIns.get(SIGN_IN)!, issue: { code: 'sign-in.refused' } });

test.each([
  { name: 'stays', events: [], traffic: 'GET', code: undefined },
  { name: 'is replaced', events: [move], traffic: 'GET', code: undefined },
  { name: 'is replaced and removed', events: [move, remove], traffic: 'GET', code: undefined },
  { name: 'is replaced and refused', events: [move, refuse], traffic: 'GET', code: undefined },
  { name: 'is refused', events: [refuse], traffic: 'GET', code: undefined },
  { name: 'is removed', events: [remove], traffic: '', code: 'sign-in.not-found' },
])('its sign-in $name', async ({ events, traffic, code }) => {
  const sync = await waitingPage();
  const { clock, id, sendStatus } = sync;
  const began = clock.elapsed();
  for (const event of events) sync.write((tables) => event(tables, id));
  const failure = (): string | undefined => sendStatus.of(id).refreshFailure?.code;
  await sync.until(() => failure() !== 'profile.just-saved');
  expect(failure()).toBe(code);
  expect(sync.traffic()).toBe(traffic);
  expect(clock.elapsed() - began).toBe(WAIT_MS);
});

test('does not wait as long as the clock was set back', async () => {
  const sync = await waitingPage(-YEAR_MS);
  const { clock, id, sendStatus } = sync;
  const began = clock.elapsed();
  await sync.until(() => sendStatus.of(id).refreshFailure === null);
  expect(sync.traffic()).toBe('GET');
  expect(clock.elapsed() - began).toBe(0);
});

test('ends no check if the network fails', async () => {
  const sync = await SyncHarness.start({ organizations: 2 });
  const { clock, id, ids, readQueue, sendStatus, standin } = sync;
  const hold = standin.hold({ path: `${ids[1]}/profile` });
  const check = readQueue.check('background');
  await hold.arrived;
  await sync.until(() => readQueue.runningCheck()?.done === 1, { clock: false });
  const stop = standin.faults.add({ mode: 'reset', match: { path: `${id}/profile` } });
  pageMustWait(sync, 1_000);
  clock.advance(1_000);
  const failure = (): string | undefined => sendStatus.of(id).refreshFailure?.code;
  await sync.until(() => failure()?.startsWith('network.') ?? false, { clock: false });
  stop();
  hold.release();
  expect(await check).toMatchObject({ checked: 2, failure: null });
});
