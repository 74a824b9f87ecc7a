/** What a plan says of each organization, and what is submitted of it. */
import { afterEach, expect, test } from 'vitest';
import { BULK_LIMIT } from '../../../src/shared/bulk';
import { BulkWorld, closeWorlds } from './world';

afterEach(closeWorlds);

const NEW = { business_phone: '+49 30 7' };

/** A world in which nothing is sent by itself. */
async function quiet(organizations = 3): Promise<BulkWorld> {
  const world = await BulkWorld.start({ organizations });
  await world.sync.standin.goOffline();
  await world.sync.stop();
  return world;
}

test('each organization says what it would become, and what is in the way', async () => {
  const world = await quiet(7);
  const [plain, same, drafted, waiting, unread, other, ready] = world.ids as [string, ...string[]];
  const { sync } = world;
  sync.write((tables) => {
    const saved = tables.profiles.get(same!)!;
    tables.profiles.put({ ...saved, fields: { ...saved.fields!, ...NEW } });
  });
  sync.type({ business_phone: 'typed' }, drafted);
  sync.submit({ business_phone: 'saved' }, waiting);
  // As after adding: the organization is there, its profile was never read.
  const record = sync.read((tables) => tables.organizations.get(unread!))!;
  sync.write((tables) => tables.organizations.remove(unread!));
  sync.write((tables) => tables.organizations.put(record));
  sync.type({ business_name: 'In another field' }, other);
  sync.type(NEW, ready);
  const before = sync.saved(plain)!.business_phone;
  const { rows } = await world.plan(NEW);
  const stateOf = (id?: string) => rows.find(({ organizationId }) => organizationId === id)?.state;
  expect(rows[0]).toEqual({
    organizationId: plain,
    name: sync.read((tables) => tables.organizations.get(plain))?.name,
    before: { business_phone: before },
    after: NEW,
    state: 'changes',
  });
  expect([same, drafted, waiting, unread, other, ready].map(stateOf)).toEqual([
    'same',
    'draft',
    'waiting',
    'unread',
    'changes',
    // A draft that wants the same is not in the way.
    'changes',
  ]);
  expect(rows.find(({ organizationId }) => organizationId === waiting)?.before).toEqual({
    business_phone: 'saved',
  });
});

test('line ends a control made are no change; a changed text keeps those that were there', async () => {
  const world = await quiet(2);
  const [one, two] = world.ids as [string, string];
  world.sync.write((tables) => {
    const put = (id: string, text: string): void => {
      const saved = tables.profiles.get(id)!;
      tables.profiles.put({ ...saved, fields: { ...saved.fields!, business_address: text } });
    };
    put(one, 'Street 1\r\nTown');
    put(two, 'Street 2\r\nTown');
  });
  const { rows } = await world.plan({ business_address: 'Street 1\nTown' });
  expect(rows.map(({ state, after }) => [state, after.business_address])).toEqual([
    ['same', 'Street 1\r\nTown'],
    ['changes', 'Street 1\r\nTown'],
  ]);
});

test('what changes nothing or was never read is not submitted, even if it is ticked', async () => {
  const world = await quiet();
  const [first, second, third] = world.ids as [string, string, string];
  world.sync.write((tables) => {
    const saved = tables.profiles.get(first)!;
    tables.profiles.put({ ...saved, fields: { ...saved.fields!, ...NEW } });
    const record = tables.organizations.get(second)!;
    tables.organizations.remove(second);
    tables.organizations.put(record);
  });
  const runId = await world.change(NEW);
  expect(world.results(runId)).toMatchObject([{ organizationId: third, state: 'waiting' }]);
  expect([first, second].map((id) => world.sync.row(id))).toEqual([null, null]);
});

test('a plan is submitted once; another plan, a restart or nothing chosen submits nothing', async () => {
  const world = await quiet();
  const first = await world.plan(NEW);
  const second = await world.plan({ business_name: 'Other' });
  const gone = { ok: false, failure: { code: 'bulk.plan-gone' } };
  expect(await world.submitPlan(first)).toEqual(gone);
  expect(await world.submitPlan(second, [])).toMatchObject({ failure: { code: 'change.none' } });
  expect(await world.submitPlan(second)).toMatchObject({ ok: true });
  expect(await world.submitPlan(second)).toEqual(gone);
  const third = await world.plan(NEW);
  await world.restart();
  expect(await world.submitPlan(third)).toEqual(gone);
  expect(world.runs()).toHaveLength(1);
});

test('a text that cannot be sent is refused before anything is planned', async () => {
  const world = await quiet();
  const request = { organizationIds: world.ids, edits: { business_name: 'x'.repeat(100_001) } };
  expect(await world.bulk.handlers.plan(request)).toMatchObject({
    failure: { code: 'profile.unsendable' },
  });
  expect(BULK_LIMIT).toBeGreaterThanOrEqual(10_000);
});

test('the draft gives way in the chosen fields only; its text is kept', async () => {
  const world = await quiet();
  const [id] = world.ids as [string];
  const { sync } = world;
  sync.type({ business_phone: 'typed', business_name: 'Typed name' }, id);
  const saved = sync.saved(id)!;
  await world.change(NEW, [id]);
  expect(sync.row(id)).toMatchObject({ base: saved, desired: { ...saved, ...NEW } });
  const draft = sync.read((tables) => tables.drafts.get(id));
  expect(draft?.fields).toEqual({ ...saved, ...NEW, business_name: 'Typed name' });
  expect(draft?.base).toEqual({ ...saved, ...NEW });
  expect(world.revisions(id)).toMatchObject([
    { kind: 'replaced', fields: { business_phone: 'typed', business_name: 'Typed name' } },
  ]);
});

test('a draft in other fields stays as it is, on top of the change', async () => {
  const world = await quiet();
  const [id] = world.ids as [string];
  const { sync } = world;
  sync.type({ business_name: 'Typed name' }, id);
  const saved = sync.saved(id)!;
  await world.change(NEW, [id]);
  const draft = sync.read((tables) => tables.drafts.get(id));
  expect(draft?.base).toEqual({ ...saved, ...NEW });
  expect(draft?.fields.business_name).toBe('Typed name');
  expect(world.revisions(id)).toEqual([]);
});

test('a draft of nothing but the chosen field is over', async () => {
  const world = await quiet();
  const [id] = world.ids as [string];
  world.sync.type({ business_phone: 'typed' }, id);
  await world.change(NEW, [id]);
  expect(world.sync.read((tables) => tables.drafts.get(id))).toBeNull();
});

test('a waiting change is replaced as saving again does: its other fields are still sent', async () => {
  const world = await quiet();
  const [id] = world.ids as [string];
  const { sync } = world;
  const saved = sync.saved(id)!;
  const first = sync.submit({ business_phone: 'saved', business_name: 'Saved name' }, id);
  await world.change(NEW, [id]);
  const row = sync.row(id)!;
  expect(row.base).toEqual(saved);
  expect(row.desired).toEqual({ ...saved, ...NEW, business_name: 'Saved name' });
  expect(row.version).toBeGreaterThan(first.version);
  expect(world.revisions(id)).toMatchObject([{ kind: 'replaced', fields: first.desired }]);
});

test('a change or draft that came after the person looked stays, and the result says so', async () => {
  const world = await quiet(4);
  const [one, two, three, four] = world.ids as [string, string, string, string];
  const { sync } = world;
  sync.type({ business_phone: 'typed before' }, four);
  const plan = await world.plan(NEW);
  sync.submit({ business_phone: 'saved' }, one);
  sync.type({ business_phone: 'typed' }, two);
  const submitted = await world.submitPlan(plan, world.ids);
  const runId = submitted.ok ? submitted.value : '';
  const moved = { state: 'cancelled', failure: { code: 'change.moved-on' } };
  expect(world.result(runId, one)).toMatchObject(moved);
  expect(world.result(runId, two)).toMatchObject(moved);
  expect(world.result(runId, three)?.state).toBe('waiting');
  expect(world.result(runId, four)?.state).toBe('waiting');
  expect(sync.row(one)?.desired.business_phone).toBe('saved');
  expect(sync.read((tables) => tables.drafts.get(two))?.fields.business_phone).toBe('typed');
  expect(world.run(runId)).toMatchObject({ total: 4, waiting: 2, cancelled: 2 });
});

test('what somebody changed after the person looked is asked about, not overwritten', async () => {
  const world = await BulkWorld.start({ organizations: 1 });
  const [id] = world.ids as [string];
  const plan = await world.plan(NEW);
  // The check finds the change of somebody else between the preview and the submission.
  world.sync.standin.setProfile(id, { business_phone: 'theirs' });
  await world.sync.refresher.refresh(id, { looking: false });
  expect(world.sync.saved(id)?.business_phone).toBe('theirs');
  const submitted = await world.submitPlan(plan);
  const runId = submitted.ok ? submitted.value : '';
  expect(await world.ended(runId)).toMatchObject({ failed: 1, state: 'ended' });
  expect(world.result(runId, id)).toMatchObject({ failure: { code: 'profile.conflict' } });
  expect(world.sync.standin.profileOf(id)?.business_phone).toBe('theirs');
});
