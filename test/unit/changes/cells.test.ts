/** Cells of the table: what a paste, a clear and a fill of a range make, refuse, and how they are undone and made again. */
import { beforeEach, expect, test } from 'vitest';
import { MAX_FIELD_LENGTH } from '../../../src/shared/limits';
import type { FieldName } from '../../../src/shared/profile';
import type { CellTexts } from '../../../src/shared/table';
import { entryId, opened, temporaryFolder } from '../database/temporary-database';
import { valueOf } from '../results';
import { codeOf, createPerson, profile, type Person } from './many-harness';

let person: Person;
beforeEach(() => {
  person = createPerson();
});

const PHONE_AND_EMAIL: FieldName[] = ['business_phone', 'business_email'];

/** Adds this many entries, and shows them in the table. */
function shown(count: number): string[] {
  const ids = person.add(count);
  person.show(ids);
  return ids;
}

const codeOfCells = (request: Partial<CellTexts>) =>
  codeOf(
    person.many.drafts.cells({
      snapshot: 1,
      rows: [{ first: 0, end: 1 }],
      fields: ['business_phone'],
      kind: 'paste',
      texts: ['1'],
      ...request,
    }),
  );

test('a block lands cell by cell, with the texts under it as bases', async () => {
  const [one, two] = shown(2);
  const batch = await person.cells(PHONE_AND_EMAIL, ['+1', 'a@b.example', '+2', '']);
  expect(batch).toMatchObject({
    kind: 'paste',
    fields: ['business_email', 'business_phone'],
    stage: 'done',
    total: 2,
    made: 2,
    leftOut: [],
    undoable: true,
  });
  expect(person.draft(one!)).toEqual({ business_phone: '+1', business_email: 'a@b.example' });
  expect(person.draft(two!)).toEqual({ business_phone: '+2', business_email: '' });
  expect(person.read(({ drafts }) => drafts.get(one!)?.patch.business_phone?.base)).toBe(
    'saved business_phone',
  );
  const { groups } = await person.review();
  expect(groups).toMatchObject([{ id: batch.id, kind: 'paste', rows: 2, changes: 4 }]);
});

test('a text that is too long leaves only its own cell as it is, and is counted', async () => {
  const [one, two] = shown(2);
  const batch = await person.cells(PHONE_AND_EMAIL, [null, 'a@b.example', '+2', '']);
  expect(batch).toMatchObject({ made: 2, leftOut: [{ reason: 'too-long', count: 1 }] });
  expect(person.draft(one!)).toEqual({ business_email: 'a@b.example' });
  expect(person.draft(two!)).toEqual({ business_phone: '+2', business_email: '' });
  const repeated = await person.cells(PHONE_AND_EMAIL, [null, 'c@d.example']);
  expect(repeated).toMatchObject({ made: 2, leftOut: [{ reason: 'too-long', count: 2 }] });
  expect(person.draft(two!)).toMatchObject({ business_phone: '+2' });
});

test('the rows of a range with gaps get the texts in their order', async () => {
  const ids = shown(5);
  const rows = [
    { first: 0, end: 1 },
    { first: 3, end: 5 },
  ];
  const request = {
    snapshot: 1,
    rows,
    fields: PHONE_AND_EMAIL.slice(0, 1),
    kind: 'paste',
  } as const;
  const started = valueOf(await person.many.drafts.cells({ ...request, texts: ['1', '2', '3'] }));
  await person.ended(started.batchId);
  expect(ids.map((id) => person.draft(id).business_phone)).toEqual([
    '1',
    undefined,
    undefined,
    '2',
    '3',
  ]);
});

test('the texts of one row fill a range, and empty ones clear it', async () => {
  const ids = shown(3);
  expect(await person.cells(PHONE_AND_EMAIL, ['+1', 'x'], 'fill')).toMatchObject({
    kind: 'fill',
    made: 3,
  });
  const cleared = await person.cells(PHONE_AND_EMAIL, ['', ''], 'clear');
  expect(cleared).toMatchObject({ kind: 'clear', made: 3 });
  const empty = { business_phone: '', business_email: '' };
  expect(ids.map(person.draft)).toEqual([empty, empty, empty]);
  valueOf(await person.many.drafts.undoBatch({ batchId: cleared.id }));
  expect(person.draft(ids[2]!)).toEqual({ business_phone: '+1', business_email: 'x' });
});

test('fills the other rows of a range with the whole texts that its first row shows', async () => {
  const ids = shown(3);
  const long = 'x'.repeat(5_000);
  person.type(ids[0]!, 'business_phone', long);
  const rows = [{ first: 0, end: 3 }];
  const fillDown = { snapshot: 1, rows, fields: PHONE_AND_EMAIL };
  const { batchId } = valueOf(await person.many.drafts.fillDown(fillDown));
  expect(await person.ended(batchId)).toMatchObject({ kind: 'fill', total: 2, made: 2 });
  expect(person.draft(ids[2]!)).toEqual({ business_phone: long });
  person.show([entryId(99), ...ids]);
  expect(await codeOf(person.many.drafts.fillDown(fillDown))).toBe('cells.unread');
  const [unread] = person.add(1, { from: 50, unread: true });
  person.show([unread!, ...ids]);
  expect(await codeOf(person.many.drafts.fillDown(fillDown))).toBe('cells.unread');
  person.show([]);
  expect(await codeOf(person.many.drafts.fillDown(fillDown))).toBe('cells.unread');
});

test('a draft that a paste replaces keeps its base, its text goes to the history and comes back by undo', async () => {
  const [one, two] = shown(2);
  person.apply(one!, { type: 'edit', field: 'business_phone', text: 'typed', base: 'older' });
  const batch = await person.cells(['business_phone'], ['+49', '+50']);
  expect(person.draft(two!)).toEqual({ business_phone: '+50' });
  expect(person.read(({ drafts }) => drafts.get(one!)?.patch)).toEqual({
    business_phone: { base: 'older', text: '+49' },
  });
  expect(person.revisions(one!)).toMatchObject([
    { kind: 'replaced', texts: { business_phone: 'typed' } },
  ]);
  valueOf(await person.many.drafts.undoBatch({ batchId: batch.id }));
  expect(person.draft(one!)).toEqual({ business_phone: 'typed' });
});

test('a text of a paste that is typed over and put back is undone with the others', async () => {
  const [one, two] = shown(2);
  person.type(one!, 'business_phone', 'typed');
  const batch = await person.cells(['business_phone'], ['+49', '+50']);
  for (const text of ['+491', '+4912', '+49']) person.type(one!, 'business_phone', text);
  person.type(two!, 'business_phone', '+501');
  expect(person.allDrafts()).toMatchObject([
    { entryId: one, origin: batch.id },
    { entryId: two, origin: null },
  ]);
  valueOf(await person.many.drafts.undoBatch({ batchId: batch.id }));
  expect(person.draft(one!)).toEqual({ business_phone: 'typed' });
  expect(person.draft(two!)).toEqual({ business_phone: '+501' });
});

test('makes the drafts of a batch again that was undone, each with its own text', async () => {
  const ids = shown(3);
  const batch = await person.cells(['business_phone'], ['1', '2', '3']);
  valueOf(await person.many.drafts.undoBatch({ batchId: batch.id }));
  const again = valueOf(await person.many.drafts.redoBatch({ batchId: batch.id }));
  expect(again.batchId).not.toBe(batch.id);
  expect(await person.ended(again.batchId)).toMatchObject({ kind: 'paste', made: 3 });
  // In the place of the first one, whose line would say the same.
  expect(person.batches().map(({ id }) => id)).toEqual([again.batchId]);
  expect(ids.map((id) => person.draft(id).business_phone)).toEqual(['1', '2', '3']);
  valueOf(await person.many.drafts.undoBatch({ batchId: again.batchId }));
  expect(person.allDrafts()).toEqual([]);
  expect(await codeOf(person.many.drafts.redoBatch({ batchId: 'other' }))).toBe('batch.not-found');
});

test('keeps the texts of ended batches up to a limit', async () => {
  const [made] = person.add(1);
  // The texts for entries that are gone count, too.
  person.show([made!, ...Array.from({ length: 299 }, (_, at) => entryId(at + 2))]);
  const long = 'x'.repeat(MAX_FIELD_LENGTH - 1);
  const batches: { id: string }[] = [];
  for (const digit of ['1', '2', '3']) {
    const texts = Array.from({ length: 300 }, (_, at) => (at === 0 ? digit : '0') + long);
    batches.push(await person.cells(['business_phone'], texts));
    valueOf(await person.many.drafts.undoBatch({ batchId: batches.at(-1)!.id }));
  }
  const redo = (at: number) => codeOf(person.many.drafts.redoBatch({ batchId: batches[at]!.id }));
  expect(await redo(0)).toBe('batch.not-found');
  expect(await redo(2)).toBeNull();
});

test('leaves out cells of entries that are unread, read-only, deciding or gone, and says why', async () => {
  const [readOnly, decide, removed, made] = person.add(4);
  const [unread] = person.add(1, { from: 7, unread: true });
  person.giveSignIn(readOnly!, { readOnly: 'chosen' });
  person.makeConflict(decide!, 'business_name');
  person.show([unread!, readOnly!, decide!, removed!, made!]);
  person.write(({ organizations }) => organizations.remove(removed!));
  const batch = await person.cells(['business_phone'], ['1', '2', '3', '4', '5']);
  expect(batch).toMatchObject({ done: 5, made: 1 });
  expect(batch.leftOut).toEqual(
    ['unread', 'read-only', 'decide', 'removed'].map((reason) => ({ reason, count: 1 })),
  );
  expect(person.draft(made!)).toEqual({ business_phone: '5' });

  // Read later, it gets its own text.
  person.write(({ profiles }) =>
    profiles.put({
      entryId: unread!,
      fields: profile('saved'),
      confirmedAt: 1,
      checkedAt: 1,
      changedElsewhere: false,
    }),
  );
  const rest = valueOf(await person.many.drafts.fillLeftOut({ batchId: batch.id }));
  expect(await person.ended(rest.batchId)).toMatchObject({ kind: 'paste', made: 1 });
  expect(person.draft(unread!)).toEqual({ business_phone: '1' });
});

test('refuses what does not fit, is too much or of another snapshot, and then makes nothing', async () => {
  person.show(Array.from({ length: 20_001 }, (_, at) => entryId(at + 1)));
  const all = [{ first: 0, end: 20_001 }];
  const outdated = { snapshot: 2 };
  expect(await codeOfCells(outdated)).toBe('table.outdated');
  expect(
    await codeOf(
      person.many.drafts.fillDown({ ...outdated, rows: all, fields: ['business_phone'] }),
    ),
  ).toBe('table.outdated');
  // More columns than fields, and fewer rows than the block has.
  expect(await codeOfCells({ texts: ['1', '2', '3'] })).toBe('cells.do-not-fit');
  expect(await codeOfCells({ rows: [{ first: 0, end: 2 }], texts: ['1', '2', '3'] })).toBe(
    'cells.do-not-fit',
  );
  // Rows that the snapshot does not have.
  expect(await codeOfCells({ rows: [{ first: 20_000, end: 20_002 }], texts: ['1', '2'] })).toBe(
    'cells.do-not-fit',
  );
  expect(await codeOfCells({ rows: [], texts: ['1'] })).toBe('change.not-found');
  expect(await codeOfCells({ rows: all })).toBe('batch.too-many');
  const fields: FieldName[] = [...PHONE_AND_EMAIL, 'business_name'];
  expect(await codeOfCells({ rows: all, fields, texts: ['1', '2', '3'] })).toBe(
    'table.too-many-cells',
  );
  const long = 'x'.repeat(MAX_FIELD_LENGTH);
  expect(
    await codeOfCells({ rows: [{ first: 0, end: 1_001 }], texts: Array(1_001).fill(long) }),
  ).toBe('batch.too-large');
  expect([person.batches(), person.allDrafts()]).toEqual([[], []]);
}, 60_000);

const ONE_CELL: CellTexts = {
  snapshot: 1,
  rows: [{ first: 0, end: 1 }],
  fields: ['business_phone'],
  kind: 'paste',
  texts: ['pasted'],
};

test('what is typed right after a paste is not pasted over', async () => {
  const [id] = shown(1);
  const pasted = person.many.drafts.cells(ONE_CELL);
  person.type(id!, 'business_phone', 'typed after it');
  await person.ended(valueOf(await pasted).batchId);
  expect(person.draft(id!)).toEqual({ business_phone: 'typed after it' });
});

test('what is typed while a paste waits for another batch is not pasted over', async () => {
  const [id, ...rest] = shown(600);
  person.type(id!, 'business_phone', 'typed before');
  const running = person.many.drafts.cells({ ...ONE_CELL, rows: [{ first: 1, end: 600 }] });
  const pasted = person.many.drafts.cells({ ...ONE_CELL, texts: ['pasted later'] });
  person.type(id!, 'business_phone', 'typed after it');
  await person.ended(valueOf(await running).batchId);
  const batch = await person.ended(valueOf(await pasted).batchId);
  expect(person.draft(id!)).toEqual({ business_phone: 'typed after it' });
  expect(person.draft(rest.at(-1)!)).toEqual({ business_phone: 'pasted' });
  expect(batch).toMatchObject({ made: 0, leftOut: [{ reason: 'draft', count: 1 }] });
});

test('a paste of one cell is made when it is answered, also if the app ends right then', async () => {
  const [id] = shown(1);
  valueOf(await person.many.drafts.cells(ONE_CELL));
  person.many.stop();
  person.database.close();
  const later = createPerson(person.folder, opened(person.folder).database);
  expect(later.draft(id!)).toEqual({ business_phone: 'pasted' });
});

test('a paste that was stopped by the end of the app keeps what it made, and is undone as one', async () => {
  const folder = temporaryFolder();
  const first = createPerson(folder);
  const ids = first.add(600);
  first.show(ids);
  const texts = ids.map((_, row) => String(row));
  // Ends after the first slice.
  first.between.push(() => first.many.stop());
  const rows = [{ first: 0, end: 600 }];
  const request = {
    snapshot: 1,
    rows,
    fields: PHONE_AND_EMAIL.slice(0, 1),
    kind: 'paste',
  } as const;
  valueOf(await first.many.drafts.cells({ ...request, texts }));
  while (first.between.length > 0) await new Promise((resolve) => setImmediate(resolve));
  first.database.close();

  const next = createPerson(folder, opened(folder).database);
  const [batch] = next.batches();
  expect(batch).toMatchObject({ kind: 'paste', stage: 'stopped', total: 600, undoable: true });
  expect(batch!.done).toBeGreaterThan(0);
  expect(batch!.done).toBeLessThan(600);
  expect(next.allDrafts()).toHaveLength(batch!.done);
  expect(ids.slice(0, batch!.done).map((id) => next.draft(id).business_phone)).toEqual(
    texts.slice(0, batch!.done),
  );
  valueOf(await next.many.drafts.undoBatch({ batchId: batch!.id }));
  expect(next.allDrafts()).toEqual([]);
});
