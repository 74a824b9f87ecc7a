/** What a plan says of each organization, and what is submitted of it. */
import { afterEach, describe, expect, test } from 'vitest';
import { BULK_LIMIT } from '../../../src/shared/bulk';
import { valueOf } from '../cloudflare/harness';
import { draft, stateIs } from '../sync/helpers';
import { BulkWorld, closeWorlds } from './harness';

afterEach(closeWorlds);

const NEW = { business_phone: '+49 30 7' };
const MOVED_ON = { state: 'cancelled', failure: { code: 'change.moved-on' } };

/** A world in which nothing is sent. */
async function quiet(organizations = 3): Promise<BulkWorld> {
  const world = await BulkWorld.start({ organizations });
  await world.sync.standin.goOffline();
  await world.sync.stop();
  return world;
}

/** Changes the saved copy of an organization. */
function save({ sync }: BulkWorld, id: string, texts: object): void {
  sync.write(({ profiles }) => {
    const saved = profiles.get(id)!;
    profiles.put({ ...saved, fields: { ...saved.fields!, ...texts } });
  });
}

/** Makes an organization one whose profile was never read, as after adding it. */
function forgetCopy({ sync }: BulkWorld, id: string): void {
  sync.write(({ organizations }) => {
    const record = organizations.get(id)!;
    organizations.remove(id);
    organizations.put(record);
  });
}

test('each organization says what it would become, and what is in the way', async () => {
  const world = await quiet(7);
  const [plain, same, drafted, waiting, unread, other, ready] = world.ids as [string, ...string[]];
  const { sync } = world;
  save(world, same!, NEW);
  sync.type({ business_phone: 'typed' }, drafted);
  sync.submit({ business_phone: 'saved' }, waiting);
  forgetCopy(world, unread!);
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

test('a change that waits for a decision says so, and is not touched even if it is ticked', async () => {
  const world = await BulkWorld.start({ organizations: 3 });
  const { sync } = world;
  const [conflict, differs, refused] = world.ids as [string, string, string];
  const path = (id: string) => ({ path: `${id}/profile` });
  sync.standin.setProfile(conflict, { business_name: 'theirs' });
  sync.standin.faults.add({ mode: 'stores-differently', match: path(differs) });
  sync.standin.faults.add({ mode: 'validation-error', match: path(refused) });
  sync.submit({ business_name: 'mine' }, conflict);
  sync.submit({ business_phone: '+49 30 1' }, differs);
  sync.submit({ business_name: 'mine' }, refused);
  await stateIs(sync, 'conflict', conflict);
  await stateIs(sync, 'differs', differs);
  await stateIs(sync, 'refused', refused);
  const before = world.ids.map((id) => sync.row(id));
  const requests = sync.standin.requests.length;
  const plan = await world.plan(NEW);
  expect(plan.rows.map(({ state }) => state)).toEqual(['decide', 'decide', 'decide']);
  const runId = valueOf(await world.submitPlan(plan, world.ids));
  expect(world.results(runId)).toMatchObject([MOVED_ON, MOVED_ON, MOVED_ON]);
  expect(world.run(runId)).toMatchObject({ total: 3, cancelled: 3, state: 'ended' });
  expect(world.ids.map((id) => sync.row(id))).toEqual(before);
  expect(sync.standin.requests).toHaveLength(requests);
});

test('line ends a control made are no change; a changed text keeps those that were there', async () => {
  const world = await quiet(2);
  const [one, two] = world.ids as [string, string];
  save(world, one, { business_address: 'Street 1\r\nTown' });
  save(world, two, { business_address: 'Street 2\r\nTown' });
  const { rows } = await world.plan({ business_address: 'Street 1\nTown' });
  expect(rows.map(({ state, after }) => [state, after.business_address])).toEqual([
    ['same', 'Street 1\r\nTown'],
    ['changes', 'Street 1\r\nTown'],
  ]);
});

test('what changes nothing or was never read is not submitted, even if it is ticked', async () => {
  const world = await quiet();
  const [first, second, third] = world.ids as [string, string, string];
  save(world, first, NEW);
  forgetCopy(world, second);
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
  world.selection = world.ids;
  const request = { edits: { business_name: 'x'.repeat(100_001) } };
  expect(await world.bulk.handlers.plan(request)).toMatchObject({
    failure: { code: 'profile.unsendable' },
  });
  expect(BULK_LIMIT).toBeGreaterThanOrEqual(10_000);
});

describe('a draft that is ticked', () => {
  test('gives way in the chosen fields only; its text there is kept', async () => {
    const world = await quiet();
    const [id] = world.ids as [string];
    const { sync } = world;
    const saved = sync.saved(id)!;
    sync.type({ business_phone: 'typed', business_name: 'Typed name' }, id);
    const job = await world.change(NEW, [id]);
    expect(sync.row(id)?.patch).toEqual({
      business_phone: { base: saved.business_phone, text: NEW.business_phone, job },
    });
    expect(draft(sync, id)).toEqual({
      business_name: { base: saved.business_name, text: 'Typed name' },
    });
    expect(world.revisions(id).map(({ kind, texts }) => [kind, texts])).toEqual([
      ['replaced', { business_phone: 'typed' }],
    ]);
  });

  test('stays as it is in other fields', async () => {
    const world = await quiet();
    const [id] = world.ids as [string];
    world.sync.type({ business_name: 'Typed name' }, id);
    const before = draft(world.sync, id);
    await world.change(NEW, [id]);
    expect(draft(world.sync, id)).toEqual(before);
    expect(world.revisions(id)).toEqual([]);
  });

  test('is over if it had nothing but the chosen field', async () => {
    const world = await quiet();
    const [id] = world.ids as [string];
    world.sync.type({ business_phone: 'typed' }, id);
    await world.change(NEW, [id]);
    expect(draft(world.sync, id)).toBeNull();
  });
});

test('a waiting change that is ticked gives way as to another save: its other fields stay the person’s', async () => {
  const world = await quiet();
  const [id] = world.ids as [string];
  const { sync } = world;
  const saved = sync.saved(id)!;
  const first = sync.submit({ business_phone: 'saved', business_name: 'Saved name' }, id);
  const job = await world.change(NEW, [id]);
  const row = sync.row(id)!;
  expect(row.patch).toEqual({
    business_name: { base: saved.business_name, text: 'Saved name' },
    business_phone: { base: saved.business_phone, text: NEW.business_phone, job },
  });
  // Sent in the person's turn.
  expect(row.bulkRunId).toBeNull();
  expect(row.version).toBeGreaterThan(first.version);
  expect(world.revisions(id).map(({ kind, texts }) => [kind, texts])).toEqual([
    ['replaced', { business_phone: 'saved' }],
  ]);
});

describe('what came after the person looked at the preview stays, and the result says so:', () => {
  test('a change, or a draft that was not there', async () => {
    const world = await quiet(4);
    const [one, two, three, four] = world.ids as [string, string, string, string];
    const { sync } = world;
    sync.type({ business_phone: 'typed before' }, four);
    const plan = await world.plan(NEW);
    sync.submit({ business_phone: 'saved' }, one);
    sync.type({ business_phone: 'typed' }, two);
    const runId = valueOf(await world.submitPlan(plan, world.ids));
    expect(world.result(runId, one)).toMatchObject(MOVED_ON);
    expect(world.result(runId, two)).toMatchObject(MOVED_ON);
    expect(world.result(runId, three)?.state).toBe('waiting');
    expect(world.result(runId, four)?.state).toBe('waiting');
    expect(sync.row(one)?.patch.business_phone?.text).toBe('saved');
    expect(draft(sync, two)?.business_phone?.text).toBe('typed');
    expect(world.run(runId)).toMatchObject({ total: 4, waiting: 2, cancelled: 2 });
  });

  test('a draft that has another text by now', async () => {
    const world = await quiet(1);
    const [id] = world.ids as [string];
    world.sync.type({ business_phone: 'typed' }, id);
    const plan = await world.plan(NEW);
    world.sync.type({ business_phone: 'typed further' }, id);
    const runId = valueOf(await world.submitPlan(plan, world.ids));
    expect(world.result(runId, id)).toMatchObject(MOVED_ON);
    expect(draft(world.sync, id)?.business_phone?.text).toBe('typed further');
  });

  test('all fields of an organization or none', async () => {
    const world = await quiet(1);
    const [id] = world.ids as [string];
    const plan = await world.plan({ ...NEW, business_name: 'Job' });
    world.sync.submit({ business_name: 'Mine' }, id);
    const runId = valueOf(await world.submitPlan(plan, world.ids));
    expect(world.result(runId, id)).toMatchObject(MOVED_ON);
    expect(Object.keys(world.sync.row(id)!.patch)).toEqual(['business_name']);
  });

  test('somebody else’s text that was found meanwhile', async () => {
    const world = await BulkWorld.start({ organizations: 1 });
    const [id] = world.ids as [string];
    const plan = await world.plan(NEW);
    // A check finds the change of somebody else between the preview and the submission.
    world.sync.standin.setProfile(id, { business_phone: 'theirs' });
    await world.sync.refresher.refresh(id, { looking: false });
    expect(world.sync.saved(id)?.business_phone).toBe('theirs');
    const runId = valueOf(await world.submitPlan(plan));
    expect(world.run(runId)).toMatchObject({ cancelled: 1, state: 'ended' });
    expect(world.result(runId, id)).toMatchObject(MOVED_ON);
    expect(world.sync.standin.profileOf(id)?.business_phone).toBe('theirs');
    expect(world.sync.row(id)).toBeNull();
  });

  test('an organization that was removed', async () => {
    const world = await quiet(2);
    const [kept, removed] = world.ids as [string, string];
    const plan = await world.plan(NEW);
    world.sync.write((tables) => tables.organizations.remove(removed));
    const runId = valueOf(await world.submitPlan(plan, world.ids));
    expect(world.results(runId)).toMatchObject([{ organizationId: kept, state: 'waiting' }]);
    expect(world.run(runId).total).toBe(1);
  });
});

test('somebody else’s text that nobody found yet is asked about, not overwritten', async () => {
  const world = await BulkWorld.start({ organizations: 1 });
  const [id] = world.ids as [string];
  world.sync.standin.setProfile(id, { business_phone: 'theirs' });
  const runId = await world.change(NEW);
  expect(await world.ended(runId)).toMatchObject({ failed: 1, state: 'ended' });
  expect(world.result(runId, id)).toMatchObject({ failure: { code: 'profile.conflict' } });
  expect(world.sync.standin.profileOf(id)?.business_phone).toBe('theirs');
});
