/** Workbooks as spreadsheet programs write them. */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

const rel = (type: string, target: string): string =>
  `<Relationships><Relationship Id="r0" Type="http://x/${type}" Target="${target}"/></Relationships>`;

/** Writes a workbook with one sheet. A number is stored as one, without a format. */
export async function writeWorkbook(
  path: string,
  rows: readonly (readonly (string | number)[])[],
): Promise<void> {
  const zip = new ZipFile();
  const add = (name: string, xml: string): void => zip.addBuffer(Buffer.from(xml), name);
  const cell = (value: string | number): string =>
    typeof value === 'number'
      ? `<c><v>${value}</v></c>`
      : `<c t="inlineStr"><is><t>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</t></is></c>`;
  const sheet = rows.map((cells) => `<row>${cells.map(cell).join('')}</row>`).join('');
  add('_rels/.rels', rel('officeDocument', 'xl/workbook.xml'));
  add('xl/workbook.xml', '<workbook><sheets><sheet name="Sheet1" r:id="r0"/></sheets></workbook>');
  add('xl/_rels/workbook.xml.rels', rel('worksheet', 'worksheets/s.xml'));
  add('xl/worksheets/s.xml', `<worksheet><sheetData>${sheet}</sheetData></worksheet>`);
  zip.end();
  await finished(zip.outputStream.pipe(createWriteStream(path)));
}
