/** The review of all drafts: groups, rows, what is ticked, and what submitting and discarding do with it. */
import { beforeEach, expect, test } from 'vitest';
import { rowTexts } from '../../../src/main/changes/row-text';
import { RowMacs } from '../../../src/main/database/row-macs';
import { MAX_ROW_TEXT, type Ticks } from '../../../src/shared/changes';
import {
  databaseOnSmallDisk,
  opened,
  temporaryFolder,
  withRawDatabase,
} from '../database/temporary-database';
import { valueOf } from '../results';
import { codeOf, createPerson, profile, type Person } from './many-harness';

let person: Person;
beforeEach(() => {
  person = createPerson();
});

const rowsOf = async (reviewId: string, from: Person = person) =>
  valueOf(await from.many.changes.reviewRows({ reviewId, offset: 0, limit: 100 })).rows;

test('lists what was typed, by name, with the text before and after', async () => {
  const [one, two] = person.add(2);
  person.type(two!, 'business_phone', '+49 2');
  person.type(one!, 'business_phone', '+49 1');
  person.type(one!, 'external_metadata', '');
  const review = await person.review();
  expect(review).toMatchObject({ rows: 2, notReviewed: { readOnly: 0, decide: 0 } });
  expect(review.groups).toEqual([
    {
      id: 'typed',
      titleTexts: [],
      kind: 'typed',
      fields: ['business_phone', 'external_metadata'],
      at: null,
      rows: 2,
      changes: 3,
      ticked: true,
      startUnticked: 0,
      source: null,
      notImported: 0,
    },
  ]);
  expect(await rowsOf(review.reviewId)).toEqual([
    {
      entryId: one,
      name: 'Org 00001',
      organizationName: null,
      groupId: 'typed',
      texts: [
        {
          field: 'business_phone',
          before: 'saved business_phone',
          after: '+49 1',
          replacesWaiting: null,
          notes: [],
        },
        {
          field: 'external_metadata',
          before: 'saved external_metadata',
          after: '',
          replacesWaiting: null,
          notes: [],
        },
      ],
      startsUnticked: false,
    },
    expect.objectContaining({ entryId: two }),
  ]);
  expect(valueOf(await person.many.changes.ticked(person.ticksOf(review)))).toEqual({
    changes: 3,
    organizations: 2,
    clears: [{ field: 'external_metadata', count: 1 }],
    metadata: 1,
    newer: 0,
  });
});

test('counts the drafts made since, without those that cannot be submitted with others', async () => {
  const [one, two, three, four] = person.add(4) as [string, string, string, string];
  person.type(one, 'business_phone', '1');
  const review = await person.review();
  const newer = async () => valueOf(await person.many.changes.ticked(person.ticksOf(review))).newer;
  expect(await newer()).toBe(0);
  for (const id of [one, two, three, four]) person.type(id, 'business_name', 'typed since');
  expect(await newer()).toBe(4);
  person.giveSignIn(one);
  person.giveSignIn(three, { readOnly: 'chosen' });
  person.makeConflict(two, 'business_name');
  person.type(two, 'business_phone', 'typed since');
  expect(await newer()).toBe(2);
});

test('groups drafts by the act that made them, the newest first, and what needs a look last', async () => {
  const [one, two, three] = person.add(3);
  const first = await person.fill([one!], { business_phone: '1' });
  person.type(two!, 'business_name', 'typed');
  const second = await person.fill([one!, two!], { business_email: '2' });
  person.type(three!, 'business_name', 'submitted');
  const { saveId } = await person.submitAll();
  person.write(({ saves }) => saves.setStage(saveId, 'canceled'));
  for (const id of [one!, two!, three!]) {
    person.apply(id, { type: 'cancelSave', save: saveId, writing: false });
  }
  person.type(three!, 'business_phone', 'typed');
  const again = await person.fill([one!, two!], { external_metadata: '3' });
  expect((await person.review()).groups).toMatchObject([
    { id: again.id, kind: 'fill', rows: 2, changes: 2, ticked: true },
    { id: 'typed', kind: 'typed', rows: 1, changes: 1, ticked: true },
    { id: saveId, kind: 'canceled', rows: 3, changes: 5, ticked: false },
  ]);
  expect(first.made + second.made).toBe(3);
});

test('does not tick drafts of earlier runs', async () => {
  const folder = temporaryFolder();
  const before = createPerson(folder);
  const [one, two] = before.add(2);
  before.type(one!, 'business_name', 'typed before');
  const batch = await before.fill([two!], { business_phone: 'filled before' });
  before.many.stop();
  before.database.close();
  const later = createPerson(folder, opened(folder).database);
  later.type(two!, 'business_name', 'typed now');
  expect((await later.review()).groups).toMatchObject([
    { id: 'typed', rows: 1, ticked: true },
    { id: batch.id, kind: 'fill', rows: 1, ticked: false },
    { id: 'earlier', kind: 'earlier', rows: 1, ticked: false },
  ]);
});

test('does not tick what was recovered, nor count it as typed', async () => {
  const [one] = person.add(1);
  const edit = { base: 'saved business_phone', text: 'of a damaged database' };
  const draft = { business_phone: edit };
  person.apply(one!, { type: 'adopt', draft, change: {}, version: 0 });
  expect((await person.review()).groups).toMatchObject([
    { id: 'earlier', kind: 'earlier', fields: ['business_phone'], ticked: false },
  ]);
  person.type(one!, 'business_phone', 'typed now');
  expect((await person.review()).groups).toMatchObject([{ id: 'typed', ticked: true }]);
});

test('what is typed over a batch counts as typed, the rest stays its own', async () => {
  const [one] = person.add(1);
  const batch = await person.fill([one!], { business_phone: '1', business_email: '2' });
  person.type(one!, 'business_phone', 'typed over');
  expect((await person.review()).groups).toMatchObject([
    { id: batch.id, changes: 1 },
    { id: 'typed', changes: 1 },
  ]);
});

test('leaves out read-only entries and entries that wait for a decision', async () => {
  const [one, two, three] = person.add(3);
  for (const id of [one!, two!, three!]) person.type(id, 'business_name', 'typed');
  person.giveSignIn(one!, { readOnly: 'chosen' });
  person.makeConflict(two!, 'business_phone');
  person.type(two!, 'business_name', 'typed since');
  const review = await person.review();
  expect(review).toMatchObject({ rows: 1, notReviewed: { readOnly: 1, decide: 1 } });
  expect((await rowsOf(review.reviewId)).map(({ entryId }) => entryId)).toEqual([three]);
});

test('a row that replaces a waiting change says so and is unticked', async () => {
  const [one, two] = person.add(2);
  person.type(one!, 'business_phone', 'waits');
  person.apply(one!, { type: 'submit' });
  person.type(one!, 'business_phone', 'newer');
  person.type(two!, 'business_phone', 'typed');
  const review = await person.review();
  const [first] = await rowsOf(review.reviewId);
  expect(first?.texts).toEqual([
    {
      field: 'business_phone',
      before: 'waits',
      after: 'newer',
      replacesWaiting: 'waits',
      notes: [],
    },
  ]);
  const ticked = async (except: number[]) =>
    valueOf(await person.many.changes.ticked(person.ticksOf(review, except))).organizations;
  expect(await ticked([])).toBe(1);
  expect(await ticked([0])).toBe(2);
  expect(await ticked([0, 1])).toBe(1);
  valueOf(await person.many.changes.submitMany(person.ticksOf(review)));
  expect(person.pending(one!)).toEqual({ business_phone: 'waits' });
});

test('a row is ticked as it was reviewed, also if the waiting change it replaced is confirmed since', async () => {
  const [one] = person.add(1);
  person.type(one!, 'business_phone', 'waits');
  person.apply(one!, { type: 'submit' });
  person.type(one!, 'business_phone', 'newer');
  const review = await person.review();
  const copy = { ...profile('saved'), business_phone: 'waits' };
  person.apply(one!, { type: 'read', copy });
  expect(person.pending(one!)).toEqual({});
  const [row] = await rowsOf(review.reviewId);
  expect(row).toMatchObject({ texts: [{ replacesWaiting: null }], startsUnticked: true });
  valueOf(await person.many.changes.submitMany(person.ticksOf(review, [0])));
  expect(person.pending(one!)).toEqual({ business_phone: 'newer' });
});

test('a group that is ticked as a whole has its rows, too, that start unticked', async () => {
  const [one, two] = person.add(2);
  person.type(one!, 'business_phone', 'waits');
  person.apply(one!, { type: 'submit' });
  const batch = await person.fill([one!, two!], { business_phone: '+49' });
  const review = await person.review();
  expect(review.groups).toMatchObject([{ id: batch.id, rows: 2, startUnticked: 1 }]);
  const [place] = (await rowsOf(review.reviewId)).map(({ entryId }) => [one, two].indexOf(entryId));
  const whole = { reviewId: review.reviewId, groups: [], whole: [batch.id], except: [] };
  const ticked = async (ticks: Ticks) =>
    valueOf(await person.many.changes.ticked(ticks)).organizations;
  expect(await ticked(person.ticksOf(review))).toBe(1);
  expect(await ticked(whole)).toBe(2);
  expect(await ticked({ ...whole, except: [place!] })).toBe(1);
  valueOf(await person.many.changes.submitMany(whole));
  expect([one!, two!].map(person.pending)).toEqual([
    { business_phone: '+49' },
    { business_phone: '+49' },
  ]);
});

test('submits the ticked drafts as one save, which is sent only then', async () => {
  const [one, two, three] = person.add(3);
  const batch = await person.fill([one!, two!], { business_phone: '+49' });
  person.type(three!, 'business_name', 'stays');
  const review = await person.review();
  const ticks = { reviewId: review.reviewId, groups: [batch.id], whole: [], except: [] };
  const { saveId, ...counts } = valueOf(await person.many.changes.submitMany(ticks));
  expect(counts).toEqual({ submitted: 2, stayed: 0, uncheckable: 0 });
  expect([one!, two!, three!].map(person.pending)).toEqual([
    { business_phone: '+49' },
    { business_phone: '+49' },
    {},
  ]);
  expect(person.draft(three!)).toEqual({ business_name: 'stays' });
  expect(person.read(({ saves }) => saves.get(saveId))).toMatchObject({
    fields: ['business_phone'],
    stage: 'sending',
  });
  expect(person.read(({ outbox }) => outbox.get(one!)?.saveId)).toBe(saveId);
  expect(person.read(({ saves }) => saves.counts(saveId))).toMatchObject({ waiting: 2 });
  person.write((tables) => {
    tables.saves.end(saveId, one!, 'business_phone', 'done');
  });
  expect(person.read(({ saves }) => saves.counts(saveId))).toMatchObject({ done: 1, waiting: 1 });
});

test('submits only the ticked origin of an entry', async () => {
  const [one] = person.add(1);
  const batch = await person.fill([one!], { business_phone: '+49' });
  person.type(one!, 'business_name', 'typed');
  const { reviewId } = await person.review();
  await person.many.changes.submitMany({ reviewId, groups: [batch.id], whole: [], except: [] });
  expect(person.pending(one!)).toEqual({ business_phone: '+49' });
  expect(person.draft(one!)).toEqual({ business_name: 'typed' });
});

test('never submits what changed since the review', async () => {
  const [one, two, three, four] = person.add(4);
  for (const id of [one!, two!, three!]) person.type(id, 'business_name', 'reviewed');
  person.type(two!, 'business_phone', 'reviewed');
  const review = await person.review();
  person.type(one!, 'business_name', 'typed since');
  person.type(two!, 'business_name', 'typed since');
  person.makeConflict(three!, 'business_phone');
  person.type(four!, 'business_name', 'new');
  const ticks = person.ticksOf(review);
  expect(valueOf(await person.many.changes.ticked(ticks)).newer).toBe(3);
  const submitted = valueOf(await person.many.changes.submitMany(ticks));
  expect(submitted).toMatchObject({ submitted: 1, stayed: 3 });
  expect(person.pending(one!)).toEqual({});
  expect(person.pending(two!)).toEqual({ business_phone: 'reviewed' });
  expect(person.draft(two!)).toEqual({ business_name: 'typed since' });
  expect(person.draft(three!)).toEqual({});
  expect(person.draft(four!)).toEqual({ business_name: 'new' });
});

test('a text that is typed again as it was reviewed is another draft', async () => {
  const [one] = person.add(1);
  person.type(one!, 'business_name', 'same');
  const review = await person.review();
  person.type(one!, 'business_name', 'other');
  person.type(one!, 'business_name', 'same');
  const submitted = await person.many.changes.submitMany(person.ticksOf(review));
  expect(valueOf(submitted)).toMatchObject({ submitted: 0, stayed: 1 });
  expect(person.read(({ saves }) => saves.all())).toEqual([]);
});

test('keeps rows in place when their entry changed or is gone, without its texts', async () => {
  const [one, two, three] = person.add(3);
  for (const id of [one!, two!, three!]) person.type(id, 'business_name', 'reviewed');
  const review = await person.review();
  person.type(one!, 'business_name', 'since');
  person.write(({ organizations }) => organizations.remove(two!));
  const rows = await rowsOf(review.reviewId);
  expect(rows.map(({ entryId, texts }) => [entryId, texts.length])).toEqual([
    [one, 0],
    [two, 0],
    [three, 1],
  ]);
  expect(valueOf(await person.many.changes.submitMany(person.ticksOf(review)))).toMatchObject({
    submitted: 1,
    stayed: 2,
  });
});

test('discards the ticked drafts, and the history has their texts', async () => {
  const [one, two] = person.add(2);
  person.type(one!, 'business_name', 'gone');
  person.type(two!, 'business_name', 'changed since');
  const review = await person.review();
  person.type(two!, 'business_name', 'stays');
  const discarded = await person.many.drafts.discardMany(person.ticksOf(review));
  expect(valueOf(discarded)).toEqual({ discarded: 1 });
  expect([one!, two!].map(person.draft)).toEqual([{}, { business_name: 'stays' }]);
  expect(person.revisions(one!)).toMatchObject([
    { kind: 'discarded', texts: { business_name: 'gone' } },
  ]);
});

test('refuses a review that is not the last one', async () => {
  const [one] = person.add(1);
  person.type(one!, 'business_name', 'typed');
  const review = await person.review();
  const { reviewId } = review;
  await person.review();
  const ticks = person.ticksOf(review);
  const { changes, drafts } = person.many;
  expect(await codeOf(changes.reviewRows({ reviewId, offset: 0, limit: 1 }))).toBe(
    'review.outdated',
  );
  expect(await codeOf(changes.ticked(ticks))).toBe('review.outdated');
  expect(await codeOf(changes.submitMany(ticks))).toBe('review.outdated');
  expect(await codeOf(drafts.discardMany(ticks))).toBe('review.outdated');
  expect(person.draft(one!)).toEqual({ business_name: 'typed' });
  const empty = { ...(await person.review()), groups: [] };
  expect(await codeOf(changes.submitMany(person.ticksOf(empty)))).toBe('change.not-found');
});

test('cuts long texts of a row, and never inside a character', async () => {
  const [one] = person.add(1);
  person.type(one!, 'business_name', `${'x'.repeat(MAX_ROW_TEXT - 1)}😀`);
  const { reviewId } = await person.review();
  const [row] = await rowsOf(reviewId);
  expect(row?.texts[0]?.after).toBe('x'.repeat(MAX_ROW_TEXT - 1));
});

test('shows long texts from shortly before their first difference', () => {
  const start = 'x'.repeat(6_000);
  const { before, after } = rowTexts(`${start}A${start}`, `${start}😀B`);
  expect(before).toMatch(/^…x{200}Ax+$/);
  expect(before).toHaveLength(MAX_ROW_TEXT);
  expect(after).toBe(`…${'x'.repeat(200)}😀B`);
  expect(rowTexts('a', 'b')).toEqual({ before: 'a', after: 'b' });
});

test('no draft is submitted on top of a change that was altered while the app was closed', async () => {
  const folder = temporaryFolder();
  const macs = new RowMacs();
  const before = createPerson(folder, opened(folder, { macs }).database);
  const [one] = before.add(1);
  before.type(one!, 'business_name', 'typed');
  valueOf(await before.many.changes.submitMany(before.ticksOf(await before.review())));
  before.type(one!, 'business_phone', '+49');
  before.database.close();
  const plant = `UPDATE pending_field SET text = replace(text, 'typed', 'planted')`;
  withRawDatabase(folder, (db) => db.exec(plant));

  const laterMacs = new RowMacs();
  const later = createPerson(folder, opened(folder, { macs: laterMacs }).database);
  const { reviewId, groups } = await later.review();
  expect(groups).toHaveLength(1);
  const ticks = { reviewId, groups: groups.map(({ id }) => id), whole: [], except: [] };
  const submit = async () => valueOf(await later.many.changes.submitMany(ticks));
  // Without the key, no one can tell.
  expect(await submit()).toMatchObject({ submitted: 0, stayed: 0, uncheckable: 1 });
  laterMacs.use(macs.own);
  expect(await submit()).toMatchObject({ submitted: 0, stayed: 1, uncheckable: 0 });
  expect(later.draft(one!)).toEqual({ business_phone: '+49' });
  expect(later.read(({ outbox }) => outbox.trust(one!))).toBe('foreign');
});

test('a save that was canceled while it is submitted leaves the rest as drafts', async () => {
  const ids = person.add(400);
  await person.fill(ids, { business_phone: '+49' });
  const review = await person.review();
  person.between.push(() => {
    const [save] = person.read(({ saves }) => saves.inStage('submitting'));
    person.write(({ saves }) => saves.setStage(save!.id, 'canceling'));
  });
  const done = valueOf(await person.many.changes.submitMany(person.ticksOf(review)));
  expect(done.submitted + done.stayed).toBe(400);
  expect(done.stayed).toBeGreaterThan(0);
  expect(person.read(({ saves }) => saves.get(done.saveId)?.stage)).toBe('canceling');
});

test('what a killed run submitted is sent after the next launch, the rest stays as drafts', async () => {
  const ids = person.add(400);
  await person.fill(ids, { business_phone: '+49' });
  const review = await person.review();
  const { folder } = person;
  const killed = new Promise<void>((resolve) => {
    person.between.push(() => {
      person.many.stop();
      person.database.close();
      resolve();
    });
  });
  void person.many.changes.submitMany(person.ticksOf(review));
  await killed;
  const later = createPerson(folder, opened(folder).database);
  const saved = () => later.read(({ saves }) => saves.all())[0];
  // It may be someone else's until its code can be checked.
  expect(saved()?.stage).toBe('submitting');
  later.database.macs.use(person.database.macs.own);
  later.many.continue();
  const save = saved();
  expect(save?.stage).toBe('sending');
  const submitted = ids.filter((id) => later.pending(id).business_phone === '+49');
  const rest = ids.filter((id) => later.draft(id).business_phone === '+49');
  expect(submitted.length).toBeGreaterThan(0);
  expect(rest.length).toBeGreaterThan(0);
  expect(submitted.length + rest.length).toBe(400);
  expect(later.read(({ saves }) => saves.counts(save!.id).waiting)).toBe(submitted.length);
});

test('a save whose answer comes while the app quits is submitted as a whole', async () => {
  const ids = person.add(2);
  await person.fill(ids, { business_phone: '+49' });
  const review = await person.review();
  person.between.push(() => person.many.stop());
  const { saveId } = valueOf(await person.many.changes.submitMany(person.ticksOf(review)));
  expect(person.read(({ saves }) => saves.get(saveId)?.stage)).toBe('sending');
});

test('a base that was lost asks before the write', async () => {
  const [one] = person.add(1);
  person.apply(one!, { type: 'edit', field: 'business_name', text: 'typed', base: null });
  await person.submitAll();
  person.apply(one!, { type: 'read', copy: profile('saved') });
  expect(person.read(({ outbox }) => outbox.get(one!)?.state)).toBe('conflict');
});

/** A person on a small disk, who filled some entries; the disk is full after the next slice. */
async function onDiskThatFills() {
  const folder = temporaryFolder();
  opened(folder).database.close();
  const disk = databaseOnSmallDisk(folder);
  const filling = createPerson(folder, disk.database);
  const ids = filling.add(200);
  const batch = await filling.fill(ids, { business_phone: '1'.repeat(2_000) });
  const review = await filling.review();
  const drafts = (): number => filling.allDrafts().length;
  filling.between.push(() => disk.fill());
  return { disk, person: filling, ids, batch, review, drafts };
}

test('a full disk ends a submission: what was submitted is sent, the rest stays as drafts', async () => {
  const { disk, person: on, ids, review, drafts } = await onDiskThatFills();
  const ticks = on.ticksOf(review);
  expect(await codeOf(on.many.changes.submitMany(ticks))).toBe('database.full');
  disk.free();
  const left = drafts();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(200);
  const [save] = on.read(({ saves }) => saves.all());
  expect(save?.stage).toBe('sending');
  const again = valueOf(await on.many.changes.submitMany(ticks));
  expect(again).toMatchObject({ submitted: left, stayed: 200 - left });
  expect(ids.every((id) => on.pending(id).business_phone !== undefined)).toBe(true);
});

test('a full disk ends discarding and undoing, and they can be repeated', async () => {
  const { disk, person: on, batch, review, drafts } = await onDiskThatFills();
  const ticks = on.ticksOf(review);
  expect(await codeOf(on.many.drafts.discardMany(ticks))).toBe('database.full');
  disk.free();
  const left = drafts();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(200);
  valueOf(await on.many.drafts.undoBatch({ batchId: batch.id }));
  expect(drafts()).toBe(0);
  // The others were discarded before.
  expect(on.batches()).toMatchObject([{ stage: 'undone', made: 200 - left }]);
});
