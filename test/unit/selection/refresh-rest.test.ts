/** What a refresh of the selected entries offers to try again. */
import { afterEach, expect, test } from 'vitest';
import { closeHarnesses, SelectionActionsHarness } from './selection-actions-harness';

afterEach(closeHarnesses);

test('does not count an entry that was removed meanwhile, or before it was tried again', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 3 });
  const { sync } = harness;
  const [one, two, three] = sync.ids as [string, string, string];
  const remove = (id: string): void => sync.write((tables) => tables.organizations.remove(id));
  harness.selection = [one, two, three];
  const stop = sync.standin.faults.add({ mode: 'reset' });
  remove(three);
  await harness.handlers.refresh(null);
  expect(await harness.refreshed()).toMatchObject({ read: 0, total: 2 });
  stop();
  remove(two);
  await harness.handlers.retryRefresh(null);
  expect(await harness.refreshed()).toMatchObject({ read: 1, total: 1, failure: null });
});

test('forgets its result if all that is left to try again was removed', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 1 });
  const { sync } = harness;
  const stop = sync.standin.faults.add({ mode: 'reset' });
  await harness.handlers.refresh(null);
  expect(await harness.refreshed()).toMatchObject({ read: 0, total: 1 });
  stop();
  sync.write(({ organizations }) => organizations.remove(sync.id));
  await harness.handlers.retryRefresh(null);
  await sync.until(() => harness.selectionActions.status().refresh === null);
});

test('counts entries without a sign-in, and does not try them again', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 3 });
  const { sync } = harness;
  const [one, two] = sync.ids as [string, string];
  sync.write(({ organizations }) => {
    organizations.put({ ...organizations.get(one)!, signInId: null });
  });
  const hold = sync.standin.hold({ path: `${two}/profile` });
  await harness.handlers.refresh(null);
  await hold.arrived;
  await sync.until(() => harness.selectionActions.status().refresh?.read === 1, { clock: false });
  await harness.handlers.stopRefresh(null);
  hold.release();
  expect(await harness.refreshed()).toMatchObject({ read: 1, total: 3, withoutSignIn: 1 });
  await harness.handlers.retryRefresh(null);
  expect(await harness.refreshed()).toMatchObject({ read: 1, total: 1, withoutSignIn: 0 });
  await harness.handlers.retryRefresh(null);
  expect(harness.selectionActions.status().refresh?.isRunning).toBe(false);
});
