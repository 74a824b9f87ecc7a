/** Undoing a save: the texts before it become drafts, where nothing has changed since. */
import { afterEach, expect, test, vi } from 'vitest';
import { applyEvent } from '../../../src/main/changes/repository';
import { failed } from '../../../src/shared/result';
import { textsOf } from '../../../src/shared/patch';
import type { Edits } from '../../../src/shared/profile';
import { valueOf } from '../results';
import { closeHarnesses, NEW_PHONE, SavesHarness } from './harness';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeHarnesses();
});

const undo = async (harness: SavesHarness, saveId: string) =>
  valueOf(await harness.service.handlers.undo({ saveId }));
const draftOf = ({ sync }: SavesHarness, id: string): Edits =>
  sync.read(({ drafts }) => textsOf(drafts.get(id)?.patch ?? {}));
const type = ({ sync }: SavesHarness, id: string, text: string): void =>
  sync.write((tables) => {
    const event = { type: 'edit', field: 'business_phone', text } as const;
    applyEvent(tables, id, event, { at: 1 });
  });

/** A harness whose profiles were read, so that the history has them. */
async function started(organizations: number): Promise<SavesHarness> {
  const harness = await SavesHarness.start({ organizations });
  harness.sync.write((tables) => {
    for (const entryId of harness.ids) {
      const texts = harness.remote(entryId)!;
      tables.revisions.add({ entryId, at: 1, kind: 'observed', texts, author: null });
    }
  });
  return harness;
}

/** A save that has ended, and the phone numbers before it. */
async function saved(organizations: number) {
  const harness = await started(organizations);
  const before = new Map(harness.ids.map((id) => [id, harness.remote(id)?.business_phone ?? '']));
  const saveId = await harness.change(NEW_PHONE);
  expect(harness.save(saveId).undoable, 'while it runs').toBe(false);
  await harness.ended(saveId);
  return { harness, saveId, before, ids: harness.ids };
}

test('makes drafts of the texts before it, with the saved texts as their base', async () => {
  const { harness, saveId, before, ids } = await saved(3);
  expect(harness.save(saveId)).toMatchObject({ done: 3, undoable: true });
  const undone = await undo(harness, saveId);
  expect(undone).toMatchObject({ drafts: 3, changedSince: { total: 0, first: [] } });
  for (const id of ids) {
    const draft = harness.sync.read(({ drafts }) => drafts.fields(id));
    expect(draft).toMatchObject([
      {
        field: 'business_phone',
        base: NEW_PHONE.business_phone,
        text: before.get(id),
        origin: undone.batchId,
      },
    ]);
    expect(harness.remote(id)).toMatchObject(NEW_PHONE);
  }
  const batch = harness.sync.read(({ batches }) => batches.get(undone.batchId));
  const rest = { kind: 'save-undone', stage: 'done', done: 3, total: 3, made: 3 };
  expect(batch).toMatchObject({ ...rest, fields: ['business_phone'] });
  expect(harness.save(saveId).undoable, 'they have drafts').toBe(false);
});

test('is offered for a large save while one of its texts has no newer draft, change or save', async () => {
  const { harness, saveId, ids } = await saved(5);
  const isOffered = () => harness.save(saveId).undoable;
  const undone = await undo(harness, saveId);
  expect(isOffered(), 'they have drafts').toBe(false);
  valueOf(await harness.many.drafts.undoBatch({ batchId: undone.batchId }));
  expect(isOffered(), 'their drafts were taken back').toBe(true);

  const [first, ...others] = ids as [string, ...string[]];
  for (const id of others) type(harness, id, 'typed');
  expect(isOffered(), 'one has no draft').toBe(true);
  type(harness, first, 'submitted');
  harness.sync.write((tables) => applyEvent(tables, first, { type: 'submit' }, { at: 1 }));
  expect(isOffered(), 'that one has a change').toBe(false);
});

test('is not offered again once the old texts of a large save are saved', async () => {
  const { harness, saveId, before, ids } = await saved(5);
  const [first, ...others] = ids as [string, ...string[]];
  const old = (id: string) => ({ business_phone: before.get(id)! });
  for (const id of others) await harness.ended(await harness.change(old(id), [id]));
  expect(harness.save(saveId).undoable, 'one has the text of the save').toBe(true);
  await harness.ended(
    await harness.change({ ...old(first), business_email: 'a@b.example' }, [first]),
  );
  expect(harness.save(saveId).undoable).toBe(false);
});

test('leaves out what has changed since, and names it', async () => {
  const { harness, saveId, before, ids } = await saved(4);
  const [typed, changed, pending, same] = ids as [string, string, string, string];
  type(harness, typed, 'typed');
  const copy = { ...harness.remote(changed)!, business_phone: 'a stranger’s' };
  harness.sync.write((tables) => {
    applyEvent(tables, changed, { type: 'observe', copy }, { at: 1 });
  });
  type(harness, pending, 'saved again');
  harness.sync.write((tables) => applyEvent(tables, pending, { type: 'submit' }, { at: 1 }));
  expect(harness.save(saveId).undoable).toBe(true);
  const { drafts, changedSince } = await undo(harness, saveId);
  expect({ drafts, total: changedSince.total }).toEqual({ drafts: 1, total: 3 });
  expect(changedSince.first.map(({ entryId }) => entryId).sort()).toEqual(
    [typed, changed, pending].sort(),
  );
  const names = changedSince.first.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
  expect(draftOf(harness, same)).toEqual({ business_phone: before.get(same) });
  expect(draftOf(harness, typed)).toEqual({ business_phone: 'typed' });
  expect(draftOf(harness, changed)).toEqual({});
});

test('brings back each field as it was before the save, also over a change of another field', async () => {
  const harness = await started(1);
  const [id] = harness.ids as [string];
  const before = harness.remote(id)!;
  const saveId = await harness.change({ ...NEW_PHONE, business_name: '' });
  await harness.ended(saveId);
  const next = await harness.change({ business_address: 'moved' });
  await harness.ended(next);
  expect(await undo(harness, saveId)).toMatchObject({ drafts: 1 });
  const { business_phone, business_name } = before;
  expect(draftOf(harness, id)).toEqual({ business_phone, business_name });
});

test('names an organization of which one field has changed since, although another is brought back', async () => {
  const harness = await started(1);
  const [id] = harness.ids as [string];
  const before = harness.remote(id)!;
  const saveId = await harness.change({ ...NEW_PHONE, business_name: 'New name' });
  await harness.ended(saveId);
  const copy = { ...harness.remote(id)!, business_name: 'a stranger’s' };
  harness.sync.write((tables) => applyEvent(tables, id, { type: 'observe', copy }, { at: 1 }));
  const undone = await undo(harness, saveId);
  expect(undone).toMatchObject({ drafts: 1, changedSince: { total: 1, first: [{ entryId: id }] } });
  expect(draftOf(harness, id)).toEqual({ business_phone: before.business_phone });
});

test('empties a field of a profile that did not exist before', async () => {
  const harness = await SavesHarness.start({ organizations: 1 });
  const saveId = await harness.change(NEW_PHONE);
  await harness.ended(saveId);
  expect(await undo(harness, saveId)).toMatchObject({ drafts: 1 });
  expect(draftOf(harness, harness.ids[0]!)).toEqual({ business_phone: '' });
});

test('does nothing a second time, nor for a save that wrote nothing', async () => {
  const { harness, saveId } = await saved(2);
  await undo(harness, saveId);
  const again = await undo(harness, saveId);
  expect(again).toMatchObject({ drafts: 0, changedSince: { total: 2 } });
  expect(harness.sync.read(({ batches }) => batches.get(again.batchId))).toBeNull();
  expect(await harness.service.handlers.undo({ saveId: 'none' })).toEqual(failed('save.not-found'));
});

test('does not bring back what a canceled save had not sent', async () => {
  const harness = await SavesHarness.start({ organizations: 2 });
  const saveId = await harness.change(NEW_PHONE);
  await harness.pause(saveId);
  await harness.sync.until(() => !harness.sync.busy());
  await harness.cancel(saveId, 'discard');
  const { done } = harness.save(saveId);
  expect(await undo(harness, saveId)).toMatchObject({ drafts: done, changedSince: { total: 0 } });
});

test.each([
  ['its turn', 39, 39],
  ['the end of the act', 0, 40],
])('brings back the rest after an entry was removed before %s', async (_when, at, made) => {
  const { harness, saveId, before, ids } = await saved(40);
  let time = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (time += 1));
  // Its first slice is over when this returns.
  const undoing = harness.service.handlers.undo({ saveId });
  const first = ids.filter((id) => draftOf(harness, id).business_phone !== undefined);
  expect(first).toEqual(ids.slice(0, first.length));
  expect(first.length).toBeGreaterThan(0);
  expect(first.length).toBeLessThan(39);
  const removed = ids[at]!;
  harness.sync.write(({ organizations }) => organizations.remove(removed));
  const undone = valueOf(await undoing);
  expect(undone).toMatchObject({ drafts: made, changedSince: { total: 0 } });
  for (const id of ids) {
    const texts = id === removed ? {} : { business_phone: before.get(id) };
    expect(draftOf(harness, id)).toEqual(texts);
  }
  const batch = harness.sync.read(({ batches }) => batches.get(undone.batchId));
  expect(batch).toMatchObject({ stage: 'done', done: 40, total: 40, made });
});

test('counts no entry that has changed since and was removed before the end of the act', async () => {
  const { harness, saveId, ids } = await saved(40);
  const [removed, last] = [ids[0]!, ids[39]!];
  for (const id of [removed, last]) type(harness, id, 'typed');
  let time = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (time += 1));
  // Its first slice is over when this returns.
  const undoing = harness.service.handlers.undo({ saveId });
  harness.sync.write(({ organizations }) => organizations.remove(removed));
  const { changedSince } = valueOf(await undoing);
  expect(changedSince).toMatchObject({ total: 1, first: [{ entryId: last }] });
});

test('makes no more drafts once its batch was undone while it ran', async () => {
  const { harness, saveId, ids } = await saved(40);
  let time = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (time += 1));
  // Its first slice is over when this returns.
  const undoing = harness.service.handlers.undo({ saveId });
  const [running] = valueOf(await harness.many.drafts.batches());
  expect(running).toMatchObject({ stage: 'running' });
  valueOf(await harness.many.drafts.undoBatch({ batchId: running!.id }));
  const undone = valueOf(await undoing);
  expect(ids.map((id) => draftOf(harness, id))).toEqual(ids.map(() => ({})));
  expect(undone).toMatchObject({ drafts: 0, changedSince: { total: 0 } });
  const batch = harness.sync.read(({ batches }) => batches.get(running!.id));
  expect(batch).toMatchObject({ stage: 'undone', made: 0 });
});
