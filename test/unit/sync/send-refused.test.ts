/**
 * Sends that Cloudflare refuses, because something is gone or forbidden or the sign-in does not work.
 */
import { afterEach, expect, test } from 'vitest';
import { untilConfirmed } from './helpers';
import { closeHarnesses, SIGN_IN, SyncHarness } from './harness';

afterEach(closeHarnesses);
test('a profile that is gone: the change is refused, the saved copy stays, and nothing is written', async () => {
  const harness = await SyncHarness.start();
  const saved = harness.saved();
  harness.standin.setProfile(harness.id, null);
  harness.submit({ business_name: 'New name' });
  await harness.settled();
  expect(harness.row()).toMatchObject({ state: 'refused', failure: { code: 'profile.gone' } });
  expect(harness.saved()).toEqual(saved);
  expect(harness.traffic()).toBe('GET');
});

test('an organization that is gone: the change is refused', async () => {
  const harness = await SyncHarness.start();
  harness.standin.removeOrganization(harness.id);
  harness.submit({ business_name: 'New name' });
  await harness.settled();
  expect(harness.row()).toMatchObject({
    state: 'refused',
    failure: { code: 'organization.not-found', status: 404 },
  });
});

test('a forbidden organization: checks once whether the sign-in works; the change is refused', async () => {
  const harness = await SyncHarness.start({ unknownOrganization: 403 });
  harness.standin.removeOrganization(harness.id);
  harness.submit({ business_name: 'New name' });
  await harness.settled();
  expect(harness.row()).toMatchObject({
    state: 'refused',
    failure: { code: 'organization.forbidden', status: 403 },
  });
  expect(harness.standin.requests.filter(({ route }) => route === '/user')).toHaveLength(1);
  expect(harness.signInIssues).toEqual([]);
});

test('forbidden, and the sign-in does not work: the change is paused', async () => {
  const harness = await SyncHarness.start();
  harness.standin.faults.add({ mode: '403-10000' });
  harness.submit({ business_name: 'New name' });
  await harness.settled();
  expect(harness.row()).toMatchObject({ state: 'paused', failure: { code: 'sign-in.refused' } });
  expect(harness.signInIssues.map(([id, { code }]) => [id, code])).toEqual([
    [SIGN_IN, 'sign-in.refused'],
  ]);
});

test('forbidden just after the organization was added: retries', async () => {
  const harness = await SyncHarness.start();
  harness.write((tables) => {
    const organization = tables.organizations.get(harness.id);
    if (organization) tables.organizations.put({ ...organization, addedAt: harness.clock.now() });
  });
  harness.standin.faults.add({ mode: '403-9109', times: 2 });
  harness.submit({ business_name: 'New name' });
  await harness.settled();
  expect(harness.row()).toMatchObject({
    state: 'waiting',
    failure: { code: 'organization.forbidden' },
  });
  await untilConfirmed(harness);
  expect(harness.standin.requests.some(({ route }) => route === '/user')).toBe(false);
});

test('forbidden, and added at a time in the future (by a wrong clock): refused without retrying', async () => {
  const harness = await SyncHarness.start({ unknownOrganization: 403 });
  harness.write((tables) => {
    const organization = tables.organizations.get(harness.id);
    const addedAt = harness.clock.now() + 86_400_000;
    if (organization) tables.organizations.put({ ...organization, addedAt });
  });
  harness.standin.removeOrganization(harness.id);
  harness.submit({ business_name: 'New name' });
  await harness.settled();
  expect(harness.row()?.state).toBe('refused');
});

test('a confirmation proves that the sign-in works, a refused write does not', async () => {
  const harness = await SyncHarness.start();
  harness.standin.faults.add({ mode: '403-9103', match: { method: 'PUT' }, times: 1 });
  harness.submit({ business_name: 'New name' });
  await harness.settled();
  expect(harness.row()?.state).toBe('paused');
  expect(harness.workingSignIns).toEqual([]);
  harness.scheduler.retryNow();
  await untilConfirmed(harness);
  expect(harness.workingSignIns).toEqual([SIGN_IN]);
});

test('an organization without a sign-in: the change is paused until there is one', async () => {
  const harness = await SyncHarness.start();
  const setSignIn = (signInId: string | null) =>
    harness.write((tables) => {
      const organization = tables.organizations.get(harness.id);
      if (organization) tables.organizations.put({ ...organization, signInId });
    });
  setSignIn(null);
  harness.submit({ business_name: 'New name' });
  await harness.settled();
  expect(harness.row()).toMatchObject({ state: 'paused', failure: { code: 'sign-in.not-found' } });
  setSignIn(SIGN_IN);
  await untilConfirmed(harness);
});
