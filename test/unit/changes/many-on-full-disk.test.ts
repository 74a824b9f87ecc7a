/**
 * The disk is full in the middle of an act over many organizations: what was done stays done, the rest is as before, and
 * doing it again once there is space does the rest. Filling on a full disk: batches.test.ts.
 */
import { beforeEach, expect, test, vi } from 'vitest';
import { createSaveRunner } from '../../../src/main/saves/cancel-retry';
import { createUndo } from '../../../src/main/saves/undo';
import { AFTER_CANCEL } from '../../../src/shared/saves';
import { failed } from '../../../src/shared/result';
import { databaseOnSmallDisk, opened, temporaryFolder } from '../database/temporary-database';
import { valueOf } from '../results';
import { codeOf, createPerson, profile, type Person } from './many-harness';

const COUNT = 400;
/** Long, so that every slice needs space. */
const TEXT = '1'.repeat(500);
const field = 'business_phone';

let person: Person;
let disk: ReturnType<typeof databaseOnSmallDisk>;
let ids: string[];
beforeEach(() => {
  const folder = temporaryFolder();
  opened(folder).database.close();
  disk = databaseOnSmallDisk(folder);
  person = createPerson(folder, disk.database);
  ids = person.add(COUNT);
});

const drafted = (): string[] => ids.filter((id) => person.draft(id)[field] !== undefined);
const pending = (): string[] => ids.filter((id) => person.pending(id)[field] === TEXT);
const discarded = (): string[] =>
  ids.filter((id) =>
    person.revisions(id).some(({ kind, texts }) => kind === 'discarded' && texts[field] === TEXT),
  );
/** Yields between two slices, and does the work of the test. */
const yieldToEventLoop = async (): Promise<void> => {
  await Promise.resolve();
  person.between.shift()?.();
};
/** Fills the disk after the first slice. */
const fillDiskInTheMiddle = (): void => void person.between.push(() => disk.fill());
/** Makes space, and lets what waits for it try again. */
function freeDisk(): void {
  disk.free();
  for (const [retry] of person.timers.set.mock.calls as [() => void][]) retry();
  person.timers.set.mockClear();
}

test('what is submitted is sent later, and the rest stays as drafts', async () => {
  await person.fill(ids, { [field]: TEXT });
  const review = await person.review();
  fillDiskInTheMiddle();
  expect(await codeOf(person.many.changes.submitMany(person.ticksOf(review)))).toBe(
    'database.full',
  );
  const first = pending();
  expect(first.length).toBeGreaterThan(0);
  expect(first.length).toBeLessThan(COUNT);
  expect([...first, ...drafted()].sort()).toEqual(ids);
  freeDisk();
  const [save] = person.read(({ saves }) => saves.all());
  expect(save).toMatchObject({ stage: 'sending', leftToSubmit: COUNT - first.length });
  expect(person.read(({ saves }) => saves.counts(save!.id).waiting)).toBe(first.length);
  expect(await person.submitAll()).toMatchObject({ submitted: COUNT - first.length, stayed: 0 });
  expect(pending()).toEqual(ids);
});

test('each of many texts that are discarded is a draft or in the history', async () => {
  await person.fill(ids, { [field]: TEXT });
  const ticks = person.ticksOf(await person.review());
  fillDiskInTheMiddle();
  const flush = vi.spyOn(person.database, 'flush');
  expect(await codeOf(person.many.drafts.discardMany(ticks))).toBe('database.full');
  expect(flush).toHaveBeenCalledTimes(1);
  const rest = drafted();
  expect(rest.length).toBeGreaterThan(0);
  expect(rest.length).toBeLessThan(COUNT);
  expect([...rest, ...discarded()].sort()).toEqual(ids);
  freeDisk();
  const again = person.ticksOf(await person.review());
  expect(valueOf(await person.many.drafts.discardMany(again))).toEqual({ discarded: rest.length });
});

test('undoing a batch over typed texts again undoes the rest', async () => {
  for (const id of ids) person.type(id, field, 'typed');
  const { id: batchId } = await person.fill(ids, { [field]: '2' }, true);
  // To undo, it needs no space of its own.
  person.between.push(() => {
    vi.spyOn(person.database, 'writeSlice').mockReturnValueOnce(failed('database.full'));
  });
  const flush = vi.spyOn(person.database, 'flush');
  expect(await codeOf(person.many.drafts.undoBatch({ batchId }))).toBe('database.full');
  // What was undone is.
  expect(flush).toHaveBeenCalledTimes(1);
  const back = ids.filter((id) => person.draft(id)[field] === 'typed');
  const rest = ids.filter((id) => person.draft(id)[field] === '2');
  expect(back.length).toBeGreaterThan(0);
  expect(rest.length).toBeGreaterThan(0);
  expect([...back, ...rest].sort()).toEqual(ids);
  expect(person.batches()).toMatchObject([{ stage: 'done', made: rest.length }]);
  valueOf(await person.many.drafts.undoBatch({ batchId }));
  expect(person.batches()).toMatchObject([{ stage: 'undone', made: 0 }]);
  expect(ids.every((id) => person.draft(id)[field] === 'typed')).toBe(true);
});

test('what a paste has made stays, and the rest is tried until there is space', async () => {
  person.show(ids);
  const pasted = person.cells(
    [field],
    ids.map((_, row) => `${TEXT}${row}`),
  );
  fillDiskInTheMiddle();
  await expect.poll(() => person.timers.set.mock.calls.length).toBe(1);
  const first = drafted();
  expect(first.length).toBeLessThan(COUNT);
  expect(person.batches()).toMatchObject([{ kind: 'paste', stage: 'running', done: first.length }]);
  freeDisk();
  expect(await pasted).toMatchObject({ stage: 'done', made: COUNT });
  expect(ids.map((id) => person.draft(id)[field])).toEqual(ids.map((_, row) => `${TEXT}${row}`));
});

test('what a replacement has made stays, the rest is tried until there is space, and nothing is replaced twice', async () => {
  await person.fill(ids, { [field]: `Old ${TEXT}` });
  person.show(ids);
  const replaced = person.replace('old', 'Old Old', {}, true);
  fillDiskInTheMiddle();
  await expect.poll(() => person.timers.set.mock.calls.length).toBe(1);
  const isReplaced = (id: string): boolean => person.draft(id)[field] === `Old Old ${TEXT}`;
  expect(ids.filter(isReplaced).length).toBeLessThan(COUNT);
  freeDisk();
  expect(await replaced).toMatchObject({ kind: 'replace', stage: 'done', made: COUNT });
  expect(ids.every(isReplaced)).toBe(true);
});

test('a fill that made everything is done once that can be stored', async () => {
  person.select(ids);
  person.between.push(() => {
    vi.spyOn(person.database, 'write').mockReturnValue(failed('database.full'));
  });
  const request = { edits: { [field]: TEXT }, alsoOverDrafts: false };
  const { batchId } = valueOf(await person.many.drafts.fill(request));
  for (let tries = 0; tries < 2; tries += 1) {
    await expect.poll(() => person.timers.set.mock.calls.length).toBe(1);
    const failure = { code: 'database.full' };
    expect(person.batches()).toMatchObject([{ stage: 'running', made: COUNT, failure }]);
    if (tries === 0) freeDisk();
  }
  vi.mocked(person.database.write).mockRestore();
  freeDisk();
  expect(await person.ended(batchId)).toMatchObject({ stage: 'done', made: COUNT, failure: null });
});

test('a save that could not be ended is ended later, with all that was submitted', async () => {
  await person.fill(ids, { [field]: TEXT });
  const ticks = person.ticksOf(await person.review());
  person.between.push(() => {
    vi.spyOn(person.database, 'write').mockReturnValueOnce(failed('database.full'));
  });
  expect(await codeOf(person.many.changes.submitMany(ticks))).toBe('database.full');
  expect(person.read(({ saves }) => saves.all())).toMatchObject([
    { stage: 'submitting', leftToSubmit: 0 },
  ]);
  freeDisk();
  expect(person.read(({ saves }) => saves.all())).toMatchObject([
    { stage: 'sending', leftToSubmit: 0 },
  ]);
  expect(pending()).toEqual(ids);
});

test('undoing a save again undoes the rest', async () => {
  await person.fill(ids, { [field]: TEXT });
  const { saveId } = await person.submitAll();
  for (const id of ids) {
    const { version, patch } = person.read(({ outbox }) => outbox.get(id)!);
    person.apply(id, { type: 'read', copy: profile('saved') });
    const copy = { ...profile('saved'), [field]: TEXT };
    person.apply(id, { type: 'readBack', sent: { version, patch }, copy });
  }
  expect(pending()).toEqual([]);
  const undo = createUndo({
    database: person.database,
    now: Date.now,
    timers: person.timers,
    yieldToEventLoop,
    onChanged: person.onChanged,
  });
  person.between.push(() => {
    disk.fill();
    // Nor is there space to write that it has stopped.
    vi.spyOn(person.database, 'write').mockReturnValueOnce(failed('database.full'));
  });
  expect(await codeOf(undo(saveId))).toBe('database.full');
  const first = drafted();
  expect(first.length).toBeGreaterThan(0);
  expect(first.length).toBeLessThan(COUNT);
  const [batch] = person.batches();
  expect(batch).toMatchObject({ kind: 'save-undone', made: first.length });
  freeDisk();
  expect(person.batches()[0]).toMatchObject({ ...batch, stage: 'stopped' });
  expect(valueOf(await undo(saveId))).toMatchObject({ drafts: COUNT - first.length });
  expect(drafted()).toEqual(ids);
});

test.each(AFTER_CANCEL)(
  'what a cancel has withdrawn stays so, and the rest is withdrawn once there is space (then %s)',
  async (then) => {
    await person.fill(ids, { [field]: TEXT });
    const { saveId } = await person.submitAll();
    const runner = createSaveRunner({
      database: person.database,
      now: Date.now,
      timers: person.timers,
      yieldToEventLoop,
      isWriting: () => false,
      onChanged: person.onChanged,
    });
    const withdrawn = then === 'keep' ? drafted : discarded;
    person.between.push(() => {
      disk.fill();
      // The file needs no more pages for drafts than the changes had.
      if (then === 'keep')
        vi.spyOn(person.database, 'writeSlice').mockReturnValueOnce(failed('database.full'));
    });
    expect(valueOf(runner.cancel(saveId, then))).toBe(true);
    await expect.poll(() => person.timers.set.mock.calls.length).toBe(1);
    const first = withdrawn();
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(COUNT);
    expect([...first, ...pending()].sort()).toEqual(ids);
    freeDisk();
    await expect.poll(pending).toEqual([]);
    expect(withdrawn()).toEqual(ids);
    if (then === 'discard') expect(drafted()).toEqual([]);
    expect(person.read(({ saves }) => saves.counts(saveId))).toMatchObject({ canceled: COUNT });
    runner.stop();
  },
);
