/** Batches: what a fill makes, what it leaves out, how it is undone, and what is left of one that was killed. */
import { beforeEach, expect, test, vi } from 'vitest';
import { MAX_FIELD_LENGTH } from '../../../src/shared/limits';
import { failed } from '../../../src/shared/result';
import {
  databaseOnSmallDisk,
  entryId,
  opened,
  temporaryFolder,
} from '../database/temporary-database';
import { valueOf } from '../results';
import { codeOf, createPerson, profile, type Person } from './many-harness';

let person: Person;
beforeEach(() => {
  person = createPerson();
});

/** Undoes a batch. Resolves with the number of entries that no longer had its draft. */
async function undo(batchId: string, by: Person = person): Promise<number | undefined> {
  valueOf(await by.many.drafts.undoBatch({ batchId }));
  return by.batches().find(({ id, stage }) => id === batchId && stage === 'undone')?.made;
}

test('makes drafts in all selected entries', async () => {
  const ids = person.add(3);
  const batch = await person.fill(ids, { business_phone: '+49', business_email: '' });
  expect(batch).toMatchObject({
    kind: 'fill',
    fields: ['business_email', 'business_phone'],
    stage: 'done',
    done: 3,
    total: 3,
    made: 3,
    leftOut: [],
    undoable: true,
    reading: null,
  });
  const made = { business_email: '', business_phone: '+49' };
  expect(ids.map(person.draft)).toEqual([made, made, made]);
  expect(person.onChanged).toHaveBeenCalledWith(ids);
  expect(person.read(({ drafts }) => drafts.get(ids[0]!)?.patch.business_phone?.base)).toBe(
    'saved business_phone',
  );
});

test('waits for the disk once, at the end of each act', async () => {
  const ids = person.add(300);
  const [slices, writes, flushes] = [
    vi.spyOn(person.database, 'writeSlice'),
    vi.spyOn(person.database, 'write'),
    vi.spyOn(person.database, 'flush'),
  ];
  const spies = [slices, writes, flushes];
  const lastOf = ({ mock }: (typeof spies)[number]) => mock.invocationCallOrder.at(-1);
  /** The first write adds the batch or save; the last says that it has all its drafts. */
  const expectTwoWrites = (): void => {
    expect(writes).toHaveBeenCalledTimes(2);
    expect(lastOf(writes)).toBeGreaterThan(lastOf(slices) ?? Infinity);
    expect(flushes).not.toHaveBeenCalled();
    for (const spy of spies) spy.mockClear();
  };
  const expectOneFlush = (): void => {
    expect(writes).not.toHaveBeenCalled();
    expect(flushes).toHaveBeenCalledTimes(1);
    expect(lastOf(flushes)).toBeGreaterThan(lastOf(slices) ?? Infinity);
    for (const spy of spies) spy.mockClear();
  };
  const { id } = await person.fill(ids, { business_phone: '1' });
  expectTwoWrites();
  await undo(id);
  expectOneFlush();
  await person.fill(ids, { business_phone: '2' });
  expectTwoWrites();
  await person.many.drafts.discardMany(person.ticksOf(await person.review()));
  expectOneFlush();
  await person.fill(ids, { business_phone: '3' });
  expectTwoWrites();
  await person.submitAll();
  expectTwoWrites();
});

test('leaves entries out, and says why', async () => {
  const [same, readOnly, decide, draft, removed, made] = person.add(6);
  const [unread] = person.add(1, { from: 7, unread: true });
  person.write(({ profiles }) =>
    profiles.put({
      entryId: same!,
      fields: { ...profile('saved'), business_phone: '+49' },
      confirmedAt: 1,
      checkedAt: 1,
      changedElsewhere: false,
    }),
  );
  person.giveSignIn(readOnly!, { readOnly: 'chosen' });
  person.makeConflict(decide!, 'business_name');
  person.type(draft!, 'business_phone', 'typed');
  person.write(({ organizations }) => organizations.remove(removed!));
  const ids = [same, readOnly, decide, draft, removed, unread, made].map((id) => id!);
  const batch = await person.fill(ids, { business_phone: '+49' });
  expect(batch).toMatchObject({ done: 7, total: 7, made: 1 });
  expect(batch.leftOut).toEqual(
    (['unchanged', 'unread', 'read-only', 'decide', 'draft', 'removed'] as const).map((reason) => ({
      reason,
      count: 1,
    })),
  );
  expect(person.draft(draft!)).toEqual({ business_phone: 'typed' });
  expect(person.draft(made!)).toEqual({ business_phone: '+49' });
});

test('leaves out only the field that has a draft', async () => {
  const [one] = person.add(1);
  person.type(one!, 'business_phone', 'typed');
  const edits = {
    business_phone: '+49',
    business_email: 'new',
    business_name: 'saved business_name',
  };
  const batch = await person.fill([one!], edits);
  expect(batch).toMatchObject({ made: 1, leftOut: [{ reason: 'draft', count: 1 }] });
  expect(person.draft(one!)).toEqual({ business_phone: 'typed', business_email: 'new' });
});

test('a draft that it replaces keeps its base, and its text goes to the history', async () => {
  const [one] = person.add(1);
  person.apply(one!, { type: 'edit', field: 'business_phone', text: 'typed', base: 'older' });
  const batch = await person.fill([one!], { business_phone: '+49' }, true);
  expect(batch).toMatchObject({ made: 1, leftOut: [] });
  expect(person.read(({ drafts }) => drafts.get(one!)?.patch)).toEqual({
    business_phone: { base: 'older', text: '+49' },
  });
  expect(person.revisions(one!)).toMatchObject([
    { kind: 'replaced', texts: { business_phone: 'typed' } },
  ]);
});

test('keeps the line ends of the text that is shown', async () => {
  const [one, two] = person.add(2);
  const fields = { ...profile('saved'), business_address: 'Street\r\nCity' };
  for (const id of [one!, two!]) {
    person.write(({ profiles }) =>
      profiles.put({ entryId: id, fields, confirmedAt: 1, checkedAt: 1, changedElsewhere: false }),
    );
  }
  expect(await person.fill([one!], { business_address: 'Street\nCity' })).toMatchObject({
    made: 0,
    leftOut: [{ reason: 'unchanged', count: 1 }],
  });
  await person.fill([two!], { business_address: 'Road\nTown' });
  expect(person.draft(two!)).toEqual({ business_address: 'Road\r\nTown' });
});

test('leaves out a text that the line ends make too long', async () => {
  const [one] = person.add(1);
  person.type(one!, 'business_address', 'a\r\nb');
  const text = `${'x'.repeat(MAX_FIELD_LENGTH - 1)}\n`;
  expect(await person.fill([one!], { business_address: text }, true)).toMatchObject({
    made: 0,
    leftOut: [{ reason: 'too-long', count: 1 }],
  });
});

test('refuses too much, and then makes nothing', async () => {
  const fill = (ids: readonly string[], edits: object) => {
    person.select(ids);
    return codeOf(person.many.drafts.fill({ edits, alsoOverDrafts: true }));
  };
  const many = Array.from({ length: 20_001 }, (_, at) => entryId(at + 1));
  const long = 'x'.repeat(MAX_FIELD_LENGTH);
  expect(await fill(many, { business_phone: '1' })).toBe('batch.too-many');
  expect(await fill(many.slice(0, 1_001), { business_phone: long })).toBe('batch.too-large');
  expect(await fill(many.slice(0, 1), { business_phone: `${long}x` })).toBe('profile.too-long');
  expect(await fill(many.slice(0, 1), {})).toBe('change.not-found');
  expect(await fill([], { business_phone: '1' })).toBe('change.not-found');
  expect(person.batches()).toEqual([]);
});

test.each(['a\0b', '\ud800', '\udc00x'])('fills and takes back the text %j', async (text) => {
  const [one] = person.add(1);
  const batch = await person.fill([one!], { business_phone: text });
  expect(person.draft(one!)).toEqual({ business_phone: text });
  await undo(batch.id);
  expect(person.draft(one!)).toEqual({});
});

test('undoes what still stands as it made it', async () => {
  const [one, two, three, four] = person.add(4);
  const ids = [one!, two!, three!, four!];
  const batch = await person.fill(ids, { business_phone: '+49', business_name: 'new' });
  person.type(two!, 'business_phone', 'typed over');
  person.type(three!, 'business_phone', 'typed over');
  person.type(three!, 'business_name', 'typed over');
  person.apply(four!, { type: 'submit' });
  expect(await undo(batch.id)).toBe(2);
  expect(ids.map(person.draft)).toEqual([
    {},
    { business_phone: 'typed over' },
    { business_phone: 'typed over', business_name: 'typed over' },
    {},
  ]);
  expect(person.pending(four!)).toEqual({ business_phone: '+49', business_name: 'new' });
  expect(person.batches()).toMatchObject([{ id: batch.id, undoable: false }]);
  expect(await undo(batch.id)).toBe(2);
});

test('moves each text that it takes back to the history', async () => {
  const [one, two] = person.add(2);
  person.type(two!, 'business_phone', 'typed');
  const batch = await person.fill([one!, two!], { business_phone: '+49' }, true);
  await undo(batch.id);
  expect(person.revisions(one!)).toMatchObject([
    { kind: 'discarded', texts: { business_phone: '+49' } },
  ]);
  expect(person.revisions(two!).map(({ kind, texts }) => [kind, texts])).toEqual(
    expect.arrayContaining([
      ['replaced', { business_phone: 'typed' }],
      ['replaced', { business_phone: '+49' }],
    ]),
  );
  expect(person.draft(two!)).toEqual({ business_phone: 'typed' });
});

test('undoing while its drafts are submitted takes back those that are not submitted yet', async () => {
  const ids = person.add(600);
  const batch = await person.fill(ids, { business_phone: '+49' });
  const ticks = person.ticksOf(await person.review());
  let undone: Promise<unknown> | undefined;
  person.between.push(() => (undone = undo(batch.id)));
  const { submitted, stayed } = valueOf(await person.many.changes.submitMany(ticks));
  await undone;
  expect(submitted).toBeGreaterThan(0);
  expect(stayed).toBeGreaterThan(0);
  expect(submitted + stayed).toBe(600);
  const pending = ids.filter((id) => person.pending(id).business_phone === '+49');
  expect(pending).toHaveLength(submitted);
  expect(person.allDrafts()).toEqual([]);
  expect(person.batches()).toMatchObject([{ stage: 'undone', made: submitted }]);
});

test('undoing two batches over one draft brings back what was typed', async () => {
  const [one] = person.add(1);
  person.apply(one!, { type: 'edit', field: 'business_phone', text: 'typed', base: 'older' });
  const first = await person.fill([one!], { business_phone: '1' }, true);
  const second = await person.fill([one!], { business_phone: '2' }, true);
  expect(await undo(second.id)).toBe(0);
  expect(person.draft(one!)).toEqual({ business_phone: '1' });
  expect(person.batches()).toMatchObject([
    { id: second.id, undoable: false },
    { id: first.id, undoable: true },
  ]);
  expect(await undo(first.id)).toBe(0);
  expect(person.read(({ drafts }) => drafts.get(one!)?.patch)).toEqual({
    business_phone: { base: 'older', text: 'typed' },
  });
  expect((await person.review()).groups).toMatchObject([{ id: 'typed', changes: 1 }]);
});

test('undoing the first of two batches leaves what the second made', async () => {
  const [one] = person.add(1);
  const first = await person.fill([one!], { business_phone: '1' });
  const second = await person.fill([one!], { business_phone: '2' }, true);
  expect(await undo(first.id)).toBe(1);
  expect(person.draft(one!)).toEqual({ business_phone: '2' });
  // Its text is a draft again, which can be undone, too.
  expect(await undo(second.id)).toBe(0);
  expect(person.draft(one!)).toEqual({ business_phone: '1' });
  expect(await undo(first.id)).toBe(0);
  expect(person.draft(one!)).toEqual({});
});

test('what is typed while a batch runs stays, and so does what is removed', async () => {
  const ids = person.add(600);
  person.between.push(() => {
    person.type(ids[0]!, 'business_phone', 'over it');
    person.type(ids[599]!, 'business_phone', 'before it');
    person.write(({ organizations }) => organizations.remove(ids[598]!));
  });
  const batch = await person.fill(ids, { business_phone: '+49' });
  expect(person.draft(ids[0]!)).toEqual({ business_phone: 'over it' });
  expect(person.draft(ids[599]!)).toEqual({ business_phone: 'before it' });
  expect(batch).toMatchObject({
    made: 598,
    leftOut: [
      { reason: 'draft', count: 1 },
      { reason: 'removed', count: 1 },
    ],
  });
});

test('two batches on the same fields run one after the other', async () => {
  const ids = person.add(300);
  person.select(ids);
  const start = async (text: string) =>
    valueOf(
      await person.many.drafts.fill({ edits: { business_phone: text }, alsoOverDrafts: true }),
    );
  const [first, second] = [await start('1'), await start('2')];
  expect(await person.ended(first.batchId)).toMatchObject({ made: 300 });
  expect(await person.ended(second.batchId)).toMatchObject({ made: 300 });
  expect(ids.every((id) => person.draft(id).business_phone === '2')).toBe(true);
  await undo(second.batchId);
  expect(ids.every((id) => person.draft(id).business_phone === '1')).toBe(true);
});

test('undoing a batch that runs stops it', async () => {
  const ids = person.add(600);
  person.select(ids);
  const { batchId } = valueOf(
    await person.many.drafts.fill({ edits: { business_phone: '1' }, alsoOverDrafts: false }),
  );
  // The first slice is done.
  await new Promise<void>((resolve) => person.between.push(resolve));
  const made = person.allDrafts().length;
  expect(made).toBeGreaterThan(0);
  expect(made).toBeLessThan(600);
  expect(await undo(batchId)).toBe(0);
  expect(await person.ended(batchId)).toMatchObject({ stage: 'undone', total: 600 });
  expect(person.allDrafts()).toEqual([]);
});

/** Kills the app after the next slice. */
const killedAfterSlice = (): Promise<void> =>
  new Promise((resolve) => {
    person.between.push(() => {
      person.many.stop();
      person.database.close();
      resolve();
    });
  });

test('a killed batch says how far it was, is not continued and can be undone', async () => {
  const ids = person.add(600);
  const { folder } = person;
  person.select(ids);
  const killed = killedAfterSlice();
  await person.many.drafts.fill({ edits: { business_phone: '1' }, alsoOverDrafts: false });
  await killed;
  const later = createPerson(folder, opened(folder).database);
  const [batch] = later.batches();
  expect(batch).toMatchObject({ stage: 'stopped', total: 600, undoable: true });
  const drafts = later.allDrafts();
  expect(drafts).toHaveLength(batch!.done);
  expect(drafts.length).toBeLessThan(600);
  expect(await undo(batch!.id, later)).toBe(0);
  expect(later.allDrafts()).toEqual([]);
});

test('the line of a batch that was done is closed at the next launch', async () => {
  const [one] = person.add(1);
  await person.fill([one!], { business_phone: '1' });
  person.database.close();
  const later = createPerson(person.folder, opened(person.folder).database);
  expect(later.batches()).toEqual([]);
  expect(later.draft(one!)).toEqual({ business_phone: '1' });
});

test('a batch that was killed before it could say that it is done is done', async () => {
  const [one] = person.add(1);
  person.select([one!]);
  const killed = killedAfterSlice();
  await person.many.drafts.fill({ edits: { business_phone: '1' }, alsoOverDrafts: false });
  await killed;
  const later = createPerson(person.folder, opened(person.folder).database);
  expect(later.draft(one!)).toEqual({ business_phone: '1' });
  expect(later.batches()).toEqual([]);
});

test('an undo of a save that was killed is stopped, however many it seems to have undone', () => {
  const row = {
    id: '00000000-0000-4000-8000-000000000001',
    kind: 'save-undone',
    fields: ['business_phone'],
    titleTexts: [],
    at: 1,
    stage: 'running',
    done: 1,
    total: 1,
    made: 1,
    leftOut: {},
    source: null,
  } as const;
  person.write(({ batches }) => batches.put({ ...row, fields: [...row.fields], titleTexts: [] }));
  const [one] = person.add(1);
  person.apply(one!, { type: 'edit', field: 'business_phone', text: '1', batch: row.id });
  person.many.stop();
  person.database.close();
  const later = createPerson(person.folder, opened(person.folder).database);
  expect(later.batches()).toMatchObject([{ id: row.id, stage: 'stopped' }]);
});

test('a batch that was killed is stopped once there is space again, if the disk was full at the launch', async () => {
  const folder = temporaryFolder();
  person = createPerson(folder, opened(folder).database);
  const [one, other] = person.add(2);
  const { id } = await person.fill([one!], { business_phone: '1' });
  person.write(({ batches }) => batches.put({ ...batches.get(id)!, stage: 'running', total: 2 }));
  person.many.stop();
  person.database.close();
  const { database } = opened(folder);
  vi.spyOn(database, 'write').mockReturnValueOnce(failed('database.full'));
  const later = createPerson(folder, database);
  expect(later.batches()).toMatchObject([{ id, stage: 'running' }]);
  const own = await later.fill([other!], { business_phone: '2' });
  const [retry] = later.timers.set.mock.calls[0] as [() => void];
  retry();
  expect(later.batches()).toMatchObject([
    { id: own.id, stage: 'done' },
    { id, stage: 'stopped' },
  ]);
});

test('a full disk stops batches only until there is space again, and all of them say so', async () => {
  const folder = temporaryFolder();
  opened(folder).database.close();
  const disk = databaseOnSmallDisk(folder);
  const { database } = disk;
  person = createPerson(folder, database);
  const ids = person.add(200);
  person.select(ids);
  const fill = (edits: { business_phone?: string; business_email?: string }) =>
    person.many.drafts.fill({ edits, alsoOverDrafts: false });
  const { batchId } = valueOf(await fill({ business_phone: '1'.repeat(2_000) }));
  const next = valueOf(await fill({ business_email: '2' }));
  const topics: string[] = [];
  person.between.push(() => {
    disk.fill();
    database.changes.subscribe((change) => topics.push(...change.topics));
  });
  await expect.poll(() => person.timers.set.mock.calls).not.toEqual([]);
  const failure = { code: 'database.full' };
  const waiting = { stage: 'running', failure };
  expect(person.batches()).toMatchObject([waiting, waiting]);
  expect(topics).toContain('batches');
  disk.free();
  const [retry] = person.timers.set.mock.calls.at(-1) as [() => void];
  retry();
  for (const id of [batchId, next.batchId])
    expect(await person.ended(id)).toMatchObject({ stage: 'done', made: 200, failure: null });
});

test('closing the line keeps the drafts and their group', async () => {
  const [one] = person.add(1);
  const batch = await person.fill([one!], { business_phone: '1' });
  await person.many.drafts.closeBatch({ batchId: batch.id });
  expect(person.batches()).toEqual([]);
  expect((await person.review()).groups).toMatchObject([{ id: batch.id, kind: 'fill' }]);
});

test('fails for a batch that is not known', async () => {
  const batchId = 'unknown';
  const { drafts } = person.many;
  expect(await codeOf(drafts.undoBatch({ batchId }))).toBe('batch.not-found');
  expect(await codeOf(drafts.readLeftOut({ batchId }))).toBe('batch.not-found');
  const page = { batchId, reason: 'unread', offset: 0, limit: 100 } as const;
  expect(await codeOf(drafts.leftOut(page))).toBe('batch.not-found');
  expect(await codeOf(drafts.fillLeftOut({ batchId }))).toBe('batch.not-found');
  expect(await codeOf(drafts.stopReading({ batchId }))).toBeNull();
});

test('lists what it left out for a reason, in pages', async () => {
  const [made, gone] = person.add(2);
  const unread = person.add(5, { from: 3, unread: true });
  const batch = await person.fill([...unread, made!, gone!], { business_phone: '+49' });
  const leftOut = async (reason: 'unread' | 'draft', offset = 0) =>
    valueOf(await person.many.drafts.leftOut({ batchId: batch.id, reason, offset, limit: 3 }));
  const first = await leftOut('unread');
  expect(first).toMatchObject({ total: 5 });
  expect(first.rows.map(({ entryId }) => entryId)).toEqual(unread.slice(0, 3));
  expect(first.rows.every(({ name }) => name !== '')).toBe(true);
  person.write(({ organizations }) => organizations.remove(unread[4]!));
  const rest = await leftOut('unread', 3);
  expect(rest.rows.map(({ entryId }) => entryId)).toEqual([unread[3]]);
  person.write(({ organizations }) => unread.slice(0, 3).forEach((id) => organizations.remove(id)));
  expect(await leftOut('unread')).toEqual({ total: 1, rows: rest.rows });
  expect(await leftOut('draft')).toEqual({ total: 0, rows: [] });
});

test('reads what it left out as unread, then fills it', async () => {
  const [read] = person.add(1);
  const unread = person.add(3, { from: 2, unread: true });
  const [removed] = person.add(1, { from: 5, unread: true });
  const batch = await person.fill([read!, ...unread, removed!], { business_phone: '+49' });
  expect(batch).toMatchObject({ made: 1, leftOut: [{ reason: 'unread', count: 4 }] });
  const { drafts } = person.many;
  await drafts.readLeftOut({ batchId: batch.id });
  expect(person.reader.readFor).toHaveBeenCalledExactlyOnceWith(batch.id, [...unread, removed]);
  person.reader.isReadingFor.mockReturnValue(true);
  for (const id of unread.slice(0, 2)) {
    person.write(({ profiles }) =>
      profiles.put({
        entryId: id,
        fields: null,
        confirmedAt: 1,
        checkedAt: 1,
        changedElsewhere: false,
      }),
    );
  }
  expect(person.batches()).toMatchObject([{ reading: { read: 2, total: 4, running: true } }]);
  person.write(({ organizations }) => organizations.remove(removed!));
  expect(person.batches()).toMatchObject([{ reading: { read: 2, total: 3, running: true } }]);
  await drafts.stopReading({ batchId: batch.id });
  expect(person.reader.stopReadingFor).toHaveBeenCalledExactlyOnceWith(batch.id);
  person.reader.isReadingFor.mockReturnValue(false);
  const { batchId } = valueOf(await drafts.fillLeftOut({ batchId: batch.id }));
  expect(await person.ended(batchId)).toMatchObject({ total: 2, made: 2, leftOut: [] });
  expect(unread.map(person.draft)).toEqual([
    { business_phone: '+49' },
    { business_phone: '+49' },
    {},
  ]);
  const [, first] = person.batches();
  expect(first).toMatchObject({
    leftOut: [{ reason: 'unread', count: 1 }],
    reading: { read: 0, total: 1, running: false },
  });
});
