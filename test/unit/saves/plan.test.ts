/**
 * The plan (preview) of a bulk change: what it says about each organization, and what is submitted.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { BULK_LIMIT } from '../../../src/shared/limits';
import { mapFields } from '../../../src/shared/profile';
import { valueOf } from '../outcomes';
import { draft, untilState } from '../sync/helpers';
import { SavesHarness, closeHarnesses, NEW_PHONE, profilePath } from './harness';

afterEach(closeHarnesses);

const MOVED_ON = { state: 'canceled', failure: { code: 'change.outdated' } };

/** A harness in which nothing is sent. */
async function startStopped(organizations = 3): Promise<SavesHarness> {
  const harness = await SavesHarness.start({ organizations });
  await harness.sync.standin.goOffline();
  await harness.sync.stop();
  return harness;
}

/** Changes the saved copy of an organization. */
function save({ sync }: SavesHarness, id: string, texts: object): void {
  sync.write(({ profiles }) => {
    const saved = profiles.get(id)!;
    profiles.put({ ...saved, fields: { ...saved.fields!, ...texts } });
  });
}

/** Removes the saved copy of an organization, as if its profile was never read. */
function forgetCopy({ sync }: SavesHarness, id: string): void {
  sync.write(({ organizations }) => {
    const record = organizations.get(id)!;
    organizations.remove(id);
    organizations.put(record);
  });
}

test('reports what each organization would become, and what blocks it', async () => {
  const harness = await startStopped(7);
  const [plain, same, drafted, waiting, unread, other, ready] = harness.ids as [
    string,
    ...string[],
  ];
  const { sync } = harness;
  save(harness, same!, NEW_PHONE);
  sync.type({ business_phone: 'typed' }, drafted);
  sync.submit({ business_phone: 'saved' }, waiting);
  forgetCopy(harness, unread!);
  sync.type({ business_name: 'In another field' }, other);
  sync.type(NEW_PHONE, ready);
  const before = sync.saved(plain)!.business_phone;
  const { rows } = await harness.plan(NEW_PHONE);
  const stateOf = (id?: string) => rows.find(({ entryId }) => entryId === id)?.state;
  expect(rows[0]).toEqual({
    entryId: plain,
    name: sync.read((tables) => tables.organizations.get(plain))?.name,
    organizationName: null,
    before: { business_phone: before },
    after: NEW_PHONE,
    state: 'changes',
  });
  expect([same, drafted, waiting, unread, other, ready].map(stateOf)).toEqual([
    'same',
    'draft',
    'waiting',
    'unread',
    'changes',
    // A draft with the same text as the plan is no obstacle.
    'changes',
  ]);
  expect(rows.find(({ entryId }) => entryId === waiting)?.before).toEqual({
    business_phone: 'saved',
  });
});

test('reports a change that waits for a decision, and does not change it even if selected', async () => {
  const harness = await SavesHarness.start({ organizations: 3 });
  const { sync } = harness;
  const [conflict, differs, refused] = harness.ids as [string, string, string];
  sync.standin.setProfile(conflict, { business_name: 'theirs' });
  sync.standin.faults.add({ mode: 'stores-differently', match: profilePath(differs) });
  sync.standin.faults.add({ mode: 'validation-error', match: profilePath(refused) });
  sync.submit({ business_name: 'mine' }, conflict);
  sync.submit({ business_phone: '+49 30 1' }, differs);
  sync.submit({ business_name: 'mine' }, refused);
  await untilState(sync, 'conflict', conflict);
  await untilState(sync, 'differs', differs);
  await untilState(sync, 'refused', refused);
  const before = harness.ids.map((id) => sync.row(id));
  const requests = sync.standin.requests.length;
  const plan = await harness.plan(NEW_PHONE);
  expect(plan.rows.map(({ state }) => state)).toEqual(['decide', 'decide', 'decide']);
  const saveId = valueOf(await harness.submitPlan(plan, harness.ids));
  expect(harness.results(saveId)).toMatchObject([MOVED_ON, MOVED_ON, MOVED_ON]);
  expect(harness.save(saveId)).toMatchObject({ total: 3, canceled: 3, state: 'ended' });
  expect(harness.ids.map((id) => sync.row(id))).toEqual(before);
  expect(sync.standin.requests).toHaveLength(requests);
});

test('ignores line endings that a text control changed, and keeps the original ones in a changed text', async () => {
  const harness = await startStopped(2);
  const [one, two] = harness.ids as [string, string];
  save(harness, one, { business_address: 'Street 1\r\nTown' });
  save(harness, two, { business_address: 'Street 2\r\nTown' });
  const { rows } = await harness.plan({ business_address: 'Street 1\nTown' });
  expect(rows.map(({ state, after }) => [state, after.business_address])).toEqual([
    ['same', 'Street 1\r\nTown'],
    ['changes', 'Street 1\r\nTown'],
  ]);
});

test('does not submit unchanged or never read organizations, even if selected', async () => {
  const harness = await startStopped();
  const [first, second, third] = harness.ids as [string, string, string];
  save(harness, first, NEW_PHONE);
  forgetCopy(harness, second);
  const saveId = await harness.change(NEW_PHONE);
  expect(harness.results(saveId)).toMatchObject([{ entryId: third, state: 'waiting' }]);
  expect([first, second].map((id) => harness.sync.row(id))).toEqual([null, null]);
});

test('submits a plan once, and never an outdated plan, one from before a restart, or an empty one', async () => {
  const harness = await startStopped();
  const first = await harness.plan(NEW_PHONE);
  const second = await harness.plan({ business_name: 'Other' });
  const gone = { ok: false, failure: { code: 'plan.outdated' } };
  expect(await harness.submitPlan(first)).toEqual(gone);
  expect(await harness.submitPlan(second, [])).toMatchObject({
    failure: { code: 'change.not-found' },
  });
  expect(await harness.submitPlan(second)).toMatchObject({ ok: true });
  expect(await harness.submitPlan(second)).toEqual(gone);
  const third = await harness.plan(NEW_PHONE);
  await harness.restart();
  expect(await harness.submitPlan(third)).toEqual(gone);
  expect(harness.saves()).toHaveLength(1);
});

test('refuses a text that cannot be sent before planning anything', async () => {
  const harness = await startStopped();
  expect(await harness.planned({ business_name: 'x'.repeat(100_001) })).toMatchObject({
    failure: { code: 'profile.too-long' },
  });
  expect(BULK_LIMIT).toBeGreaterThanOrEqual(10_000);
});

test('refuses a text that the line ends of the saved one make too long', async () => {
  const harness = await startStopped();
  const [id] = harness.ids as [string];
  save(harness, id, { business_address: 'Lindenufer 7a\r\n10115 Berlin' });
  const edits = { business_address: 'x\n'.repeat(40_000) };
  expect(await harness.planned(edits, [id])).toMatchObject({
    failure: { code: 'profile.too-long' },
  });
});

test('refuses texts that are too long together', async () => {
  const harness = await startStopped(210);
  const text = 'x'.repeat(100_000);
  const edits = mapFields(() => text);
  expect(await harness.planned(edits, harness.ids.slice(0, 190))).toMatchObject({ ok: true });
  expect(await harness.planned(edits)).toMatchObject({
    failure: { code: 'plan.too-large' },
  });
});

describe('a selected draft', () => {
  test('is replaced only in the fields of the save; the replaced text goes to the history', async () => {
    const harness = await startStopped();
    const [id] = harness.ids as [string];
    const { sync } = harness;
    const saved = sync.saved(id)!;
    sync.type({ business_phone: 'typed', business_name: 'Typed name' }, id);
    const save = await harness.change(NEW_PHONE, [id]);
    expect(sync.row(id)?.patch).toEqual({
      business_phone: { base: saved.business_phone, text: NEW_PHONE.business_phone, save },
    });
    expect(draft(sync, id)).toEqual({
      business_name: { base: saved.business_name, text: 'Typed name' },
    });
    expect(harness.revisions(id).map(({ kind, texts }) => [kind, texts])).toEqual([
      ['replaced', { business_phone: 'typed' }],
    ]);
  });

  test('keeps its other fields', async () => {
    const harness = await startStopped();
    const [id] = harness.ids as [string];
    harness.sync.type({ business_name: 'Typed name' }, id);
    const before = draft(harness.sync, id);
    await harness.change(NEW_PHONE, [id]);
    expect(draft(harness.sync, id)).toEqual(before);
    expect(harness.revisions(id)).toEqual([]);
  });

  test('is removed if it had only the field of the save', async () => {
    const harness = await startStopped();
    const [id] = harness.ids as [string];
    harness.sync.type({ business_phone: 'typed' }, id);
    await harness.change(NEW_PHONE, [id]);
    expect(draft(harness.sync, id)).toBeNull();
  });
});

test('replaces a selected pending change like another save: other fields stay the person’s', async () => {
  const harness = await startStopped();
  const [id] = harness.ids as [string];
  const { sync } = harness;
  const saved = sync.saved(id)!;
  const first = sync.submit({ business_phone: 'saved', business_name: 'Saved name' }, id);
  const save = await harness.change(NEW_PHONE, [id]);
  const row = sync.row(id)!;
  expect(row.patch).toEqual({
    business_name: { base: saved.business_name, text: 'Saved name' },
    business_phone: { base: saved.business_phone, text: NEW_PHONE.business_phone, save },
  });
  // The change is sent with the priority of the person's own changes.
  expect(row.saveId).toBeNull();
  expect(row.version).toBeGreaterThan(first.version);
  expect(harness.revisions(id).map(({ kind, texts }) => [kind, texts])).toEqual([
    ['replaced', { business_phone: 'saved' }],
  ]);
});

describe('what changed after the preview is kept, and the result reports it:', () => {
  test('a change, or a new draft', async () => {
    const harness = await startStopped(4);
    const [one, two, three, four] = harness.ids as [string, string, string, string];
    const { sync } = harness;
    sync.type({ business_phone: 'typed before' }, four);
    const plan = await harness.plan(NEW_PHONE);
    sync.submit({ business_phone: 'saved' }, one);
    sync.type({ business_phone: 'typed' }, two);
    const saveId = valueOf(await harness.submitPlan(plan, harness.ids));
    expect(harness.result(saveId, one)).toMatchObject(MOVED_ON);
    expect(harness.result(saveId, two)).toMatchObject(MOVED_ON);
    expect(harness.result(saveId, three)?.state).toBe('waiting');
    expect(harness.result(saveId, four)?.state).toBe('waiting');
    expect(sync.row(one)?.patch.business_phone?.text).toBe('saved');
    expect(draft(sync, two)?.business_phone?.text).toBe('typed');
    expect(harness.save(saveId)).toMatchObject({ total: 4, waiting: 2, canceled: 2 });
  });

  test('a draft whose text has changed', async () => {
    const harness = await startStopped(1);
    const [id] = harness.ids as [string];
    harness.sync.type({ business_phone: 'typed' }, id);
    const plan = await harness.plan(NEW_PHONE);
    harness.sync.type({ business_phone: 'typed further' }, id);
    const saveId = valueOf(await harness.submitPlan(plan, harness.ids));
    expect(harness.result(saveId, id)).toMatchObject(MOVED_ON);
    expect(draft(harness.sync, id)?.business_phone?.text).toBe('typed further');
  });

  test('if one field changed, the save changes none of that organization', async () => {
    const harness = await startStopped(1);
    const [id] = harness.ids as [string];
    const plan = await harness.plan({ ...NEW_PHONE, business_name: 'Save' });
    harness.sync.submit({ business_name: 'Mine' }, id);
    const saveId = valueOf(await harness.submitPlan(plan, harness.ids));
    expect(harness.result(saveId, id)).toMatchObject(MOVED_ON);
    expect(Object.keys(harness.sync.row(id)!.patch)).toEqual(['business_name']);
  });

  test('someone else’s text that was found meanwhile', async () => {
    const harness = await SavesHarness.start({ organizations: 1 });
    const [id] = harness.ids as [string];
    const plan = await harness.plan(NEW_PHONE);
    // A check finds someone else's change between the preview and the submission.
    harness.sync.standin.setProfile(id, { business_phone: 'theirs' });
    await harness.sync.profileReader.read(id, { isPageOpen: false });
    expect(harness.sync.saved(id)?.business_phone).toBe('theirs');
    const saveId = valueOf(await harness.submitPlan(plan));
    expect(harness.save(saveId)).toMatchObject({ canceled: 1, state: 'ended' });
    expect(harness.result(saveId, id)).toMatchObject(MOVED_ON);
    expect(harness.sync.standin.profileOf(id)?.business_phone).toBe('theirs');
    expect(harness.sync.row(id)).toBeNull();
  });

  test('an organization that was removed', async () => {
    const harness = await startStopped(2);
    const [kept, removed] = harness.ids as [string, string];
    const plan = await harness.plan(NEW_PHONE);
    harness.sync.write((tables) => tables.organizations.remove(removed));
    const saveId = valueOf(await harness.submitPlan(plan, harness.ids));
    expect(harness.results(saveId)).toMatchObject([{ entryId: kept, state: 'waiting' }]);
    expect(harness.save(saveId).total).toBe(1);
  });
});

test('someone else’s text that no read has found yet leads to a conflict, and is not overwritten', async () => {
  const harness = await SavesHarness.start({ organizations: 1 });
  const [id] = harness.ids as [string];
  harness.sync.standin.setProfile(id, { business_phone: 'theirs' });
  const saveId = await harness.change(NEW_PHONE);
  expect(await harness.ended(saveId)).toMatchObject({ failed: 1, state: 'ended' });
  expect(harness.result(saveId, id)).toMatchObject({ failure: { code: 'profile.conflict' } });
  expect(harness.sync.standin.profileOf(id)?.business_phone).toBe('theirs');
});
