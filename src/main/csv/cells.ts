/**
 * Converts a text to a CSV cell and back without loss. Spreadsheet programs execute a cell that starts like a
 * formula, and rewrite a cell that looks like a value (0301234 loses its zero, 1/2 becomes a date). Such a text
 * gets a leading apostrophe, even if it already starts with apostrophes, so removing one always restores the text.
 * So does a formula inside a text after a separator or line end, because a program that expects another separator
 * than ours splits the text there. A text with characters that UTF-8 cannot encode or that programs drop is written
 * as JSON.
 */
import { MAX_FIELD_LENGTH } from '../../shared/limits';
import { normalizeLineEnds } from '../../shared/profile';

/** The start of a text that a spreadsheet program treats as a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** Where a formula begins inside a text for a program that splits it there. Programs differ in dropping quotes. */
const INNER_FORMULA = /(?<=[,;\t|\r\n])(?='*"*[=+\-@＝＋－＠])/g;
/** The same where an apostrophe is in front. */
const GUARDED_INNER_FORMULA = /(?<=[,;\t|\r\n])'(?='*"*[=+\-@＝＋－＠])/g;
const DIGIT = /\p{Nd}/u;
/** A text with a digit that is or resembles a number, date, time, percentage or amount. */
const NUMBER = /^[\P{L}eE]*(?:[aApP][mM]?)?$/u;
/** A text with a digit that English or German programs read as a date. */
const DATE =
  /^\P{L}*(?:jan|january|januar|feb|february|februar|mar|mär|märz|mrz|march|apr|april|may|mai|june?|juni|july?|juli|aug|august|sept?|september|o[ck]t|o[ck]tober|nov|november|de[cz]|de[cz]ember)\P{L}*$/iu;
const YES_NO = /^\s*(?:true|false|wahr|falsch)\s*$/i;
const AS_JSON = "'json:";

/** What a program shows, copies and writes to a CSV file instead of a number that is too long for its column. */
const SHORTENED = /^\s*(?:-?\d(?:[.,]\d+)?[eE][+-]\d+|#+)\s*$/;

/** The longest text of a cell of an XLSX workbook, in UTF-16 code units. Excel calls a file with a longer one damaged. */
export const MAX_XLSX_CELL_LENGTH = 32_767;

/** The longest cell that `toCell` makes of a text that can be sent: JSON with six characters for each. */
export const MAX_CELL_LENGTH = AS_JSON.length + 2 + 6 * MAX_FIELD_LENGTH;

/** A control character except tab and line ends. Some programs drop it, others cut the text there. */
export const CONTROL_CHARACTER = /[^\P{Cc}\t\n\r]/u;

/** Whether UTF-8 and programs keep every character. A lone surrogate would become a replacement character. */
function isStorable(text: string): boolean {
  return !CONTROL_CHARACTER.test(text) && text.isWellFormed();
}

function looksLikeValue(text: string): boolean {
  if (!DIGIT.test(text)) return YES_NO.test(text);
  return NUMBER.test(text) || DATE.test(text);
}

function needsApostrophe(text: string): boolean {
  const rest = text.replace(/^'+/, '');
  return FORMULA.test(rest) || looksLikeValue(rest) || isShortened(rest);
}

/** Whether a spreadsheet program put the cell of a CSV file in the place of a longer number. */
export const isShortened = (cell: string): boolean => SHORTENED.test(cell);

/** Converts a text to a cell. */
export function toCell(text: string): string {
  if (!isStorable(text) || text.startsWith(AS_JSON)) return AS_JSON + asciiJson(text);
  const guarded = text.replace(INNER_FORMULA, "'");
  return needsApostrophe(text) ? `'${guarded}` : guarded;
}

/**
 * Converts a text to a cell that is text already (XLSX). It needs no apostrophe, except where reading would remove one
 * that belongs to the text. Line ends become LF, because XML has no others.
 */
export function toTextCell(text: string): string {
  const hasNoncharacter = /[\ufffe\uffff]/.test(text);
  if (!isStorable(text) || hasNoncharacter || text.startsWith(AS_JSON))
    return AS_JSON + asciiJson(text);
  const lines = normalizeLineEnds(text);
  const guarded = lines.replace(GUARDED_INNER_FORMULA, "''");
  return lines.startsWith("'") && needsApostrophe(lines) ? `'${guarded}` : guarded;
}

/** Converts a cell to its text. A cell that `toCell` did not make is its own text. */
export function fromCell(cell: string): string {
  // Without any apostrophe there is none to remove, and a file has a million cells.
  if (!cell.includes("'")) return cell;
  if (cell.startsWith(AS_JSON)) return fromJson(cell.slice(AS_JSON.length)) ?? cell;
  const text = cell.replace(GUARDED_INNER_FORMULA, '');
  return cell.startsWith("'") && needsApostrophe(cell) ? text.slice(1) : text;
}

/** JSON with every non-ASCII character and separator escaped, so that no file or program can change or split it. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]|[,;|]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function fromJson(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
