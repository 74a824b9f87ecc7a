/**
 * Writing and reading CSV files. Every text survives export and import. A file from elsewhere is
 * read, or the reason why not is reported.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromCell, toCell } from '../../../src/main/csv/cells';
import { columnOf, COLUMNS, type Column } from '../../../src/shared/headings';
import { decodeFile } from '../../../src/main/csv/decode';
import { rowsOf } from '../../../src/main/csv/csv-rows';
import { separatorForLanguage, type ExportRow } from '../../../src/main/csv/export';
import { mapFields, type Profile } from '../../../src/shared/profile';
import { valueOf } from '../results';
import { csvFile } from './csv-file';
import { readFile, recordsOf } from './parser';

const HEADINGS: Record<Column, string> = {
  id: 'Organization ID',
  kind: 'Kind',
  parent: 'Parent',
  name: 'Organization',
  labels: 'Labels',
  business_name: 'Business name',
  business_email: 'Business email',
  business_phone: 'Business phone',
  business_address: 'Business address',
  external_metadata: 'External metadata',
  check: 'Letterhead check',
};

/** Texts with everything that can confuse spreadsheet programs and CSV parsers. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      ...['"', "'", ',', ';', '\t', '\r', '\n', '\r\n', '=', '+', '-', '@', '\0', '\ud800', '＝'],
      ...['0', '1', 'e', '.', ' ', '{', '}', 'ä', '日', '\ufeff', "'json:", '|', '\x07', '\x7f'],
      ...['/', ':', '%', '(', ')', '€', 'pm', 'May', 'TRUE', 'x', '٣'],
      ...['\udc00', '\u2028', '\u00a0'],
    ),
  }),
);
const profile: fc.Arbitrary<Profile> = fc
  .array(text, { minLength: 5, maxLength: 5 })
  .map((texts) => mapFields(() => texts.pop() ?? ''));
const entryId = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 32, maxLength: 32 })
  .map((digits) => digits.join(''));
const rows: fc.Arbitrary<ExportRow[]> = fc.uniqueArray(
  fc.record({ id: entryId, kind: text, parent: text, name: text, labels: text, fields: profile }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 8 },
);

const id = (digit: string): string => digit.repeat(32);

test('round-trips every text through a cell', () => {
  fc.assert(
    fc.property(text, (original) => {
      expect(fromCell(toCell(original))).toBe(original);
    }),
  );
});

test('writes no cell that looks like a formula, number or date, or has characters that programs drop', () => {
  fc.assert(
    fc.property(text, (original) => {
      const cell = toCell(original);
      expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
      expect(cell).not.toMatch(/^[\d.,:/%()€\s]*\d[\d.,:/%()€\seE]*$/);
      expect(cell).not.toMatch(/[^\P{Cc}\t\n\r]/u);
      expect(cell.isWellFormed()).toBe(true);
    }),
  );
});

// Without an apostrophe in front, LibreOffice 25.2 turned these into a different text; see ADR 29.
test.each([
  ...['1/2', '12-05', '2024-01-01', '1.2.2024', '3 Mar', 'May 5', 'Jan-24', '24. Dez', '10:30 am'],
  ...['1 am', '1:30', '5%', '$5', '5 €', '(123)', '1 1/2', '.5', '1E+3', '1e5', 'TRUE', 'falsch'],
  ...['(030) 1234', '00', ' 123', '\u00a05', '1_000'],
])('protects %j from being read as a number, date or formula', (value) => {
  expect(toCell(value)).toBe(`'${value}`);
});

test.each(['Main Street 5', '5th Avenue', 'Marina 5', '{"n": 1}', 'true story', 'Mayor 1', 'Jan'])(
  'writes %j unchanged',
  (words) => {
    expect(toCell(words)).toBe(words);
  },
);

test('handles a long text of digits quickly', () => {
  const digits = '1 '.repeat(50_000);
  expect(toCell(`${digits}x`)).toBe(`${digits}x`);
  expect(toCell(digits)).toBe(`'${digits}`);
});

test.each([
  ['=HYPERLINK("x")', '\'=HYPERLINK("x")'],
  ['+49 30 1234', "'+49 30 1234"],
  ['0301234', "'0301234"],
  ["'quoted'", "'quoted'"],
  ["'=1", "''=1"],
  ['Main Street 5', 'Main Street 5'],
  ['\ud800', '\'json:"\\ud800"'],
])('writes %j as %j', (original, cell) => {
  expect(toCell(original)).toBe(cell);
});

test('an unchanged export imports without changes, whatever the separator', async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom(',', ';'), async (all, separator) => {
      const read = valueOf(await readFile(await csvFile(all, HEADINGS, separator)));
      expect(read.encoding).toBe('utf-8');
      expect(recordsOf(read)).toMatchObject(
        all.map((row, at) => ({
          number: at + 2,
          texts: { id: row.id, ...row.fields },
          issues: [],
        })),
      );
      // No spreadsheet program takes a check for a value, so it needs no apostrophe.
      for (const { texts } of recordsOf(read)) expect(toCell(texts.check!)).toBe(texts.check);
    }),
  );
});

test('gives the same rows in slices as in one go, whatever the file contains', () => {
  const part = fc.constantFrom(...['"', '""', ',', '\n', '\r\n', '\r', 'x', ' ', id('a'), id('b')]);
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 40 }),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 50 }),
      (parts, end, sliceLength) => {
        const text = `id,Business name${end}${parts.join('')}`;
        const inSlices = (length?: number) => [...rowsOf(text, ',', length)].flat();
        expect(inSlices(sliceLength)).toEqual(inSlices());
      },
    ),
    { numRuns: 500 },
  );
});

test('accepts columns in any order; missing columns are left unchanged', async () => {
  const file = `Telefon;Organisations-ID;Notes\r\n"'+49 1";${id('a')};x\r\n`;
  const read = valueOf(await readFile(file));
  expect(read).toEqual({
    rows: [{ number: 2, cells: ['+49 1', id('a'), 'x'], issues: [], isTooWide: false }],
    headings: ['Telefon', 'Organisations-ID', 'Notes'],
    samples: ['+49 1', id('a'), 'x'],
    moreColumns: 0,
    encoding: 'utf-8',
    sheets: null,
  });
});

test('skips empty rows and a title above the table, and says which rows are too wide or have too long a text', async () => {
  const file = [
    'List of November,,',
    '',
    'Customer,Business name,',
    `a,"two\nlines"`,
    '',
    'b,x,too many',
    `c,${'x'.repeat(100_001)}`,
  ].join('\n');
  const read = valueOf(await readFile(file));
  expect(read.headings).toEqual(['Customer', 'Business name']);
  expect(recordsOf(read)).toEqual([
    { number: 4, texts: { business_name: 'two\nlines' }, issues: [] },
    { number: 6, texts: { business_name: 'x' }, issues: [], isTooWide: true },
    { number: 7, texts: { business_name: '' }, issues: ['business_name too-long'] },
  ]);
});

test.each(['4,91513E+11', '4.91513E+11', '-1E+20', '########'])(
  '%s stands for a number that a program shortened, so it is no text',
  async (cell) => {
    const read = valueOf(await readFile(`id\tBusiness phone\nx\t${cell}\n`));
    expect(recordsOf(read)[0]?.issues).toEqual(['business_phone not-text']);
    // As a text of its own, an export guards it.
    const guarded = valueOf(await readFile(`id\tBusiness phone\nx\t${toCell(cell)}\n`));
    expect(recordsOf(guarded)[0]).toMatchObject({ texts: { business_phone: cell }, issues: [] });
  },
);

test('cells that are missing at the end of a row are empty ones', async () => {
  const read = valueOf(await readFile('Title\nid,Business phone,Business email\nx,1\ny\n'));
  expect(read.rows.map(({ cells }) => cells)).toEqual([
    ['x', '1', ''],
    ['y', '', ''],
  ]);
});

test('names a heading that is there twice twice, and reads no more than 100 columns', async () => {
  const headings = [
    'id',
    'phone',
    'Phone',
    ...Array.from({ length: 120 }, (_, n) => `Column ${n}`),
  ];
  const cells = headings.map((_, n) => `text ${n}`);
  const read = valueOf(await readFile(`${headings.join(';')}\n${cells.join(';')}\n`));
  expect(read.headings.slice(0, 3)).toEqual(['id', 'phone', 'Phone']);
  expect(read).toMatchObject({ moreColumns: 23, rows: [{ isTooWide: false }] });
  expect(read.rows[0]?.cells).toHaveLength(100);
});

test.each(['\n', '\r\n', '\r'])(
  'counts rows like a spreadsheet program, with line end %j',
  async (end) => {
    const file = [
      'id,Business address',
      `${id('a')},"one${end}two${end}${end}four"`,
      ',,,',
      '',
      `${id('b')},"${end}"`,
      'x,y',
    ].join(end);
    const read = valueOf(await readFile(`sep=,${end}${file}`));
    expect(read.rows.map(({ number }) => number)).toEqual([2, 5, 6]);
  },
);

test('uses a separator declared in the first line', async () => {
  const read = valueOf(await readFile(`sep=|\r\nid|email\r\n${id('a')}|a,b;c@example.com`));
  expect(recordsOf(read)).toMatchObject([{ texts: { business_email: 'a,b;c@example.com' } }]);
});

test.each([
  ['', 'import.empty'],
  ['\ufeff \r\n', 'import.empty'],
  ['id,name\r\n', 'import.empty'],
  ['id,name\r\n,\r\n\r\n', 'import.empty'],
  ['name\r\nx\r\n', 'import.no-table'],
  ['<!doctype html><p>Sign in</p>', 'import.no-table'],
])('refuses to import %j', async (file, code) => {
  expect(await readFile(file)).toEqual({ ok: false, failure: { code } });
});

test('never throws while reading, whatever the file contains', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (file) => {
      await readFile(file);
      await readFile(`id,Business name\n${file}`);
    }),
  );
});

const utf16 = (source: string, bigEndian: boolean, mark: boolean): Uint8Array => {
  const bytes = Buffer.from((mark ? '\ufeff' : '') + source, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

test.each([
  ['UTF-8', new TextEncoder().encode('id;Größe'), 'utf-8'],
  ['UTF-8 with a byte order mark', new TextEncoder().encode('\ufeffid;Größe'), 'utf-8'],
  ['UTF-16 little-endian', utf16('id;Größe', false, true), 'utf-16'],
  ['UTF-16 big-endian', utf16('id;Größe', true, true), 'utf-16'],
  ['UTF-16 without a byte order mark', utf16('id;Größe', false, false), 'utf-16'],
  ['Windows-1252', Buffer.from('id;Größe', 'latin1'), 'windows-1252'],
])('recognizes %s', (_name, bytes, encoding) => {
  const decoded = decodeFile(bytes);
  expect(decoded).toEqual({ ok: true, value: { text: 'id;Größe', encoding } });
});

test('reads the euro sign of Windows-1252', () => {
  expect(decodeFile(Uint8Array.of(0x35, 0x80, 0xe4))).toMatchObject({ value: { text: '5€ä' } });
});

test.each([
  ['a ZIP file', Buffer.from('504b0304140000000800ff', 'hex'), 'import.unknown-format'],
  ['bytes that Windows-1252 does not define', Uint8Array.of(0x69, 0x81, 0xff), 'import.encoding'],
  ['a NUL in UTF-16', utf16('id;a\0b', false, true), 'import.unknown-format'],
  ['truncated UTF-16', Uint8Array.of(0xff, 0xfe, 0x69), 'import.encoding'],
])('refuses %s', (_name, bytes, code) => {
  expect(decodeFile(bytes)).toEqual({ ok: false, failure: { code } });
});

test('never throws while decoding', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeFile(bytes)));
});

test('chooses the separator by language', () => {
  expect(separatorForLanguage('en-US')).toBe(',');
  expect(separatorForLanguage('de-DE')).toBe(';');
});

test('chooses the separator for any system language tag', () => {
  expect(separatorForLanguage('en-US@posix')).toBe(',');
  expect(separatorForLanguage('de-DE@euro')).toBe(';');
  for (const odd of ['', 'C', 'de_DE', 'no language'])
    expect([',', ';']).toContain(separatorForLanguage(odd));
});

test.each(['en', 'de'])('understands the headings of an export in %s', (locale) => {
  const messages = (file: string): Record<string, string> => {
    const path = new URL(`../../../src/shared/messages/${locale}/${file}.json`, import.meta.url);
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  };
  const fields = messages('common');
  const csv = messages('csv');
  for (const column of COLUMNS) {
    const heading = fields[`field_${column}`] ?? csv[`csv_heading_${column}`];
    expect(columnOf(heading!)).toBe(column);
  }
});

test("understands the headings of an export, and Cloudflare's own names", () => {
  for (const column of COLUMNS) {
    expect(columnOf(HEADINGS[column])).toBe(column);
    expect(
      columnOf(
        column.replace(/^(id|name)$/, 'organization_$1').replace('check', 'letterhead_check'),
      ),
    ).toBe(column);
  }
  expect(columnOf('E-mail')).toBe('business_email');
  expect(columnOf('Remarks')).toBeNull();
});

test('writes what an entry is, what is above it and its labels after the id', async () => {
  const fields = mapFields(() => 'x');
  const [kind, parent, labels] = ['Account', '=North', '=1; VIP'];
  const rows = [{ id: id('a'), kind, parent, name: 'South', labels, fields }];
  const [heading, row] = (await csvFile(rows, HEADINGS, ',')).split('\r\n');
  expect(heading).toMatch(
    /^\ufeff"Organization ID","Kind","Parent","Organization","Labels","Business name"/,
  );
  expect(row).toMatch(new RegExp(`^"${id('a')}","Account","'=North","South","'=1; VIP","x"`));
});
