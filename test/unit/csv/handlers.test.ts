/** Export and import with real files and a real database. */
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { writeChosenFile } from '../../../src/main/csv/files';
import type { Import } from '../../../src/shared/csv';
import { MAX_FILE_BYTES } from '../../../src/shared/limits';
import type { Outcome } from '../../../src/shared/outcome';
import { SavesHarness, closeHarnesses } from '../saves/harness';
import { anyProfile, anyText } from '../database/temporary-database';
import { valueOf } from '../outcomes';

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

async function imported(harness: SavesHarness): Promise<Outcome<Import | null>> {
  return harness.csv.handlers.import(null);
}

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
        expect(file).toMatchObject({ encoding: 'utf-8', problems: [], ignoredColumns: [] });
        expect(file.rows.map(({ state }) => state)).toEqual(Array(6).fill('same'));
        const none = await harness.submitPlan(file, harness.ids);
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
    expect(file).toMatchObject({ fileName: name, encoding: 'utf-8', rowNumbers: [2, 3, 4] });
    expect(file.rows.map(({ state }) => state)).toEqual(['same', 'same', 'same']);
    // The content decides how a file is read, not its name.
    const content = Uint8Array.from(readFileSync(harness.chosenFile)).buffer;
    const dropped = await harness.csv.handlers.importDropped({ name: 'list.csv', content });
    expect(valueOf(dropped)!.rows).toHaveLength(3);
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
    ...{ exportId: null, organizations: 0, requested: 2 },
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

test('turns an import into a plan like any other, whose changes wait as one save', async () => {
  const harness = await startStopped(4);
  const [one, two, three] = harness.ids as [string, string, string];
  const { sync } = harness;
  sync.type({ business_phone: 'typed' }, two);
  writeImport(
    harness,
    [
      'Business phone;Organization ID;Notes',
      `"'+49 1";${one};x`,
      `"'+49 2";${two};x`,
      `${sync.saved(three)!.business_phone.replace(/^\+/, "'+")};${three};x`,
      `1;${'f'.repeat(32)};x`,
    ].join('\r\n'),
  );
  const file = valueOf(await imported(harness))!;
  expect(file).toMatchObject({
    fileName: 'list.csv',
    ignoredColumns: ['Notes'],
    problems: [{ number: 5, reason: 'unknown-id', value: 'f'.repeat(32) }],
  });
  expect(file.rows.map(({ state }) => state)).toEqual(['changes', 'draft', 'same']);
  const saveId = valueOf(await harness.submitPlan(file));
  expect(harness.save(saveId)).toMatchObject({
    kind: 'import',
    fields: ['business_phone'],
    total: 1,
  });
  const base = sync.saved(one)!.business_phone;
  expect(sync.row(one)?.patch).toEqual({
    business_phone: { base, text: '+49 1', save: saveId },
  });
  expect(sync.row(two)).toBeNull();
});

test('ignores line endings changed by a spreadsheet program, and keeps other bytes as they are', async () => {
  const harness = await startStopped(2);
  const [one, two] = harness.ids as [string, string];
  const { sync } = harness;
  sync.write((tables) => {
    for (const id of [one, two]) {
      const saved = tables.profiles.get(id)!;
      const fields = { ...saved.fields!, business_address: 'Street 1\r\nTown' };
      tables.profiles.put({ ...saved, fields });
    }
  });
  writeImport(harness, `id,Business address\n${one},"Street 1\nTown"\n${two},"Street 2\nTown"\n`);
  const { rows } = valueOf(await imported(harness))!;
  expect(rows.map(({ state, after }) => [state, after.business_address])).toEqual([
    ['same', 'Street 1\r\nTown'],
    ['changes', 'Street 2\nTown'],
  ]);
});

test('previews a dropped file like a chosen one, and opens no file by its name', async () => {
  const harness = await startStopped(2);
  const [one] = harness.ids as [string];
  const text = `id,Business phone\n${one},+49 1\n`;
  writeImport(harness, 'another content');
  const { buffer } = new TextEncoder().encode(text);
  const dropped = await harness.csv.handlers.importDropped({
    name: harness.chosenFile!,
    content: buffer,
  });
  const file = valueOf(dropped)!;
  expect(file).toMatchObject({ fileName: harness.chosenFile, problems: [] });
  expect(file.rows.map(({ state }) => state)).toEqual(['changes']);
  const saveId = valueOf(await harness.submitPlan(file));
  expect(harness.save(saveId)).toMatchObject({ kind: 'import', total: 1 });
  const empty = await harness.csv.handlers.importDropped({ name: 'x', content: new ArrayBuffer() });
  expect(empty).toEqual({ ok: false, failure: { code: 'import.empty' } });
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
  ['Business name\nx\n', 'import.no-id-column'],
  [Buffer.from('504b0304140000000800ff', 'hex'), 'import.damaged'],
  [Buffer.from('d0cf11e0a1b11ae1000000', 'hex'), 'import.unknown-format'],
  [Uint8Array.of(0x69, 0x81, 0xff), 'import.encoding'],
] as const)('refuses an unusable file with a message (%#)', async (bytes, code) => {
  const harness = await startStopped();
  writeImport(harness, bytes);
  expect(await imported(harness)).toEqual({ ok: false, failure: { code } });
});

test('does not read a missing file, a folder, or a file that is too large', async () => {
  const harness = await startStopped();
  const unreadable = { ok: false, failure: { code: 'file.unreadable' } };
  expect(await imported(harness)).toEqual(unreadable);
  writeImport(harness, '');
  truncateSync(harness.chosenFile!, MAX_FILE_BYTES + 1);
  expect(await imported(harness)).toEqual({ ok: false, failure: { code: 'file.too-large' } });
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
