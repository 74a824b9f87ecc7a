/**
 * A spreadsheet program may split our CSV at another separator than the one it was written with, because its list
 * separator is a setting. Wherever a program sees a cell begin, no formula begins, and importing restores every text.
 */
import fc from 'fast-check';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { fromCell, toCell, toTextCell } from '../../../src/main/csv/cells';
import { COLUMNS, type Column } from '../../../src/shared/headings';
import { mapFields, normalizeLineEnds, type Profile } from '../../../src/shared/profile';
import { csvFile } from './csv-file';
import { readFile, recordsOf } from './parser';

const SEPARATORS = [',', ';', '\t', '|'];
const FORMULA = /^[=+\-@＝＋－＠]/;
const ID = 'a'.repeat(32);

/** A reader like Excel: quotes count at the start of a cell only; what follows the closing one is added as it is. */
function quotesAtTheStart(file: string, separator: string): string[] {
  const isEnd = (at: number): boolean => [separator, '\r', '\n', undefined].includes(file[at]);
  const cells: string[] = [];
  for (let at = 0; at <= file.length; at += 1) {
    let cell = '';
    if (file[at] === '"') {
      for (at += 1; at < file.length; at += 1) {
        if (file[at] === '"' && file[at + 1] !== '"') break;
        if (file[at] === '"') at += 1;
        cell += file[at];
      }
      at += 1;
    }
    for (; !isEnd(at); at += 1) cell += file[at];
    cells.push(cell);
  }
  return cells;
}

/** A reader that knows no quotes. */
const noQuotes = (file: string, separator: string): string[] =>
  file.split(/\r\n|\r|\n/).flatMap((line) => line.split(separator));

/** A reader like LibreOffice: a quoted cell ends only where a separator or a line end follows the quote. */
const papaparse = (file: string, delimiter: string): string[] =>
  Papa.parse<string[]>(file, { delimiter }).data.flat();

const READERS = { quotesAtTheStart, noQuotes, papaparse };

const text = fc.string({
  unit: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...SEPARATORS, '"', "'", '\r', '\n', '=', '-') },
    fc.constantFrom(...['+', '@', '＝', '＠', 'x', '1', ' ', '\0', "'json:", 'May']),
  ),
});
const profile: fc.Arbitrary<Profile> = fc
  .array(text, { minLength: 5, maxLength: 5 })
  .map((texts) => mapFields(() => texts.pop() ?? ''));

const headings = Object.fromEntries(COLUMNS.map((column) => [column, column])) as Record<
  Column,
  string
>;

/** A file of rows with these texts. */
function fileOf(profiles: readonly Profile[], separator: string): Promise<string> {
  const rows = profiles.map((fields, index) => ({
    ...{ id: ID.slice(1) + String(index), kind: 'Organization', parent: '', labels: '', fields },
    name: fields.business_name,
  }));
  return csvFile(rows, headings, separator);
}

const formulas = (cells: readonly string[]): string[] => cells.filter((cell) => FORMULA.test(cell));

test.each([
  ["Acme;=cmd|'/C calc'!A0;x"],
  [';=1'],
  ['x\t=1'],
  ['x,=1'],
  ['one\n=1;x'],
  ['one\r\n=1;x'],
  ['one\r=1;x'],
  ['x;"=1"'],
  ['x;""=1'],
  ['x";=1'],
  ["x;'=1"],
  ['x;\n=1'],
  ['x;+1;-1;@SUM(1);＝1'],
  ['\0;=1'],
])('no reader finds a formula in %j', async (value) => {
  for (const written of [',', ';'])
    for (const read of SEPARATORS)
      for (const [name, reader] of Object.entries(READERS))
        expect(
          formulas(reader(await fileOf([mapFields(() => value)], written), read)),
          `${name}: written with ${written}, read with ${read}`,
        ).toEqual([]);
});

test.each(Object.entries(READERS))(
  'no text makes a formula for a reader: %s',
  async (_name, reader) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(profile, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(',', ';'),
        fc.constantFrom(...SEPARATORS),
        async (profiles, written, read) => {
          expect(formulas(reader(await fileOf(profiles, written), read))).toEqual([]);
        },
      ),
      { numRuns: 1_000 },
    );
  },
);

test('each reader finds a formula that is not guarded', () => {
  const file = '"a","b;=1;c"\r\n"d","e\n=2;f"\r\n"g",";=3;h"\r\n';
  expect(formulas(quotesAtTheStart(file, ';'))).toEqual(['=1', '=2', '=3']);
  expect(formulas(noQuotes(file, ';'))).toEqual(['=1', '=2', '=3']);
  expect(formulas(papaparse(file, ';'))).toContain('=3');
});

test('an import gives the exported texts, also those that look guarded', async () => {
  await fc.assert(
    fc.asyncProperty(profile, fc.constantFrom(',', ';'), async (fields, separator) => {
      const read = await readFile(await fileOf([fields], separator));
      expect(read.ok && recordsOf(read.value)).toMatchObject([{ texts: fields }]);
    }),
    { numRuns: 1_000 },
  );
});

test('a cell of a workbook needs no guard, and reading it takes none away', () => {
  expect(toTextCell('x;=1\n-2')).toBe('x;=1\n-2');
  fc.assert(
    fc.property(text, (original) => {
      expect(normalizeLineEnds(fromCell(toTextCell(original)))).toBe(normalizeLineEnds(original));
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['x;=1', "x;'=1"],
  ["x;'=1", "x;''=1"],
  ['x;"=1', 'x;\'"=1'],
  ['one\n+49 30', "one\n'+49 30"],
  ['{"a":-1,"b":[1,-2]}', '{"a":-1,"b":[1,\'-2]}'],
  ['a - b; c, d', 'a - b; c, d'],
  ['\0;=1', '\'json:"\\u0000\\u003b=1"'],
])('writes %j as %j', (original, cell) => {
  expect(toCell(original)).toBe(cell);
  expect(fromCell(cell)).toBe(original);
});

test('a line that a person adds in the spreadsheet, without an apostrophe, is read as it is', () => {
  expect(fromCell("one\n'+49 30\n+49 40")).toBe('one\n+49 30\n+49 40');
});

test('guards a long text quickly', () => {
  const long = ',\'"='.repeat(25_000);
  expect(fromCell(toCell(long))).toBe(long);
  const quotes = `;${"'".repeat(50_000)}${'"'.repeat(50_000)}`;
  expect(fromCell(toCell(quotes))).toBe(quotes);
});
