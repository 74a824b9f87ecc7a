/** Export and import with real files and a real database. */
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { writeChosenFile } from '../../../src/main/csv/files';
import { columnOf } from '../../../src/shared/headings';
import type { ImportChoices, ImportedTable } from '../../../src/shared/imports';
import { MAX_FILE_BYTES } from '../../../src/shared/limits';
import { FIELD_NAMES } from '../../../src/shared/profile';
import type { Result } from '../../../src/shared/result';
import { SavesHarness, closeHarnesses } from '../saves/harness';
import { anyProfile, anyText } from '../database/temporary-database';
import { valueOf } from '../results';

afterEach(closeHarnesses);

/** A harness in which nothing is sent automatically, with a chosen file. */
async function startStopped(organizations = 3): Promise<SavesHarness> {
  const harness = await SavesHarness.start({ organizations });
  await harness.sync.standin.goOffline();
  await harness.sync.stop();
  harness.chosenFile = join(harness.folder, 'list.csv');
  return harness;
}

async function exported(harness: SavesHarness, selected?: string[]) {
  if (selected) harness.selection = selected;
  return valueOf(
    await harness.csv.handlers.export({ which: selected ? 'selected' : 'all', format: 'csv' }),
  );
}

async function imported(harness: SavesHarness): Promise<Result<ImportedTable | null>> {
  return harness.csv.handlers.import(null);
}

/** Imports a content that the window hands over in one piece. */
async function handOver(harness: SavesHarness, title: string | null, piece: ArrayBuffer) {
  valueOf(await harness.csv.handlers.addContent({ piece, isFirst: true }));
  return harness.csv.handlers.importContent({ title });
}

/** Matches by the ID, and imports every field, as the window guesses. */
function choicesFor({ importId, columns }: ImportedTable): ImportChoices {
  const fields = FIELD_NAMES.flatMap((field) => {
    const column = columns.findIndex(({ heading }) => columnOf(heading) === field);
    return column < 0 ? [] : { column, field };
  });
  const column = columns.findIndex(({ meaning }) => meaning === 'id');
  return { importId, key: { by: 'id', column }, fields, empty: 'clear', alsoOverDrafts: false };
}

const countsOf = async (harness: SavesHarness, file: ImportedTable) =>
  valueOf(await harness.csv.handlers.matchImport(choicesFor(file)));

const content = (harness: SavesHarness): string => readFileSync(harness.chosenFile!, 'utf8');
const writeImport = (harness: SavesHarness, text: string | Uint8Array): void =>
  writeFileSync(harness.chosenFile!, text);

test('changes nothing by exporting and importing again, whatever the texts are', async () => {
  const harness = await startStopped(6);
  const { sync } = harness;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyText, anyProfile), { minLength: 6, maxLength: 6 }),
      fc.constantFrom('en-US', 'de-DE'),
      async (all, language) => {
        harness.language = language;
        sync.write((tables) =>
          all.forEach(([name, fields], index) => {
            const id = harness.ids[index]!;
            tables.organizations.put({ ...tables.organizations.get(id)!, name });
            tables.profiles.put({ ...tables.profiles.get(id)!, fields });
          }),
        );
        expect(await exported(harness)).toMatchObject({ organizations: 6, requested: 6 });
        const file = valueOf(await imported(harness))!;
        expect(file).toMatchObject({ rows: 6 });
        expect(await countsOf(harness, file)).toMatchObject({ matched: 6, changes: 0 });
        const none = await harness.csv.handlers.importDrafts(choicesFor(file));
        expect(none).toMatchObject({ failure: { code: 'change.not-found' } });
      },
    ),
  );
});

test('exports what the app shows: pending changes, no drafts, no profiles never read', async () => {
  const harness = await startStopped(4);
  const [plain, pending, drafted, unread] = harness.ids as [string, string, string, string];
  const { sync } = harness;
  sync.submit({ business_name: 'Pending name' }, pending);
  sync.type({ business_name: 'Draft name' }, drafted);
  sync.write((tables) => tables.labels.change(plain, ['VIP', '=1+1'], []));
  const record = sync.read((tables) => tables.organizations.get(unread))!;
  sync.write((tables) => tables.organizations.remove(unread));
  sync.write((tables) => tables.organizations.put(record));
  expect(await exported(harness)).toEqual({
    exportId: expect.any(String) as unknown,
    fileName: basename(harness.chosenFile!),
    organizations: 3,
    requested: 4,
  });
  const text = content(harness);
  expect(
    text.startsWith(
      '\ufeff"Organization ID","Kind","Parent","Organization","Labels","Business name"',
    ),
  ).toBe(true);
  expect(text).toContain('Pending name');
  expect(text).toContain(`"'=1+1; VIP"`);
  expect(text).not.toContain('Draft name');
  expect(text).not.toContain(unread);
  expect(harness.suggestedNames).toEqual(['Organizations 2026-11-24.csv']);
  // Only those requested, in that order; a missing one does not fail the export.
  expect(await exported(harness, [drafted, unread, plain])).toMatchObject({
    organizations: 2,
    requested: 3,
  });
  expect(content(harness).indexOf(drafted)).toBeLessThan(content(harness).indexOf(plain));
});

test.each(['list.xlsx', 'LIST.XLSX'])(
  'changes nothing by exporting to a workbook and importing it again: %s',
  async (name) => {
    const harness = await startStopped(3);
    harness.chosenFile = join(harness.folder, name);
    const [one] = harness.ids as [string];
    harness.sync.write((tables) => {
      const saved = tables.profiles.get(one)!;
      const fields = { ...saved.fields!, business_phone: '=1+1', business_address: 'a\r\nb' };
      tables.profiles.put({ ...saved, fields });
    });
    expect(await exported(harness)).toMatchObject({ organizations: 3, requested: 3 });
    expect(readFileSync(harness.chosenFile).subarray(0, 2).toString()).toBe('PK');
    const file = valueOf(await imported(harness))!;
    expect(file).toMatchObject({ title: name, rows: 3 });
    expect(await countsOf(harness, file)).toMatchObject({ matched: 3, changes: 0 });
    // The content decides how a file is read, not its name.
    const content = Uint8Array.from(readFileSync(harness.chosenFile)).buffer;
    const dropped = await handOver(harness, 'list.csv', content);
    expect(valueOf(dropped)!.rows).toBe(3);
  },
);

test('names the organization with a text that is too long for a workbook, and writes none', async () => {
  const harness = await startStopped(2);
  harness.chosenFile = join(harness.folder, 'list.xlsx');
  const [one] = harness.ids as [string];
  harness.sync.write((tables) => {
    const saved = tables.profiles.get(one)!;
    const fields = { ...saved.fields!, external_metadata: 'x'.repeat(32_768) };
    tables.profiles.put({ ...saved, fields });
  });
  const name = harness.sync.read((tables) => tables.organizations.get(one))!.name;
  expect(await exported(harness)).toEqual({
    ...{ exportId: null, fileName: null, organizations: 0, requested: 2 },
    tooLong: name,
  });
  expect(readdirSync(harness.folder)).toEqual([]);
  harness.chosenFile = join(harness.folder, 'list.csv');
  expect(await exported(harness)).toMatchObject({ organizations: 2 });
});

test('opens the file of an export by its id', async () => {
  const harness = await startStopped(2);
  const { exportId } = await exported(harness);
  expect(await harness.csv.handlers.openExported({ exportId: exportId! })).toMatchObject({
    ok: true,
  });
  expect(harness.openedFiles).toEqual([harness.chosenFile]);
  // Neither a file that was imported nor one that could not be written is opened.
  await imported(harness);
  harness.chosenFile = join(harness.folder, 'no', 'such.csv');
  expect(await harness.csv.handlers.export({ which: 'all', format: 'csv' })).toMatchObject({
    ok: false,
  });
  const gone = await harness.csv.handlers.openExported({ exportId: harness.chosenFile });
  expect(gone).toEqual({ ok: false, failure: { code: 'file.gone' } });
  expect(harness.openedFiles).toHaveLength(1);
});

test('exports what a snapshot of the table shows, in its order', async () => {
  const harness = await startStopped(3);
  harness.selection = harness.ids.slice(0, 2);
  const which = { snapshot: 1 };
  expect(await harness.csv.handlers.export({ which, format: 'csv' })).toMatchObject({
    value: { organizations: 2, requested: 2 },
  });
  const found = harness.ids.filter((id) => content(harness).includes(id));
  expect(found).toEqual(harness.ids.slice(0, 2));
  expect(content(harness).indexOf(found[1]!)).toBeLessThan(content(harness).indexOf(found[0]!));
  const outdated = { ok: false, failure: { code: 'table.outdated' } };
  expect(await harness.csv.handlers.export({ which: { snapshot: 2 }, format: 'csv' })).toEqual(
    outdated,
  );
});

test('exports what an entry is and what is above it', async () => {
  const harness = await startStopped(2);
  const [one, two] = harness.ids as [string, string];
  const { sync } = harness;
  sync.write((tables) => {
    const record = tables.organizations.get(one)!;
    const parent = { id: two, name: 'North Holding' };
    tables.organizations.put({ ...record, kind: 'account', parent });
  });
  await exported(harness, [one, two]);
  const lines = content(harness).split('\r\n');
  expect(lines[1]).toContain(`"${one}","Account","North Holding",`);
  expect(lines[2]).toContain(`"${two}","Organization","",`);
});

test('makes drafts of an import, and exports what could not be used', async () => {
  const harness = await startStopped(4);
  const [one, two, three] = harness.ids as [string, string, string];
  const { sync } = harness;
  sync.type({ business_phone: 'typed' }, two);
  const phone = sync.saved(three)!.business_phone.replace(/^\+/, "'+");
  const rows = [`"'+49 1";${one};x`, `"'+49 2";${two};x`, `${phone};${three};x`, '1;unknown;x'];
  writeImport(harness, ['Business phone;Organization ID;Notes', ...rows].join('\r\n'));
  const file = valueOf(await imported(harness))!;
  expect(file).toMatchObject({
    title: 'list.csv',
    rows: 4,
    columns: [
      { heading: 'Business phone', sample: '+49 1', meaning: 'business_phone' },
      { heading: 'Organization ID', sample: one, meaning: 'id' },
      { heading: 'Notes', sample: 'x', meaning: null },
    ],
  });
  expect(await countsOf(harness, file)).toMatchObject({ matched: 3, notImported: 1, changes: 1 });
  // Before anything is made, the same list can be exported.
  const { importId } = file;
  harness.chosenFile = join(harness.folder, 'before.csv');
  valueOf(await harness.csv.handlers.exportNotImported({ importId, format: 'csv' }));
  const before = content(harness);
  const { batchId } = valueOf(await harness.csv.handlers.importDrafts(choicesFor(file)));
  const batch = () => valueOf(harness.many.batches())[0];
  await sync.until(() => batch()?.stage === 'done', { clock: false });
  expect(batch()).toMatchObject({
    made: 1,
    notImported: 1,
    leftOut: [{ reason: 'unchanged' }, { reason: 'draft' }],
  });
  expect(sync.read(({ drafts }) => drafts.get(one)?.patch)).toMatchObject({
    business_phone: { text: '+49 1' },
  });
  expect(sync.read(({ drafts }) => drafts.get(two)?.patch)).toMatchObject({
    business_phone: { text: 'typed' },
  });
  harness.chosenFile = join(harness.folder, 'not imported.csv');
  const written = await harness.csv.handlers.exportNotImported({
    importId: batchId,
    format: 'csv',
  });
  expect(valueOf(written).exportId).not.toBeNull();
  expect(content(harness).split('\r\n')).toEqual([
    '\ufeff"Row","Matched by","Column","Reason"',
    `"'5","unknown","","No organization in your list matches this."`,
    '',
  ]);
  expect(before).toBe(content(harness));
  const gone = harness.csv.handlers.notImported({ importId, offset: 0, limit: 1 });
  expect(await gone).toMatchObject({ failure: { code: 'batch.not-found' } });
});

test('reads a dropped file like a chosen one, a pasted table without a name, and opens no file by its name', async () => {
  const harness = await startStopped(2);
  const [one] = harness.ids as [string];
  writeImport(harness, 'another content');
  const drop = (name: string | null, text: string) =>
    handOver(harness, name, new TextEncoder().encode(text).buffer);
  const name = harness.chosenFile!;
  const file = valueOf(await drop(name, `id,Business phone\n${one},+49 1\n`))!;
  expect(file).toMatchObject({ title: name, rows: 1 });
  expect(await countsOf(harness, file)).toMatchObject({ changes: 1 });
  const table = `sep=\t\nid\tBusiness address\n${one}\t"a\nb ""c"""\n`;
  expect(valueOf(await drop(null, table))).toMatchObject({
    title: null,
    columns: [{ sample: one }, { sample: 'a\nb "c"' }],
  });
  expect(await drop('x', '')).toEqual({ ok: false, failure: { code: 'import.empty' } });
});

test('forgets a table when it is canceled', async () => {
  const harness = await startStopped(1);
  writeImport(harness, `id,phone\n${harness.ids[0]},1\n`);
  const file = valueOf(await imported(harness))!;
  await harness.csv.handlers.cancelImport(null);
  expect(await harness.csv.handlers.importDrafts(choicesFor(file))).toEqual({
    ok: false,
    failure: { code: 'import.outdated' },
  });
});

test('forgets a table when its window has closed', async () => {
  const harness = await startStopped(1);
  writeImport(harness, `id,phone\n${harness.ids[0]},1\n`);
  const file = valueOf(await imported(harness))!;
  harness.csv.forgetImport();
  expect(await harness.csv.handlers.matchImport(choicesFor(file))).toMatchObject({ ok: false });
});

test('keeps a table while the reading of another file is canceled', async () => {
  const harness = await startStopped(1);
  writeImport(harness, `id,phone\n${harness.ids[0]},1\n`);
  const file = valueOf(await imported(harness))!;
  harness.onImportProgress = () =>
    harness.csv.importProgress() !== null && harness.csv.handlers.cancelImport(null);
  const read = await handOver(harness, null, new TextEncoder().encode('id,phone\nx,2\n').buffer);
  expect(read).toEqual({ ok: true, value: null });
  expect(await countsOf(harness, file)).toMatchObject({ matched: 1 });
});

test('says why the rows that were not imported cannot be exported', async () => {
  const harness = await startStopped(1);
  writeImport(harness, 'id,phone\nx,1\n');
  const { importId } = valueOf(await imported(harness))!;
  harness.whileSaveDialog = async () => harness.csv.handlers.cancelImport(null);
  const written = await harness.csv.handlers.exportNotImported({ importId, format: 'csv' });
  expect(written).toMatchObject({ ok: false, failure: { code: 'batch.not-found' } });
});

test('does nothing when no file is chosen', async () => {
  const harness = await startStopped();
  harness.chosenFile = null;
  expect(await exported(harness)).toMatchObject({ exportId: null, organizations: 0 });
  expect(await imported(harness)).toEqual({ ok: true, value: null });
  const saveId = await harness.change({ business_phone: '1' });
  expect(await harness.service.handlers.exportResults({ saveId })).toMatchObject({
    value: { exportId: null },
  });
  expect(readdirSync(harness.folder)).toEqual([]);
});

test.each([
  ['', 'import.empty'],
  ['id,Business name\n', 'import.empty'],
  ['Business name\nx\n', 'import.no-table'],
  [Buffer.from('504b0304140000000800ff', 'hex'), 'import.damaged'],
  [Buffer.from('d0cf11e0a1b11ae1000000', 'hex'), 'import.unknown-format'],
  [Uint8Array.of(0x69, 0x81, 0xff), 'import.encoding'],
] as const)('refuses an unusable file with a message (%#)', async (bytes, code) => {
  const harness = await startStopped();
  writeImport(harness, bytes);
  expect(await imported(harness)).toEqual({ ok: false, failure: { code, file: 'list.csv' } });
});

test('does not read a missing file, a folder, or a file that is too large', async () => {
  const harness = await startStopped();
  const unreadable = { ok: false, failure: { code: 'file.unreadable', file: 'list.csv' } };
  expect(await imported(harness)).toEqual(unreadable);
  writeImport(harness, '');
  truncateSync(harness.chosenFile!, MAX_FILE_BYTES + 1);
  expect(await imported(harness)).toEqual({
    ok: false,
    failure: { code: 'file.too-large', file: 'list.csv' },
  });
  truncateSync(harness.chosenFile!, MAX_FILE_BYTES);
  expect(await imported(harness)).toMatchObject({ failure: { code: 'import.unknown-format' } });
});

test('leaves the existing file and nothing half-written when a file cannot be written', async () => {
  const harness = await startStopped();
  writeImport(harness, 'before');
  const unwritable = { ok: false, failure: { code: 'file.unwritable' } };
  const failing = function* (): Generator<string> {
    yield 'half';
    throw new Error('the disk is full');
  };
  expect(await writeChosenFile(harness.chosenFile!, failing())).toEqual(unwritable);
  expect(content(harness)).toBe('before');
  expect(await writeChosenFile(harness.folder, ['x'])).toEqual(unwritable);
  expect(await writeChosenFile(join(harness.folder, 'no', 'such'), ['x'])).toEqual(unwritable);
  expect(readdirSync(harness.folder)).toEqual(['list.csv']);
});

test('writes a file through a symbolic link to its target', async () => {
  const harness = await startStopped();
  const folder = join(harness.folder, 'elsewhere');
  mkdirSync(folder);
  const target = join(folder, 'real.csv');
  writeFileSync(target, 'before');
  symlinkSync(target, harness.chosenFile!);
  await exported(harness);
  expect(readFileSync(target, 'utf8')).toContain('Organization ID');
  expect(readdirSync(folder)).toEqual(['real.csv']);
});

test('exports the results of a save as a readable table', async () => {
  const harness = await startStopped(3);
  const [first] = harness.ids as [string];
  const { sync } = harness;
  sync.write((tables) => {
    tables.organizations.put({ ...tables.organizations.get(first)!, name: '=cmd()' });
  });
  const saveId = await harness.change({ business_phone: '1' });
  sync.write((tables) => {
    const row = tables.outbox.get(harness.ids[1]!)!;
    const failure = { code: 'organization.forbidden' } as const;
    tables.outbox.put({ ...row, state: 'refused', failure });
  });
  sync.discard(harness.ids[2]!);
  const { exportId } = valueOf(await harness.service.handlers.exportResults({ saveId }));
  expect(await harness.csv.handlers.showExported({ exportId: exportId! })).toMatchObject({
    ok: true,
  });
  const lines = content(harness).split('\r\n');
  expect(lines[0]).toBe('\ufeff"Organization ID","Organization","Result","Reason"');
  expect(lines[1]).toBe(`"${first}","'=cmd()","Waiting to send",""`);
  expect(lines[2]).toMatch(
    /"Not saved","This sign-in is not allowed to open the organization\. Use another/,
  );
  expect(lines[3]).toMatch(/"Canceled",""$/);
  expect(harness.suggestedNames.at(-1)).toBe('Results 2026-11-24.csv');
});
