/** Changes whose sign-in cannot be used: paused together, asked for once, and sent when it is well again. */
import { afterEach, expect, test } from 'vitest';
import { failed } from '../../../src/shared/failure';
import { setTrouble } from './helpers';
import { closeWorlds, SIGN_IN, SyncWorld } from './harness';

afterEach(closeWorlds);

test('a sign-in that is down pauses all its changes together, with one message', async () => {
  const world = await SyncWorld.start({ organizations: 6 });
  world.standin.faults.add({ mode: '403-9103' });
  world.write((tables) => {
    const other = tables.credentials.get(SIGN_IN);
    if (other) tables.credentials.put({ ...other, id: 'f'.repeat(16) });
    const organization = tables.organizations.get(world.ids[5] ?? '');
    if (organization) tables.organizations.put({ ...organization, credentialId: 'f'.repeat(16) });
  });
  const hold = world.standin.hold({ path: `${world.ids[5]}/profile` });
  for (const id of world.ids.slice(0, 5)) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.ids.slice(0, 5).every((id) => world.row(id)?.state === 'paused'));
  await world.until(() => !world.busy());
  // Four were under way; the fifth was never asked for.
  expect(world.standin.requests).toHaveLength(4);
  for (const [id] of world.troubles) expect(id).toBe(SIGN_IN);
  world.submit({ business_name: 'New' }, world.ids[5]);
  hold.release();
  await world.until(() => world.row(world.ids[5])?.state === 'paused');
  world.standin.faults.clear();
  setTrouble(world, null);
  await world.until(() => world.ids.slice(0, 5).every((id) => world.row(id) === null));
  expect(world.row(world.ids[5])?.state).toBe('paused');
});

test('what is saved while Cloudflare refuses the sign-in is paused without asking again', async () => {
  const world = await SyncWorld.start();
  const failure = { code: 'sign-in.unknown', status: 403 } as const;
  setTrouble(world, failure);
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.ids.every((id) => world.row(id)?.state === 'paused'));
  expect(world.row()?.failure).toEqual(failure);
  expect(world.standin.requests).toEqual([]);
  // Nor at the next start.
  await world.restart();
  expect(world.standin.requests).toEqual([]);
  setTrouble(world, null);
  await world.until(() => world.ids.every((id) => world.row(id) === null) && !world.busy());
});

test('"try again" asks Cloudflare also with a sign-in it refused, once for all of its changes', async () => {
  const world = await SyncWorld.start({ organizations: 9 });
  setTrouble(world, { code: 'sign-in.unknown', status: 403 });
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.ids.every((id) => world.row(id)?.state === 'paused'));
  const remove = world.standin.faults.add({ mode: '403-9103' });
  world.scheduler.retryNow();
  await world.until(() => world.ids.every((id) => world.row(id)?.state === 'paused'));
  await world.until(() => !world.busy());
  expect(world.standin.requests.length).toBeLessThanOrEqual(4);
  remove();
  world.scheduler.retryNow(world.id);
  await world.until(() => world.row() === null && !world.busy());
  expect(world.works).toEqual([SIGN_IN]);
});

test('a keychain that was locked is asked again by what is saved next', async () => {
  const world = await SyncWorld.start();
  setTrouble(world, { code: 'keychain.locked' });
  world.submit({ business_name: 'New' });
  await world.until(() => world.row() === null && !world.busy());
});

test.each(['keychain.locked', 'keychain.lost', 'keychain.timed-out'] as const)(
  '%s pauses before anything is sent',
  async (code) => {
    const world = await SyncWorld.start();
    const working = world.authorizationOf;
    world.authorizationOf = async () => failed(code);
    world.submit({ business_name: 'New' });
    await world.until(() => world.row()?.state === 'paused' && !world.busy());
    expect(world.row()?.failure).toEqual({ code });
    expect(world.standin.requests).toEqual([]);
    // An unlocked keychain is found at the next start.
    world.authorizationOf = working;
    await world.restart();
    await world.until(() => world.row() === null && !world.busy());
  },
);

test('a key replaced while the old one is refused: sent and read with the new one, no trouble', async () => {
  const world = await SyncWorld.start();
  const { email, key, userId } = world.credential;
  let current = 'old-key';
  world.authorizationOf = async () => ({ ok: true, value: { email, key: current, userId } });
  world.deps.isCurrent = (_id, authorization) => authorization.key === current;
  const write = world.standin.hold({ method: 'GET', path: `${world.id}/profile`, nth: 1 });
  world.submit({ business_name: 'New' });
  await write.arrived;
  const other = world.ids[1] ?? '';
  const page = world.standin.hold({ method: 'GET', path: `${other}/profile`, nth: 1 });
  const read = world.refresher.refresh(other, { looking: true });
  await page.arrived;
  current = key;
  setTrouble(world, null);
  write.release();
  page.release();
  expect((await read).ok).toBe(true);
  await world.until(() => world.row() === null && !world.busy());
  expect(world.troubles).toEqual([]);
});
