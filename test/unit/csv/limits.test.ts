/** An import of any file ends early and within bounded memory: rows, their length, and what is reported. */
import { expect, test } from 'vitest';
import { toCell } from '../../../src/main/csv/cells';
import { decodeFile } from '../../../src/main/csv/decode';
import {
  MAX_FIELD_LENGTH,
  MAX_IMPORT_COLUMNS,
  MAX_IMPORT_ROW_LENGTH,
  MAX_IMPORT_ROWS,
  MAX_SHOWN_CELL,
} from '../../../src/shared/limits';
import { FIELD_NAMES } from '../../../src/shared/profile';
import { valueOf } from '../results';
import { readFile as read, recordsOf } from './parser';

const ID = 'a'.repeat(32);
const failure = (code: string) => ({ ok: false, failure: { code } });

test.each(['\r\n', '\n', 'x\n', ',\n'])('stops after too many rows of %j', async (row) => {
  const file = `id,phone\n${row.repeat(MAX_IMPORT_ROWS)}`;
  expect(await read(file)).toEqual(failure('import.too-many-rows'));
});

test('reads as many rows as allowed', async () => {
  const file = `id,phone\n${'x\n'.repeat(MAX_IMPORT_ROWS - 2)}`;
  expect(valueOf(await read(file)).rows).toHaveLength(MAX_IMPORT_ROWS - 2);
});

test('stops at a row that does not end', async () => {
  const file = `id,phone\n${ID},"${'x\n'.repeat(MAX_IMPORT_ROW_LENGTH * 2)}`;
  expect(await read(file)).toEqual(failure('import.row-too-long'));
});

test.each([
  ['that is not closed', `${ID},"Foo\n${ID},"Bar"\n${ID},Baz\n`],
  ['that is not closed in the last row', `${ID},Foo\n${ID},"Bar\n`],
  ['after which a cell does not end', `${ID},"Foo" Bar\n${ID},"Baz"\n`],
])(
  'stops at a quotation mark %s, instead of taking rows for the text of a cell',
  async (_, rows) => {
    expect(await read(`id,name\n${rows}`)).toEqual(failure('import.row-too-long'));
  },
);

test('reads quotation marks within one cell, also where they should be doubled', async () => {
  const rows = recordsOf(valueOf(await read(`id,phone\n${ID},"1 "2" 3"\n${ID},1 "2" 3\n`)));
  expect(rows.map(({ texts }) => texts.business_phone)).toEqual(['1 "2" 3', '1 "2" 3']);
});

test('reads a row with the longest texts', async () => {
  const text = 'x'.repeat(MAX_FIELD_LENGTH);
  const file = `id,${FIELD_NAMES.join(',')}\n${[ID, ...FIELD_NAMES.map(() => text)].join(',')}\n`;
  const [row] = recordsOf(valueOf(await read(file)));
  expect(row?.texts.external_metadata === text).toBe(true);
  expect(recordsOf(valueOf(await read(`${file.trimEnd()}x\n`)))[0]?.issues).toEqual([
    'external_metadata too-long',
  ]);
});

test('marks a text that is as long as a spreadsheet program lets it be', async () => {
  const issues = async (length: number) =>
    recordsOf(valueOf(await read(`id,phone\n${ID},"${'x'.repeat(length)}"\n`)))[0]?.issues;
  expect(await issues(32_767)).toEqual(['business_phone cut']);
  for (const length of [32_766, 32_768]) expect(await issues(length)).toEqual([]);
});

test('does not decode a cell that is longer than any text that can be sent', async () => {
  const cell = (blanks: number) => `'json:${' '.repeat(blanks)}"a"`;
  const file = (blanks: number) => `id,phone\n${ID},"${cell(blanks).replaceAll('"', '""')}"\n`;
  const longest = toCell('\0'.repeat(MAX_FIELD_LENGTH)).length;
  const fits = longest - cell(0).length;
  const recordOf = async (blanks: number) => recordsOf(valueOf(await read(file(blanks))))[0];
  expect(await recordOf(fits)).toMatchObject({ texts: { business_phone: 'a' }, issues: [] });
  expect(await recordOf(fits + 1)).toMatchObject({ issues: ['business_phone too-long'] });
});

test('shortens headings and the first texts, and reads no more columns than shown', async () => {
  const headings = Array.from({ length: 500 }, (_, column) => `${column}${'h'.repeat(1_000)}`);
  const file = `id,${headings.join(',')}\n${'i'.repeat(100_000)}\n ,second,${',x'.repeat(400)}\n`;
  const { headings: shown, samples, moreColumns } = valueOf(await read(file));
  expect(shown).toHaveLength(MAX_IMPORT_COLUMNS);
  expect(shown[1]).toHaveLength(MAX_SHOWN_CELL);
  expect(samples).toHaveLength(MAX_IMPORT_COLUMNS);
  expect(samples.slice(0, 4)).toEqual(['i'.repeat(MAX_SHOWN_CELL), 'second', '', 'x']);
  expect(moreColumns).toBe(501 - MAX_IMPORT_COLUMNS);
});

test('decodes every byte of Windows-1252', () => {
  const defined = Array.from({ length: 256 }, (_, byte) => byte).filter(
    (byte) => byte >= 0x20 && ![0x7f, 0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte),
  );
  const { text } = valueOf(decodeFile(Uint8Array.from(defined)));
  expect(text.length).toBe(defined.length);
  expect(text).toContain('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\u00a0¡');
  expect(text.endsWith('þÿ')).toBe(true);
});
