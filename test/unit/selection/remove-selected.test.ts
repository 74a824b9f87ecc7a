/** Removing the selected entries: what is counted, what is kept, and that each entry goes as a whole. */
import { afterEach, expect, test } from 'vitest';
import { failed } from '../../../src/shared/result';
import { ORGANIZATION } from '../samples';
import { valueOf } from '../results';
import { closeHarnesses, SelectionActionsHarness, SIGN_IN } from './selection-actions-harness';

afterEach(closeHarnesses);

const PHONE = { business_phone: '+49 30 1' };
const remove = (
  harness: SelectionActionsHarness,
  removalId: string,
  editedToo = false,
  signInsToo = false,
) => harness.handlers.remove({ removalId, editedToo, signInsToo });

test('counts drafts and waiting changes, and names the first entries', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 6 });
  const { sync } = harness;
  const [one, two, three] = sync.ids as [string, string, string];
  sync.standin.hold({ method: 'GET' });
  sync.type(PHONE, one);
  sync.type(PHONE, two);
  sync.submit(PHONE, two);
  sync.submit(PHONE, three);
  sync.type({ business_name: 'New' }, three);
  const namesOf = (id: string) => ({
    name: sync.standin.organizations.get(id)!.name,
    organizationName: null,
  });
  expect(await harness.preview()).toEqual({
    removalId: expect.any(String),
    total: 6,
    names: sync.ids.slice(0, 3).map(namesOf),
    edited: 3,
    drafts: 2,
    waiting: 2,
    editedNames: [one, two, three].map(namesOf),
    unusedSignIns: { withoutEdited: [], withEdited: ['Office'] },
  });
  expect(await harness.preview([one])).toMatchObject({ total: 1, drafts: 1, waiting: 0 });
});

test('keeps entries with edits, unless the person decided to lose exactly these', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 4 });
  const { sync } = harness;
  const [drafted, waiting, ...others] = sync.ids as [string, string, string, string];
  sync.standin.hold({ method: 'GET' });
  sync.type(PHONE, drafted);
  sync.submit(PHONE, waiting);
  const first = await harness.preview();
  expect(valueOf(await remove(harness, first.removalId))).toEqual({
    removed: 2,
    kept: 2,
    signInFailure: null,
  });
  expect(harness.saved).toEqual([drafted, waiting]);
  for (const id of others) {
    expect(sync.read((tables) => [tables.profiles.get(id), tables.revisions.of(id)])).toEqual([
      null,
      [],
    ]);
  }
  const second = await harness.preview();
  expect(valueOf(await remove(harness, second.removalId, true)).removed).toBe(2);
  expect(harness.saved).toEqual([]);
});

test('keeps an edit that was made or changed after it was counted', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 4 });
  const { sync } = harness;
  const [typed, retyped, submitted, same] = sync.ids as [string, string, string, string];
  sync.standin.hold({ method: 'GET' });
  sync.type(PHONE, retyped);
  sync.type(PHONE, submitted);
  sync.type(PHONE, same);
  const { removalId } = await harness.preview();
  sync.type(PHONE, typed);
  sync.type({ business_phone: '+49 30 123' }, retyped);
  sync.submit(PHONE, submitted);
  expect(valueOf(await remove(harness, removalId, true))).toMatchObject({ removed: 1, kept: 3 });
  expect(harness.saved).toEqual([typed, retyped, submitted]);
});

test('removes an entry whose change was confirmed after it was counted', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 1 });
  const { sync } = harness;
  const hold = sync.standin.hold({ method: 'GET' });
  sync.submit(PHONE);
  const { removalId } = await harness.preview();
  hold.release();
  await sync.settled();
  expect(valueOf(await remove(harness, removalId))).toMatchObject({ removed: 1, kept: 0 });
});

test('keeps an entry whose change is being written', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 2 });
  const { sync } = harness;
  const hold = sync.standin.hold({ method: 'PUT' });
  sync.submit(PHONE);
  await hold.arrived;
  const { removalId } = await harness.preview();
  expect(valueOf(await remove(harness, removalId, true))).toMatchObject({ removed: 1, kept: 1 });
  hold.release();
  await sync.settled();
  expect(sync.saved()).toMatchObject(PHONE);
  expect(sync.standin.profileOf(sync.id)).toMatchObject(PHONE);
});

test('removes only what the last preview counted, once', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 3 });
  const [one, two, three] = harness.sync.ids as [string, string, string];
  const old = await harness.preview([one]);
  const last = await harness.preview([one, two]);
  expect(await remove(harness, old.removalId)).toEqual(failed('removal.outdated'));
  harness.selection = [three];
  expect(valueOf(await remove(harness, last.removalId)).removed).toBe(2);
  expect(harness.saved).toEqual([three]);
  expect(await remove(harness, last.removalId)).toEqual(failed('removal.outdated'));
});

test('works in slices that leave each entry whole, and reports the progress', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 1 });
  const { sync } = harness;
  sync.write(({ organizations }) => {
    for (let index = 0; index < 600; index += 1) {
      const id = index.toString(16).padStart(4, '0').padStart(32, 'c');
      const rest = { addedAt: 1, viewedAt: null, signInId: SIGN_IN };
      organizations.put({ ...ORGANIZATION, id, name: `Org ${index}`, ...rest });
    }
  });
  const { removalId, total } = await harness.preview(harness.saved);
  expect(total).toBe(601);
  expect(valueOf(await remove(harness, removalId)).removed).toBe(601);
  expect(harness.savedAfterSlice.length).toBeGreaterThan(1);
  expect(harness.savedAfterSlice.at(-1)).toBe(0);
  const progress = harness.published.flatMap(({ work }) => work ?? []);
  expect(progress.at(-1)).toEqual({ done: 601, total: 601 });
  expect(progress.map(({ done }) => 601 - done)).toEqual(harness.savedAfterSlice);
  expect(harness.published.at(-1)?.work).toBeNull();
});

test('removes the sign-ins that nothing uses any more, if the person wants that', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 2 });
  const { sync } = harness;
  const [one, two] = sync.ids as [string, string];
  expect((await harness.preview([one])).unusedSignIns.withoutEdited).toEqual([]);
  const both = await harness.preview([one, two]);
  expect(both.unusedSignIns.withoutEdited).toEqual(['Office']);
  await remove(harness, both.removalId);
  expect(harness.removedSignIns).toEqual([]);
});

test('keeps the sign-in of an entry that stays, and reports a keychain that fails', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 2 });
  const { sync } = harness;
  const [one] = sync.ids as [string];
  sync.type(PHONE, one);
  const first = await harness.preview();
  expect(first.unusedSignIns).toEqual({ withoutEdited: [], withEdited: ['Office'] });
  await remove(harness, first.removalId, false, true);
  expect(harness.removedSignIns).toEqual([]);
  harness.signInRemoval = failed('keychain.locked');
  const second = await harness.preview();
  expect(valueOf(await remove(harness, second.removalId, true, true))).toEqual({
    removed: 1,
    kept: 0,
    signInFailure: { code: 'keychain.locked' },
  });
  expect(harness.removedSignIns).toEqual([SIGN_IN]);
});

test('shows no progress after a removal that broke off', async () => {
  const harness = await SelectionActionsHarness.start({ organizations: 1 });
  const { removalId } = await harness.preview();
  harness.signInRemoval = new Error('unexpected');
  await expect(remove(harness, removalId, true, true)).rejects.toThrow('unexpected');
  expect(harness.published.some(({ work }) => work !== null)).toBe(true);
  expect(harness.selectionActions.status().work).toBeNull();
});
