/**
 * Writing and reading XLSX workbooks. Every text survives export and import, and a workbook from elsewhere is read, or
 * the reason why not is reported.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { fromCell, toTextCell } from '../../../src/main/csv/cells';
import { COLUMNS, type Column } from '../../../src/shared/headings';
import { exportTable, type ExportRow } from '../../../src/main/csv/export';
import { fitsXlsxCell, xlsxPieces } from '../../../src/main/csv/xlsx-write';
import { MAX_IMPORT_ROWS, MAX_IMPORT_LENGTH } from '../../../src/shared/limits';
import { FIELD_NAMES, mapFields, normalizeLineEnds } from '../../../src/shared/profile';
import { failureIn, valueOf } from '../results';
import { readFile as read, recordsOf } from './parser';

const HEADINGS = Object.fromEntries(COLUMNS.map((column) => [column, column])) as Record<
  Column,
  string
>;
HEADINGS.name = 'Organization';
HEADINGS.check = 'Letterhead check';

const id = (digit: string): string => digit.repeat(32);

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}

async function* asynchronous<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

const written = (rows: readonly ExportRow[]): Promise<Uint8Array> =>
  bytesOf(xlsxPieces(asynchronous(exportTable(rows, HEADINGS)), 'Organizations'));

/** A ZIP archive of these files. */
async function archive(files: Record<string, string | Buffer>): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const [path, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), path);
  zip.end();
  return bytesOf(zip.outputStream as unknown as AsyncIterable<Uint8Array>);
}

const rels = (...targets: [type: string, target: string, mode?: string][]): string =>
  `<Relationships>${targets
    .map(
      ([type, target, mode], at) =>
        `<Relationship Id="r${at}" Type="http://x/${type}" Target="${target}"${mode ? ` TargetMode="${mode}"` : ''}/>`,
    )
    .join('')}</Relationships>`;

/** A workbook with these sheets, as other programs write it. */
const workbook = (
  sheets: readonly string[],
  more: Record<string, string> = {},
): Promise<Uint8Array> =>
  archive({
    '_rels/.rels': rels(['officeDocument', 'xl/workbook.xml']),
    'xl/workbook.xml': `<workbook><sheets>${sheets.map((_, at) => `<sheet name="S${at}" r:id="r${at}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': rels(
      ...sheets.map((_, at): [string, string] => ['worksheet', `worksheets/s${at}.xml`]),
      ['sharedStrings', '/xl/sharedStrings.xml'],
    ),
    ...Object.fromEntries(
      sheets.map((rows, at) => [
        `xl/worksheets/s${at}.xml`,
        `<?xml version="1.0"?><worksheet><sheetData>${rows}</sheetData></worksheet>`,
      ]),
    ),
    ...more,
  });

const text = (value: string, at = ''): string =>
  `<c${at && ` r="${at}"`} t="inlineStr"><is><t>${value}</t></is></c>`;
const HEAD = `<row r="1">${text('id')}${text('phone')}${text('notes')}</row>`;

/** The issues of each row, by its number. */
const oddIn = async (bytes: Uint8Array) =>
  recordsOf(valueOf(await read(bytes))).map(({ number, issues }) => [number, ...issues]);

/** Texts with everything that can confuse spreadsheet programs and XML parsers. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      ...[
        '<',
        '>',
        '&',
        '"',
        "'",
        '&amp;',
        '<!--',
        ']]>',
        '<![CDATA[',
        '&#0;',
        '_x000D_',
        '_x005F_',
      ],
      ...['\r', '\n', '\r\n', '\t', ' ', '=', '+', '-', '@', '0', '1', '/', 'e', "'json:", 'x_'],
      ...['\0', '\ud800', '\udc00', '\ufffe', '\uffff', '\ufeff', '\x7f', '\x85', '\u2028', '日'],
    ),
  }),
);
const rows: fc.Arbitrary<ExportRow[]> = fc
  .array(fc.tuple(hostile, hostile, hostile, hostile, hostile), { minLength: 1, maxLength: 8 })
  .map((all) =>
    all.map((texts, at) => ({
      id: id(at.toString(16)),
      kind: texts[0],
      parent: texts[1],
      name: texts[2],
      labels: texts[3],
      fields: mapFields((field) => texts[FIELD_NAMES.indexOf(field)] ?? ''),
    })),
  );

test('round-trips every text through a cell, except line ends', () => {
  fc.assert(
    fc.property(hostile, (original) => {
      const cell = toTextCell(original);
      expect(normalizeLineEnds(fromCell(cell))).toBe(normalizeLineEnds(original));
      expect(cell).not.toMatch(/[^\P{Cc}\t\n]|[\ufffe\uffff]/u);
    }),
    { numRuns: 1_000 },
  );
});

test('writes no apostrophe before a formula or number, and reads one that a CSV file left', () => {
  expect(toTextCell('+49 30 1234')).toBe('+49 30 1234');
  expect(fromCell("'+49 30 1234")).toBe('+49 30 1234');
  expect(fromCell(toTextCell("'+49 30 1234"))).toBe("'+49 30 1234");
});

test('an unchanged export imports without changes', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (all) => {
      const found = valueOf(await read(await written(all)));
      expect(
        recordsOf(found).map(({ number, texts, issues }) => [
          number,
          texts.id,
          ...FIELD_NAMES.map((field) => normalizeLineEnds(texts[field] ?? 'missing')),
          ...issues,
        ]),
      ).toEqual(
        all.map(({ id: one, fields }, at) => [
          at + 2,
          one,
          ...FIELD_NAMES.map((field) => normalizeLineEnds(fields[field])),
        ]),
      );
    }),
  );
});

test('knows which texts fit into a cell of Excel', () => {
  expect(fitsXlsxCell('x'.repeat(32_767))).toBe(true);
  expect(fitsXlsxCell('x'.repeat(32_768))).toBe(false);
  // Written as JSON.
  expect(fitsXlsxCell('\0'.repeat(6_000))).toBe(false);
});

test('reads cells as other programs write them: shared, rich, escaped, with hints and formulas', async () => {
  const strings = [
    '<si><t>id</t></si>',
    '<si><t xml:space="preserve"> +49 </t></si>',
    '<si><r><t>Ti</t></r><rPh sb="0" eb="1"><t>hint</t></rPh><r><rPr><b/></rPr><t>tel</t></r></si>',
    '<si><t>a_x000D_b_x005F_x000D_</t></si>',
    '<si/>',
  ];
  const shared = `<x:sst xmlns:x="urn:x">${strings.join('').replaceAll('<si', '<x:si').replaceAll('</si', '</x:si')}</x:sst>`;
  const s = (at: number, cell: string): string => `<c r="${cell}" t="s"><v>${at}</v></c>`;
  const bytes = await workbook(
    [
      `<row r="3">${s(0, 'B3')}${text('phone', 'C3')}${text('business_name', 'D3')}${text('address', 'E3')}</row>` +
        `<row r="5">${text(id('a'), 'B5')}${s(1, 'C5')}${s(2, 'D5')}${s(3, 'E5')}</row>` +
        `<row r="6"/><row r="9"><c r="B9" t="str"><f>1&amp;2</f><v>${id('b')}</v></c>${s(4, 'C9')}</row>`,
    ],
    { 'xl/sharedStrings.xml': shared },
  );
  expect(recordsOf(valueOf(await read(bytes)))).toEqual([
    {
      number: 5,
      issues: [],
      texts: {
        id: id('a'),
        business_phone: ' +49 ',
        business_name: 'Titel',
        business_address: 'a\rb_x000D_',
      },
    },
    {
      number: 9,
      issues: [],
      texts: { id: id('b'), business_phone: '', business_name: '', business_address: '' },
    },
  ]);
});

test('tells whole numbers without a format from everything else that is no text', async () => {
  const cell = (type: string, value: string): string => `<c t="${type}"><v>${value}</v></c>`;
  const number = (value: string, format?: number): string =>
    `<c${format === undefined ? '' : ` s="${format}"`}><v>${value}</v></c>`;
  // Cell formats: none, two decimals, text, 0000.
  const styles = `<styleSheet><cellStyleXfs><xf numFmtId="4"/></cellStyleXfs><cellXfs>${[0, 2, 49, 164].map((one) => `<xf numFmtId="${one}"/>`).join('')}</cellXfs></styleSheet>`;
  const cells = [
    ...[number('49301234'), number('-5', 0), number('49301234', 2), number('123456789012345')],
    ...[number('1234567890123456'), number('1.5'), number('1.2E+15'), number('45000', 1)],
    ...[number('7', 3), number('7', 99), cell('b', '1'), cell('e', '#REF!'), cell('str', '7')],
  ];
  const bytes = await workbook(
    [HEAD + cells.map((one, at) => `<row r="${at + 2}">${text('x')}${one}</row>`).join('')],
    {
      'xl/styles.xml': styles,
      'xl/_rels/workbook.xml.rels': rels(
        ['worksheet', 'worksheets/s0.xml'],
        ['styles', 'styles.xml'],
      ),
    },
  );
  const kinds = (await oddIn(bytes)).map(([, kind = '']) => String(kind).split(' ')[1]);
  expect(kinds.slice(0, 4)).toEqual(Array(4).fill('number'));
  expect(kinds.slice(4, -1)).toEqual(Array(8).fill('not-text'));
  expect(kinds.at(-1)).toBeUndefined();
  const [first] = recordsOf(valueOf(await read(bytes)));
  expect(first?.texts.business_phone).toBe('49301234');
});

test('marks a text that may have been cut, counted as the program counts it', async () => {
  // A line break is one character, and an escaped one, too.
  const long = `a\nb_x0007_${'x'.repeat(32_763)}`;
  const bytes = await workbook([`${HEAD}<row r="2">${text('x')}${text(long)}</row>`]);
  expect(await oddIn(bytes)).toEqual([[2, 'business_phone cut']]);
});

test.each(['General', 'GENERAL', '@'])(
  'a whole number is one in the format %s that has an id of its own, as LibreOffice writes it',
  async (code) => {
    const formats = `<numFmts count="2"><numFmt numFmtId="164" formatCode="${code}"/><numFmt numFmtId="165" formatCode="0000"/></numFmts>`;
    const styles = `<styleSheet>${formats}<cellXfs><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`;
    const cells = ['<c s="0"><v>49301234</v></c>', '<c s="1"><v>7</v></c>'];
    const bytes = await workbook(
      [HEAD + cells.map((one, at) => `<row r="${at + 2}">${text('x')}${one}</row>`).join('')],
      {
        'xl/styles.xml': styles,
        'xl/_rels/workbook.xml.rels': rels(
          ['worksheet', 'worksheets/s0.xml'],
          ['styles', 'styles.xml'],
        ),
      },
    );
    const kinds = (await oddIn(bytes)).map(([, kind = '']) => String(kind).split(' ')[1]);
    expect(kinds).toEqual(['number', 'not-text']);
  },
);

test('reads the sheet with the best headings', async () => {
  const other = `<row>${text('Name')}</row><row>${text('x')}</row>`;
  const bytes = await workbook(['', other, `${HEAD}<row r="2">${text(id('a'))}</row>`]);
  expect(valueOf(await read(bytes)).rows).toHaveLength(1);
  expect(failureIn(await read(await workbook([other])))).toEqual({ code: 'import.no-table' });
  expect(failureIn(await read(await workbook(['', HEAD])))).toEqual({ code: 'import.empty' });
  expect(failureIn(await read(await workbook([])))).toEqual({ code: 'import.empty' });
});

test('skips hidden sheets, and names the sheet it reads and the others with fields of a profile', async () => {
  const sheet = (digit: string): string => `${HEAD}<row r="2">${text(id(digit))}</row>`;
  const states = ['', 'hidden', 'veryHidden', 'visible', '', '', '', ''];
  const bytes = await workbook(
    [
      `<row>${text('Name')}</row>`,
      ...['a', 'b', 'c', 'd'].map(sheet),
      HEAD,
      '<row r="x"/>',
      sheet('e'),
    ],
    {
      'xl/workbook.xml': `<workbook><sheets>${states.map((state, at) => `<sheet name="S${at}"${state && ` state="${state}"`} r:id="r${at}"/>`).join('')}</sheets></workbook>`,
    },
  );
  const { rows: usable, sheets } = valueOf(await read(bytes));
  expect(usable.map(({ cells }) => cells[0])).toEqual([id('c')]);
  expect(sheets).toEqual({ read: 'S3', others: ['S4', 'S5', 'S7'] });
});

test.each([
  ['a document type', `<!DOCTYPE x [<!ENTITY e "boom">]><worksheet/>`],
  [
    'an external entity',
    `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>`,
  ],
  ['an unknown entity', `<worksheet>&nbsp;</worksheet>`],
  ['an element that does not end', '<worksheet><sheetData><row>'],
  ['no XML', 'PK'],
  ['another encoding', Buffer.from('<worksheet>\xff</worksheet>', 'latin1')],
  ['two rows of one number', '<w><row r="2"/><row r="2"/></w>'],
  ['a row without a number in its number', '<w><row r="x"/></w>'],
  ['an index of a text that is missing', '<w><row><c t="s"><v>7</v></c></row></w>'],
])('refuses a sheet with %s', async (_name, xml) => {
  const bytes = await workbook(['x'], { 'xl/worksheets/s0.xml': xml as string });
  expect(failureIn(await read(bytes))).toEqual({ code: 'import.damaged' });
});

test('reads nothing outside of the archive', async () => {
  const bytes = await workbook(['x'], {
    'xl/_rels/workbook.xml.rels': rels(['worksheet', 'file:///etc/passwd', 'External']),
  });
  expect(failureIn(await read(bytes))).toEqual({ code: 'import.empty' });
  const above = await workbook(['x'], {
    'xl/_rels/workbook.xml.rels': rels(['worksheet', '../../../../etc/passwd']),
  });
  expect(failureIn(await read(above))).toEqual({ code: 'import.damaged' });
});

test.each([
  [
    'another document',
    {
      '_rels/.rels': rels(['officeDocument', 'word/document.xml']),
      'word/document.xml': '<document/>',
    },
  ],
  ['an archive of anything', { 'readme.txt': 'x' }],
])('takes %s for no workbook', async (_name, files) => {
  expect(failureIn(await read(await archive(files)))).toEqual({ code: 'import.unknown-format' });
});

test('refuses parts that are larger than the archive says', async () => {
  const bytes = Buffer.from(await workbook([`${HEAD}${' '.repeat(100_000)}`]));
  const name = Buffer.from('xl/worksheets/s0.xml');
  // In the central directory, the size is 22 bytes before the name.
  bytes.writeUInt32LE(1_000, bytes.lastIndexOf(name) - 22);
  expect(failureIn(await read(bytes))).toEqual({ code: 'import.damaged' });
});

test('never throws, whatever byte is changed', async () => {
  const bytes = await workbook([`${HEAD}<row>${text(id('a'))}</row>`], {
    'xl/sharedStrings.xml': '<sst/>',
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
      const broken = Uint8Array.from(bytes);
      broken[at] = byte;
      await read(broken);
    }),
    { numRuns: 300 },
  );
});

test('reads every row of a large sheet once, in order, while the parser prepares its next answer', async () => {
  const ids = Array.from({ length: 5_000 }, (_, at) => at.toString(16).padStart(32, '0'));
  const rows = ids.map((one) => `<row>${text(one)}${text(`+49 ${one}`)}</row>`);
  const found = valueOf(await read(await workbook([HEAD + rows.join('')])));
  expect(found.rows.map(({ cells }) => cells[0])).toEqual(ids);
});

test('stops after too many rows', async () => {
  const many = `<row>${text('x')}</row>`.repeat(MAX_IMPORT_ROWS);
  expect(failureIn(await read(await workbook([HEAD + many])))).toEqual({
    code: 'import.too-many-rows',
  });
});

/** A row of shared texts, by their index. */
const sharedRow = (...indexes: number[]): string =>
  `<row>${indexes.map((at) => `<c t="s"><v>${at}</v></c>`).join('')}</row>`;

/** The part with these shared texts. */
const sharedTexts = (...texts: string[]): Record<string, string> => ({
  'xl/sharedStrings.xml': `<sst>${texts.map((one) => `<si><t>${one}</t></si>`).join('')}</sst>`,
});

test('refuses a small workbook whose rows repeat a long text', async () => {
  const json = `'json:"${'a'.repeat(99_000)}"`;
  const sheet = `${HEAD}${sharedRow(0, 1).repeat(MAX_IMPORT_LENGTH / 99_000 + 1)}`;
  const bytes = await workbook([sheet], sharedTexts(id('a'), json));
  expect(bytes.length).toBeLessThan(100_000);
  expect(failureIn(await read(bytes))).toEqual({ code: 'file.too-large' });
});

test('takes a formula without a stored result for no text', async () => {
  const formula = (more: string, result: string): string =>
    `<c${more}><f>CONCAT("+49 ",C2)</f>${result}</c>`;
  const bytes = await workbook([
    HEAD +
      `<row r="2">${text(id('a'))}${formula('', '')}</row>` +
      `<row r="3">${text(id('b'))}${formula('', '<v/>')}</row>` +
      `<row r="4">${text(id('c'))}${formula(' t="str"', '')}</row>` +
      `<row r="5">${formula('', '')}</row>` +
      `<row r="6">${text(id('d'))}${formula(' t="str"', '<v></v>')}</row>` +
      `<row r="7">${text(id('e'))}<c s="1"/>${formula('', '')}</row>`,
  ]);
  expect(await oddIn(bytes)).toEqual([
    ...[2, 3, 4].map((number) => [number, 'business_phone not-text']),
    [5, 'id not-text'],
    [6],
    // In a column that is not imported.
    [7, '2 not-text'],
  ]);
});

test('a failure while the rows are made ends the file with it', async () => {
  async function* broken(): AsyncGenerator<string[][]> {
    yield* asynchronous([[['id', 'name']]]);
    throw new Error('no more rows');
  }
  await expect(bytesOf(xlsxPieces(broken(), 'Organizations'))).rejects.toThrow('no more rows');
});
