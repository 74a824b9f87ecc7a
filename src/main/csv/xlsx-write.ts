/**
 * Writes a table as an XLSX workbook (ECMA-376, "SpreadsheetML") with one sheet. Every cell is text, so that no
 * spreadsheet program reads it as a formula, a number or a date, and the columns are formatted as text, so that what
 * is typed into them stays as it was typed.
 */
import { Readable, type PassThrough } from 'node:stream';
import { ZipFile } from 'yazl';
import { MAX_XLSX_CELL_LENGTH, toTextCell } from './cells';

/** The most rows of a sheet, the headings included. Excel reports a workbook with more as damaged. */
export const MAX_SHEET_ROWS = 1_048_576;

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const CONTENT_TYPES = `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`;
const ROOT_RELATIONS = `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;
const WORKBOOK_RELATIONS = `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`;
/** Number format 49 is text. The cell formats are: 0 the default, 1 text with line breaks, 2 a heading. */
const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Spreadsheet programs read `_x000D_` as an escape, so the first underscore of such a text is itself escaped. */
const escapeText = (text: string): string =>
  escapeXml(text.replace(/_(?=x[\da-f]{4}_)/gi, '_x005F_'));

const workbookXml = (sheet: string): string =>
  `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${escapeXml(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`;

/** The letter of a column, counted from 0. Our tables have fewer than 26 columns. */
const letterOf = (column: number): string => String.fromCharCode(65 + column);

function rowXml(cells: readonly string[], number: number): string {
  const style = number === 1 ? 2 : 1;
  const xml = cells.map((text, column) =>
    text === ''
      ? ''
      : `<c r="${letterOf(column)}${number}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escapeText(toTextCell(text))}</t></is></c>`,
  );
  return `<row r="${number}">${xml.join('')}</row>`;
}

async function* sheetXml(slices: AsyncIterable<string[][]>): AsyncGenerator<string> {
  let number = 0;
  for await (const rows of slices) {
    if (number === 0) {
      const columns = rows[0]?.length ?? 1;
      yield `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="${columns}" width="26" style="1" customWidth="1"/></cols><sheetData>`;
    }
    yield rows.map((cells) => rowXml(cells, (number += 1))).join('');
  }
  yield '</sheetData></worksheet>';
}

/** Whether a cell can hold a text. */
export function fitsXlsxCell(text: string): boolean {
  // Written as JSON, a text can become six times as long.
  return text.length * 6 <= MAX_XLSX_CELL_LENGTH || toTextCell(text).length <= MAX_XLSX_CELL_LENGTH;
}

/**
 * The file of a workbook, in pieces.
 * @param slices the rows, of which the first one has the headings
 * @param sheet the name of the sheet: at most 31 characters, none of `[]:*?/\`
 */
export async function* xlsxPieces(
  slices: AsyncIterable<string[][]>,
  sheet: string,
): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as PassThrough;
  const fail = (error: unknown): void =>
    void output.destroy(error instanceof Error ? error : new Error(String(error)));
  // Otherwise the output would never end.
  zip.on('error', fail);
  async function* sheetOrFailure(): AsyncGenerator<string> {
    try {
      yield* sheetXml(slices);
    } catch (error) {
      fail(error);
    }
  }
  const add = (path: string, xml: string): void => zip.addBuffer(Buffer.from(xml), path);
  add('[Content_Types].xml', CONTENT_TYPES);
  add('_rels/.rels', ROOT_RELATIONS);
  add('xl/workbook.xml', workbookXml(sheet));
  add('xl/_rels/workbook.xml.rels', WORKBOOK_RELATIONS);
  add('xl/styles.xml', STYLES);
  zip.addReadStream(Readable.from(sheetOrFailure()), 'xl/worksheets/sheet1.xml');
  zip.end();
  yield* output as AsyncIterable<Uint8Array>;
}
