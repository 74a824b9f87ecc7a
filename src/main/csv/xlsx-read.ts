/**
 * Reads the sheets of an XLSX workbook (ECMA-376, "SpreadsheetML"): the texts of the cells, in slices. A formula
 * counts as its last result. Nothing else of the workbook is read: no links, no macros, no pictures.
 */
import { posix } from 'node:path';
import { MAX_SHEETS, MAX_SHOWN_CELL } from '../../shared/limits';
import type { NonText, RawRow } from './csv-rows';
import { openArchive, type Archive } from './xlsx-archive';
import { parseFully, parseXml, type XmlHandlers } from './xlsx-xml';

/** A sheet of a workbook. */
export interface Sheet {
  /** Its name, shortened. */
  name: string;
  /** Its rows, in slices. Reading throws if the workbook is damaged. */
  rows: () => AsyncGenerator<RawRow[]>;
}

/** An open workbook. */
export interface Workbook {
  /** The sheets that are not hidden, in order. */
  sheets: Sheet[];
}

interface Relationship {
  type: string;
  target: string;
}

/** The relationships of a part, by id. */
async function relationshipsOf(archive: Archive, part: string): Promise<Map<string, Relationship>> {
  const folder = posix.dirname(part);
  const path = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  const relationships = new Map<string, Relationship>();
  if (!archive.has(path)) return relationships;
  const open: XmlHandlers['open'] = (name, { Id, Type = '', Target = '', TargetMode }) => {
    // Targets outside the archive are never read.
    if (name !== 'Relationship' || Id === undefined || TargetMode === 'External') return;
    const target = posix.join('/', Target.startsWith('/') ? '' : folder, Target).slice(1);
    relationships.set(Id, { type: Type.slice(Type.lastIndexOf('/') + 1), target });
  };
  await parseFully(await archive.open(path), { open });
  return relationships;
}

/** Excel escapes a character that XML cannot contain with four hex digits, as in `_x000D_`. */
function decodeEscapes(text: string): string {
  if (!text.includes('_')) return text;
  return text.replace(/_x([\da-f]{4})_/gi, (_, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  );
}

/** The shared texts of a workbook, without the phonetic guides of Japanese texts (`rPh`). */
async function sharedStrings(archive: Archive, path: string): Promise<string[]> {
  const strings: string[] = [];
  let text = '';
  let isText = false;
  let isPhonetic = false;
  const handlers: XmlHandlers = {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh') isPhonetic = true;
      else if (name === 't') isText = !isPhonetic;
    },
    text(part) {
      if (isText) text += part;
    },
    close(name) {
      if (name === 't') isText = false;
      else if (name === 'rPh') isPhonetic = false;
      else if (name === 'si') strings.push(decodeEscapes(text));
    },
  };
  await parseFully(await archive.open(path), handlers);
  return strings;
}

const DIGIT = /\d/;

/** The index of the column in a reference such as `BC12`, from 0; null if there is none. */
function columnIn(reference: string): number | null {
  let column = 0;
  for (let at = 0; at < reference.length; at += 1) {
    const letter = reference.charCodeAt(at) - 64;
    if (letter >= 1 && letter <= 26 && at < 3) column = column * 26 + letter;
    else return at > 0 && DIGIT.test(reference.charAt(at)) ? column - 1 : null;
  }
  return null;
}

/** The number formats that show a number as its digits: the default one, and text. */
const PLAIN_FORMATS: readonly string[] = ['0', '49'];
/** The codes of these two. Programs such as LibreOffice write them with an id of their own. */
const PLAIN_CODES: readonly string[] = ['general', '@'];

/** Whether each cell format of a workbook has such a number format. */
async function plainFormats(archive: Archive, path: string): Promise<boolean[]> {
  const plain = new Set(PLAIN_FORMATS);
  const ids: string[] = [];
  let isCellFormat = false;
  await parseFully(await archive.open(path), {
    open(name, { numFmtId = '0', formatCode = '' }) {
      if (name === 'cellXfs') isCellFormat = true;
      else if (name === 'xf' && isCellFormat) ids.push(numFmtId);
      else if (name === 'numFmt' && PLAIN_CODES.includes(formatCode.toLowerCase()))
        plain.add(numFmtId);
    },
    close(name) {
      if (name === 'cellXfs') isCellFormat = false;
    },
  });
  return ids.map((id) => plain.has(id));
}

/** What the cells of a workbook refer to. */
interface Shared {
  strings: readonly string[];
  /** By cell format. */
  isPlain: readonly boolean[];
}

/** Collects the rows of a sheet while its XML is parsed. */
class SheetReader {
  /** The rows that are complete and not taken yet. */
  rows: RawRow[] = [];
  readonly #shared: Shared;
  #number = 0;
  #cells: string[] = [];
  #nonText: NonText[] = [];
  #column = -1;
  #type = '';
  #format = 0;
  #value = '';
  #isValue = false;
  /** Whether the cell has a formula, and whether it has a `v`, its stored result. */
  #isFormula = false;
  #hasResult = false;
  #isPhonetic = false;
  /** How many cells the first row has. A missing cell of another row is an empty one. */
  #width = 0;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  readonly handlers: XmlHandlers = {
    open: (name, attributes) => this.#open(name, attributes),
    text: (text) => this.#text(text),
    close: (name) => this.#close(name),
  };

  #open(name: string, { r, s, t }: Readonly<Record<string, string>>): void {
    if (name === 'row') {
      const number = r === undefined ? this.#number + 1 : Number(r);
      // The numbers of rows identify them in the result.
      if (!Number.isSafeInteger(number) || number <= this.#number)
        throw new Error('no number of a row');
      this.#number = number;
      this.#cells = [];
      this.#nonText = [];
      this.#column = -1;
    } else if (name === 'c') {
      this.#column = columnIn(r ?? '') ?? this.#column + 1;
      this.#type = t ?? 'n';
      this.#format = Number(s ?? 0);
      this.#value = '';
      this.#isFormula = false;
      this.#hasResult = false;
    } else if (name === 'f') this.#isFormula = true;
    else if (name === 'rPh') this.#isPhonetic = true;
    else if (name === 'v' || name === 't') {
      this.#isValue = !this.#isPhonetic;
      if (name === 'v') this.#hasResult = true;
    }
  }

  #text(text: string): void {
    if (this.#isValue) this.#value += text;
  }

  #close(name: string): void {
    if (name === 'v' || name === 't') this.#isValue = false;
    else if (name === 'rPh') this.#isPhonetic = false;
    else if (name === 'c') this.#endCell();
    else if (name === 'row') this.#endRow();
  }

  #endCell(): void {
    if (this.#value === '') {
      // A program that does not calculate stores no result. The empty text is a result, and stored as a string.
      const isCalculated = this.#type === 'str' && this.#hasResult;
      if (this.#isFormula && !isCalculated)
        this.#nonText.push({ column: this.#column, kind: 'not-text' });
      return;
    }
    const type = this.#type;
    const isShared = type === 's';
    const text = isShared ? this.#shared.strings[Number(this.#value)] : this.#value;
    if (text === undefined) throw new Error('no such text');
    this.#fillUpTo(this.#column);
    this.#cells[this.#column] = isShared ? text : decodeEscapes(text);
    if (isShared || type === 'inlineStr' || type === 'str') return;
    const isWhole = type === 'n' && /^-?\d{1,15}$/.test(text);
    const isPlain = this.#shared.isPlain[this.#format] ?? this.#format === 0;
    const kind = isWhole && isPlain ? 'number' : 'not-text';
    this.#nonText.push({ column: this.#column, kind });
  }

  #endRow(): void {
    if (this.#cells.length === 0 && this.#nonText.length === 0) return;
    this.#width ||= this.#cells.length;
    this.#fillUpTo(this.#width);
    this.rows.push({ number: this.#number, cells: this.#cells, nonText: this.#nonText });
  }

  /** Makes the missing cells before a column empty ones. An array without holes is several times as fast. */
  #fillUpTo(column: number): void {
    while (this.#cells.length < column) this.#cells.push('');
  }
}

async function* rowsOfSheet(
  archive: Archive,
  path: string,
  shared: Shared,
): AsyncGenerator<RawRow[]> {
  const reader = new SheetReader(shared);
  for await (const _chunk of parseXml(await archive.open(path), reader.handlers))
    yield reader.rows.splice(0);
}

/** Opens a workbook; null if the archive is another kind of document. Throws if the archive is damaged. */
export async function openWorkbook(bytes: Uint8Array): Promise<Workbook | null> {
  const archive = await openArchive(bytes);
  const roots = await relationshipsOf(archive, '');
  const main = [...roots.values()].find(({ type }) => type === 'officeDocument');
  const named: { id: string; name: string }[] = [];
  let isWorkbook = false;
  if (!main || !archive.has(main.target)) return null;
  const open: XmlHandlers['open'] = (name, attributes) => {
    if (name === 'workbook') isWorkbook = true;
    // A sheet is hidden or "very hidden". Its content is nothing that the person sees in the spreadsheet program.
    if (name !== 'sheet' || (attributes['state'] ?? 'visible') !== 'visible') return;
    const id = Object.entries(attributes).find(([key]) => /(?:^|:)id$/.test(key))?.[1];
    if (id !== undefined && named.length < MAX_SHEETS)
      named.push({ id, name: (attributes['name'] ?? '').slice(0, MAX_SHOWN_CELL) });
  };
  await parseFully(await archive.open(main.target), { open });
  if (!isWorkbook) return null;
  const relationships = await relationshipsOf(archive, main.target);
  const texts = [...relationships.values()].find(({ type }) => type === 'sharedStrings');
  const strings =
    texts && archive.has(texts.target) ? await sharedStrings(archive, texts.target) : [];
  const styles = [...relationships.values()].find(({ type }) => type === 'styles');
  const isPlain =
    styles && archive.has(styles.target) ? await plainFormats(archive, styles.target) : [];
  const sheets = named.flatMap(({ id, name }): Sheet[] => {
    const relationship = relationships.get(id);
    if (relationship?.type !== 'worksheet') return [];
    const { target } = relationship;
    return [{ name, rows: () => rowsOfSheet(archive, target, { strings, isPlain }) }];
  });
  return { sheets };
}
