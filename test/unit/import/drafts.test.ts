/** What an import makes drafts of, and what it leaves alone. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { MAX_FIELD_LENGTH } from '../../../src/shared/limits';
import { failed } from '../../../src/shared/result';
import type { FieldName } from '../../../src/shared/profile';
import { profile } from '../changes/many-harness';
import { databaseOnSmallDisk, opened, temporaryFolder } from '../database/temporary-database';
import { valueOf } from '../results';
import { checkOf, createImporter, table, type Importer } from './table';

const HEADINGS = ['id', 'phone', 'Letterhead check'];
const EXPORTED = profile('saved').business_phone;

let person: Importer;
let ids: [string, string, string, string];
beforeEach(() => {
  person = createImporter();
  ids = person.add(4) as typeof ids;
});

/** Someone else changed an entry at Cloudflare, which was read. */
function setSaved(id: string, phone: string): void {
  person.apply(id, { type: 'observe', copy: { ...profile('saved'), business_phone: phone } });
}

const notes = (id: string) =>
  person.allDrafts().find(({ entryId }) => entryId === id)?.notes ?? null;
const base = (id: string) =>
  person.read(({ drafts }) => drafts.get(id)?.patch.business_phone?.base);
const leftOut = (batch: { leftOut: { reason: string; count: number }[] }) =>
  Object.fromEntries(batch.leftOut.map(({ reason, count }) => [reason, count]));

describe('with the check column', () => {
  test('a cell that was not edited is left alone, also where the entry has a newer text', async () => {
    setSaved(ids[1], 'newer');
    setSaved(ids[3], 'newer');
    const rows = [ids[0], ids[1]].map((id) => [id, EXPORTED, checkOf(id)]);
    rows.push([ids[2], 'edited', checkOf(ids[2])]);
    rows.push([ids[3], '', checkOf(ids[3], { business_phone: '' })]);
    const batch = await person.import(table(HEADINGS, rows));
    expect(person.draft(ids[1])).toEqual({});
    expect(person.draft(ids[2])).toEqual({ business_phone: 'edited' });
    expect([base(ids[2]), notes(ids[2])]).toEqual([EXPORTED, []]);
    expect(leftOut(batch)).toEqual({ unchanged: 1, newer: 2 });
  });

  test('an edited cell over a text that is no longer the exported one has no base, and says so', async () => {
    setSaved(ids[0], 'newer');
    await person.import(table(HEADINGS, [[ids[0], 'edited', checkOf(ids[0])]]));
    expect([base(ids[0]), notes(ids[0])]).toEqual([null, ['changed-since']]);
    // Sending it asks.
    await person.submitAll();
    const copy = { ...profile('saved'), business_phone: 'newer' };
    person.apply(ids[0], { type: 'read', copy });
    expect(person.read(({ outbox }) => outbox.get(ids[0])?.state)).toBe('conflict');
  });

  test('imported again, an export changes nothing more', async () => {
    const file = table(HEADINGS, [[ids[0], 'edited', checkOf(ids[0])]]);
    await person.import(file);
    await person.submitAll();
    person.apply(ids[0], { type: 'read', copy: profile('saved') });
    const copy = { ...profile('saved'), business_phone: 'edited' };
    person.apply(ids[0], { type: 'observe', copy });
    expect(await person.counts(file)).toMatchObject({ matched: 1, changes: 0 });
  });

  test('line ends do not count, and those of the text under a draft are kept', async () => {
    setSaved(ids[0], 'a\r\nb');
    setSaved(ids[1], 'a\r\nb');
    const rows = [
      [ids[0], 'a\nb', checkOf(ids[0], { business_phone: 'a\r\nb' })],
      [ids[1], 'a\nc', checkOf(ids[1], { business_phone: 'a\r\nb' })],
    ];
    await person.import(table(HEADINGS, rows));
    expect(person.draft(ids[0])).toEqual({});
    expect(person.draft(ids[1])).toEqual({ business_phone: 'a\r\nc' });
    expect(notes(ids[1])).toEqual([]);
  });

  test('a check of another entry counts for nothing', async () => {
    setSaved(ids[0], 'newer');
    await person.import(table(HEADINGS, [[ids[0], EXPORTED, checkOf(ids[1])]]));
    expect(person.draft(ids[0])).toEqual({ business_phone: EXPORTED });
    expect(notes(ids[0])).toEqual(['changed-since']);
  });

  test('a row without a check is compared with the text under a draft', async () => {
    const rows = [
      [ids[0], 'new', 'written by hand'],
      [ids[1], EXPORTED, ''],
    ];
    const batch = await person.import(table(HEADINGS, rows));
    expect([base(ids[0]), notes(ids[0])]).toEqual([EXPORTED, []]);
    expect(batch.source).toEqual({ title: 'list.csv', hasCheck: true });
    expect(leftOut(batch)).toEqual({ unchanged: 1 });
  });
});

test('without the check column every cell counts that differs', async () => {
  setSaved(ids[1], 'newer');
  const rows = ids.slice(0, 2).map((id) => [id, EXPORTED]);
  const batch = await person.import(table(['id', 'phone'], rows));
  expect(person.draft(ids[0])).toEqual({});
  expect(person.draft(ids[1])).toEqual({ business_phone: EXPORTED });
  expect(batch.source?.hasCheck).toBe(false);
  const [group] = (await person.review()).groups;
  expect(group).toMatchObject({ kind: 'import', source: { hasCheck: false }, ticked: true });
});

test('a cell with the text under a draft leaves the draft alone', async () => {
  person.type(ids[0], 'business_phone', 'typed');
  const over = { alsoOverDrafts: true };
  const file = table(['id', 'phone'], [[ids[0], EXPORTED]]);
  expect(await person.counts(file)).toMatchObject({ changes: 0, drafts: 0 });
  const others = [ids[1], 'new'];
  await person.import(table(['id', 'phone'], [[ids[0], EXPORTED], others]), undefined, over);
  expect(person.draft(ids[0])).toEqual({ business_phone: 'typed' });
});

test('an entry with a draft in the field is left out, unless that is wanted; then the text goes to the history', async () => {
  person.type(ids[0], 'business_phone', 'typed');
  const file = table(['id', 'phone'], [[ids[0], 'new']]);
  expect(await person.counts(file)).toMatchObject({ changes: 0, drafts: 1 });
  expect(leftOut(await person.import(file))).toEqual({ draft: 1 });
  expect(person.draft(ids[0])).toEqual({ business_phone: 'typed' });
  await person.import(file, undefined, { alsoOverDrafts: true });
  expect(person.draft(ids[0])).toEqual({ business_phone: 'new' });
  expect(person.revisions(ids[0])[0]).toMatchObject({
    kind: 'replaced',
    texts: { business_phone: 'typed' },
  });
});

test('the number of drafts that it says before is the number that it makes', async () => {
  const [readOnly, decide, same, typed, both] = person.add(5, { from: 20 }) as [
    ...[string, string, string, string, string],
  ];
  const [unread, dead] = person.add(2, { from: 30, unread: true }) as [string, string];
  person.giveSignIn(readOnly, { readOnly: 'chosen' });
  person.makeConflict(decide, 'business_phone');
  person.giveSignIn(unread);
  person.giveSignIn(dead, { issue: { code: 'sign-in.refused' } });
  person.type(same, 'business_phone', 'new');
  person.type(typed, 'business_phone', 'typed');
  person.type(both, 'business_phone', 'typed');
  const fields: FieldName[] = ['business_phone', 'business_email'];
  const rows = [readOnly, decide, unread, dead, same, typed].map((id) => [
    ...[id, 'new', profile('saved').business_email],
  ]);
  const file = table(
    ['id', 'phone', 'email'],
    [...rows, [both, 'new', 'new'], [ids[0], 'new', '']],
  );
  for (const alsoOverDrafts of [false, true]) {
    const chosen = await person.choices(file, fields, { alsoOverDrafts });
    const counts = valueOf(await person.imports.counts(chosen));
    const changes = alsoOverDrafts ? 3 : 2;
    expect(counts).toMatchObject({ changes, drafts: 2, readOnly: 1, decide: 1 });
    expect(counts).toMatchObject({ unread: 1, unreadable: 1 });
    const planned = new Map(
      [readOnly, decide, unread, dead, same, typed, both, ids[0]].flatMap((id) => {
        const edits = person.imports.planned(id);
        return edits ? [[id, edits]] : [];
      }),
    );
    expect(planned.size).toBe(changes);
    valueOf(person.imports.readUnread(chosen.importId));
    expect(person.reader.readFor).toHaveBeenLastCalledWith(chosen.importId, [unread]);
    const { batchId } = valueOf(await person.imports.makeDrafts(chosen));
    expect(await person.ended(batchId)).toMatchObject({ made: changes });
    for (const [id, edits] of planned) expect(person.draft(id)).toMatchObject(edits);
    expect(person.imports.planned(ids[0])).toBeUndefined();
    valueOf(await person.many.drafts.undoBatch({ batchId }));
  }
});

test('hides no text that is typed over what would be imported', async () => {
  const file = table(
    ['id', 'phone'],
    [
      [ids[0], 'new'],
      [ids[1], 'new'],
    ],
  );
  const chosen = await person.choices(file, ['business_phone']);
  valueOf(await person.imports.counts(chosen));
  expect(person.imports.planned(ids[0])).toEqual({ business_phone: 'new' });
  person.type(ids[0], 'business_phone', 'typed');
  await Promise.resolve();
  expect(person.imports.planned(ids[0])).toBeUndefined();
  expect(person.imports.planned(ids[1])).toEqual({ business_phone: 'new' });
  // Unless the person wants to replace it.
  valueOf(await person.imports.counts({ ...chosen, alsoOverDrafts: true }));
  expect(person.imports.planned(ids[0])).toEqual({ business_phone: 'new' });
});

test('shows nothing of an earlier choice after another one could not be compared', async () => {
  const chosen = await person.choices(table(['id', 'phone'], [[ids[0], 'new']]), [
    'business_phone',
  ]);
  valueOf(await person.imports.counts(chosen));
  expect(person.imports.planned(ids[0])).toEqual({ business_phone: 'new' });
  const read = vi.spyOn(person.database, 'read').mockReturnValue(failed('database.io'));
  expect((await person.imports.counts({ ...chosen, empty: 'clear' })).ok).toBe(false);
  read.mockRestore();
  expect(person.imports.planned(ids[0])).toBeUndefined();
});

test('lists what cannot be used before anything is made, as the import then does', async () => {
  const file = table(
    ['id', 'phone', 'email'],
    [
      ['x', '1', 'a'],
      [ids[0], '', 'b'],
      [ids[1], '2', 'c'],
    ],
    { '1:1': 'not-text' },
  );
  const chosen = await person.choices(file, ['business_phone', 'business_email']);
  const page = { offset: 0, limit: 10 };
  expect(person.imports.notImported(chosen.importId, page)).toEqual({ total: 0, rows: [] });
  expect(await person.imports.counts(chosen)).toMatchObject({ value: { notImported: 2 } });
  const listed = person.imports.notImported(chosen.importId, page);
  expect(listed).toMatchObject({
    total: 2,
    rows: [
      { number: 2, value: 'x', field: null, reason: 'no-match' },
      { number: 3, value: ids[0], field: 'business_phone', reason: 'not-text' },
    ],
  });
  expect(person.imports.notImported(chosen.importId, { offset: 1, limit: 1 })?.rows).toHaveLength(
    1,
  );
  expect(person.allDrafts()).toEqual([]);
  const { batchId } = valueOf(await person.imports.makeDrafts(chosen));
  await person.ended(batchId);
  expect(person.notImported(batchId)).toEqual(listed?.rows);
  expect(person.imports.notImported(chosen.importId, page)).toBeNull();
});

test('an empty cell that changes nothing is counted where the text is not empty', async () => {
  setSaved(ids[2], '');
  const rows = ids.slice(0, 3).map((id) => [id, '']);
  expect(
    leftOut(
      await person.import(table(['id', 'phone', 'email'], [...rows, [ids[3], '', 'new']]), [
        'business_phone',
        'business_email',
      ]),
    ),
  ).toEqual({ unchanged: 1, empty: 3 });
});

test('an empty cell clears nothing unless that is wanted', async () => {
  const file = table(['id', 'phone', 'email'], [[ids[0], '', 'new']]);
  await person.import(file, ['business_phone', 'business_email']);
  expect(person.draft(ids[0])).toEqual({ business_email: 'new' });
  await person.import(file, ['business_phone', 'business_email'], { empty: 'clear' });
  expect(person.draft(ids[0])).toEqual({ business_phone: '', business_email: 'new' });
});

test('a whole number becomes a draft that starts unticked; any other cell that is no text does not', async () => {
  const file = table(
    ['id', 'phone', 'email'],
    [
      [ids[0], '49301234', 'a@b'],
      [ids[1], '45000', 'c@d'],
      [ids[2], 'x', 'e@f'],
    ],
    { '0:1': 'number', '1:1': 'not-text', '2:1': 'too-long' },
  );
  const batch = await person.import(file, ['business_phone', 'business_email']);
  expect(person.draft(ids[0])).toEqual({ business_phone: '49301234', business_email: 'a@b' });
  expect(person.draft(ids[1])).toEqual({ business_email: 'c@d' });
  expect(person.notImported(batch.id)).toEqual([
    { number: 3, value: ids[1], field: 'business_phone', reason: 'not-text' },
    { number: 4, value: ids[2], field: 'business_phone', reason: 'too-long' },
  ]);
  const review = await person.review();
  const { rows } = valueOf(
    await person.many.changes.reviewRows({
      reviewId: review.reviewId,
      offset: 0,
      limit: 10,
    }),
  );
  expect(rows.map(({ startsUnticked }) => startsUnticked)).toEqual([true, false, false]);
  expect(rows[0]?.texts.map((text) => [text.field, text.notes])).toEqual([
    ['business_email', []],
    ['business_phone', ['number']],
  ]);
  await person.submitAll();
  expect(person.pending(ids[0])).toEqual({});
});

test('a text that a spreadsheet program may have cut becomes a draft that starts unticked', async () => {
  const long = 'x'.repeat(32_767);
  setSaved(ids[1], long);
  const rows = [
    [ids[0], long],
    [ids[1], long],
    [ids[2], 'new'],
  ];
  const cut = { '0:1': 'cut', '1:1': 'cut' } as const;
  await person.import(table(['id', 'phone'], rows, cut));
  expect(notes(ids[0])).toEqual(['cut']);
  // Whole texts of just that length come back as they were.
  expect(person.draft(ids[1])).toEqual({});
  expect((await person.review()).groups).toMatchObject([{ rows: 2, startUnticked: 1 }]);
  await person.submitAll();
  expect(person.pending(ids[0])).toEqual({});
});

test('a text typed over an imported one is like any typed text', async () => {
  await person.import(table(['id', 'phone'], [[ids[0], '1']], { '0:1': 'number' }));
  person.type(ids[0], 'business_phone', '2');
  expect(notes(ids[0])).toEqual([]);
});

test('an undone import leaves a draft with the base that it had', async () => {
  setSaved(ids[0], 'newer');
  person.type(ids[0], 'business_phone', 'typed');
  const file = table(HEADINGS, [[ids[0], 'edited', checkOf(ids[0])]]);
  const { id: batchId } = await person.import(file, undefined, { alsoOverDrafts: true });
  expect(base(ids[0])).toBeNull();
  valueOf(await person.many.drafts.undoBatch({ batchId }));
  expect([person.draft(ids[0]), base(ids[0])]).toEqual([{ business_phone: 'typed' }, 'newer']);
  await person.submitAll();
  person.apply(ids[0], { type: 'read', copy: { ...profile('saved'), business_phone: 'newer' } });
  expect(person.read(({ outbox }) => outbox.get(ids[0])?.state)).not.toBe('conflict');
});

test('a text that an undone import had replaced is marked as before, and so is one that is typed back', async () => {
  const marked = ['number'];
  await person.import(table(['id', 'phone'], [[ids[0], '4930']], { '0:1': 'number' }));
  expect(notes(ids[0])).toEqual(marked);
  const file = table(['id', 'phone'], [[ids[0], '+49 31']]);
  const { id: batchId } = await person.import(file, undefined, { alsoOverDrafts: true });
  expect(notes(ids[0])).toEqual([]);
  valueOf(await person.many.drafts.undoBatch({ batchId }));
  expect(person.draft(ids[0])).toEqual({ business_phone: '4930' });
  expect(notes(ids[0])).toEqual(marked);
  person.type(ids[0], 'business_phone', '+49 32');
  expect(notes(ids[0])).toEqual([]);
  person.type(ids[0], 'business_phone', '4930');
  expect(notes(ids[0])).toEqual(marked);
});

test('is undone and made again like any batch', async () => {
  person.type(ids[0], 'business_phone', 'typed');
  const file = table(
    ['id', 'phone'],
    [
      [ids[0], '1'],
      [ids[1], '2'],
      ['x', '3'],
    ],
  );
  const { id } = await person.import(file, undefined, { alsoOverDrafts: true });
  valueOf(await person.many.drafts.undoBatch({ batchId: id }));
  expect([person.draft(ids[0]), person.draft(ids[1])]).toEqual([{ business_phone: 'typed' }, {}]);
  const again = valueOf(await person.many.drafts.redoBatch({ batchId: id }));
  expect(await person.ended(again.batchId)).toMatchObject({ made: 2, notImported: 1 });
});

test('an entry that was removed meanwhile is counted', async () => {
  const many = person.add(400, { from: 100 });
  const rows = many.map((id) => [id, '1'.repeat(500)]);
  const chosen = await person.choices(table(['id', 'phone'], rows), ['business_phone']);
  const last = many.at(-1) ?? '';
  person.between.push(() => person.write(({ organizations }) => organizations.remove(last)));
  const made = valueOf(await person.imports.makeDrafts(chosen));
  const batch = await person.ended(made.batchId);
  expect(batch).toMatchObject({ made: 399 });
  expect(leftOut(batch)).toEqual({ removed: 1 });
});

test('entries that were never read are left out, and can be filled once they are read', async () => {
  const [unread] = person.add(1, { from: 9, unread: true }) as [string];
  const batch = await person.import(
    table(
      ['id', 'phone'],
      [
        [unread, '1'],
        ['x', '2'],
      ],
    ),
  );
  expect(leftOut(batch)).toEqual({ unread: 1 });
  person.setMetadata(unread, '');
  const filled = valueOf(await person.many.drafts.fillLeftOut({ batchId: batch.id }));
  expect(await person.ended(filled.batchId)).toMatchObject({ made: 1, notImported: 0 });
});

test('a row with more cells than headings is not imported', async () => {
  const batch = await person.import(
    table(
      ['id', 'phone'],
      [
        [ids[0], '1', 'one more'],
        [ids[1], '2'],
      ],
    ),
  );
  expect(person.notImported(batch.id)).toMatchObject([{ number: 2, reason: 'too-many-cells' }]);
});

test('what changes nothing makes no batch, and too many texts none either', async () => {
  const nothing = await person.choices(table(['id', 'phone'], [[ids[0], EXPORTED]]), [
    'business_phone',
  ]);
  expect(await person.imports.makeDrafts(nothing)).toMatchObject({
    failure: { code: 'change.not-found' },
  });
  const long = 'x'.repeat(MAX_FIELD_LENGTH);
  const many = person.add(1_100, { from: 100 });
  const chosen = await person.choices(
    table(
      ['id', 'phone'],
      many.map((id) => [id, long]),
    ),
    ['business_phone'],
  );
  expect(await person.imports.makeDrafts(chosen)).toMatchObject({
    failure: { code: 'batch.too-large' },
  });
  expect(person.batches()).toEqual([]);
});

describe('interrupted halfway:', () => {
  const COUNT = 400;
  const TEXT = '1'.repeat(500);
  const rowsOf = (all: readonly string[]) => [...all.map((id) => [id, TEXT]), ['x', '1']];

  test('killed, what was made stays with its list, is not continued, and can be undone', async () => {
    const many = person.add(COUNT, { from: 100 });
    const chosen = await person.choices(table(['id', 'phone'], rowsOf(many)), ['business_phone']);
    // The first slice lists what is not imported.
    person.between.push(
      () => undefined,
      () => person.many.stop(),
    );
    const { batchId } = valueOf(await person.imports.makeDrafts(chosen));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
    person.database.close();
    const next = createImporter(person.folder);
    const [batch] = next.batches();
    expect(batch).toMatchObject({ id: batchId, kind: 'import', stage: 'stopped', notImported: 1 });
    expect(batch?.made).toBeGreaterThan(0);
    expect(batch?.made).toBeLessThan(COUNT);
    expect(next.allDrafts()).toHaveLength(batch!.made);
    expect(next.notImported(batchId)).toMatchObject([{ value: 'x', reason: 'no-match' }]);
    valueOf(await next.many.drafts.undoBatch({ batchId }));
    expect(next.allDrafts()).toEqual([]);
  });

  test('a full disk: it continues once there is space', async () => {
    const folder = temporaryFolder();
    opened(folder).database.close();
    const disk = databaseOnSmallDisk(folder);
    const full = createImporter(folder, disk.database);
    const many = full.add(COUNT);
    const chosen = await full.choices(table(['id', 'phone'], rowsOf(many)), ['business_phone']);
    full.between.push(() => disk.fill());
    const { batchId } = valueOf(await full.imports.makeDrafts(chosen));
    for (let turn = 0; turn < 50; turn += 1) await new Promise((done) => setImmediate(done));
    expect(full.batches()[0]).toMatchObject({ stage: 'running' });
    disk.free();
    for (const [retry] of full.timers.set.mock.calls as [() => void][]) retry();
    expect(await full.ended(batchId)).toMatchObject({ made: COUNT, notImported: 1 });
  });
});

test('what was not imported is there after a restart until its line is closed, also without drafts', async () => {
  const { id } = await person.import(
    table(
      ['id', 'phone'],
      [
        [ids[0], '1'],
        [ids[1], EXPORTED],
        ['x', '2'],
      ],
    ),
  );
  person.database.close();
  const next = createImporter(person.folder);
  expect((await next.review()).groups).toMatchObject([
    { id, kind: 'import', source: { title: 'list.csv', hasCheck: false }, notImported: 1 },
  ]);
  expect(next.notImported(id)).toHaveLength(1);
  next.apply(ids[0], { type: 'discardDraft' });
  next.database.close();
  const last = createImporter(person.folder);
  expect(last.batches()).toMatchObject([{ id, stage: 'done', leftOut: [], notImported: 1 }]);
  expect(last.notImported(id)).toHaveLength(1);
  valueOf(await last.many.drafts.closeBatch({ batchId: id }));
  expect(last.many.notImported(id, { offset: 0, limit: 1 })).toMatchObject({ ok: false });
  expect(last.read(({ batches }) => batches.countNotImported(id))).toBe(0);
});
