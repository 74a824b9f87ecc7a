/**
 * One text as one cell of a CSV file, and back, exactly. Spreadsheet programs run a cell that begins
 * like a formula and rewrite one that looks like a value (0301234 loses its zero, 1/2 becomes a day), so
 * such a cell gets a leading apostrophe. A text that begins with apostrophes before such a beginning gets
 * one more, so that taking one away always gives back what was there. What UTF-8 cannot hold, or programs
 * drop, is written as JSON.
 */

/** A beginning that a spreadsheet program takes for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const DIGIT = /\p{Nd}/u;
/** With a digit in it: a number, a date, a time, a share, an amount, or close to one. */
const NUMBER = /^[\P{L}eE]*(?:[aApP][mM]?)?$/u;
/** With a digit in it: a day or month, as English and German programs read them. */
const DATE =
  /^\P{L}*(?:jan|january|januar|feb|february|februar|mar|mär|märz|mrz|march|apr|april|may|mai|june?|juni|july?|juli|aug|august|sept?|september|o[ck]t|o[ck]tober|nov|november|de[cz]|de[cz]ember)\P{L}*$/iu;
const YES_NO = /^\s*(?:true|false|wahr|falsch)\s*$/i;
const AS_JSON = "'json:";

/** Control characters but tab and line ends: they end a text in some programs, others drop them. */
const CONTROL = /[^\P{Cc}\t\n\r]/u;

/** A lone surrogate becomes a question mark in UTF-8. */
function isStorable(text: string): boolean {
  return !CONTROL.test(text) && text.isWellFormed();
}

function looksLikeValue(text: string): boolean {
  if (!DIGIT.test(text)) return YES_NO.test(text);
  return NUMBER.test(text) || DATE.test(text);
}

function needsApostrophe(text: string): boolean {
  const rest = text.replace(/^'+/, '');
  return FORMULA.test(rest) || looksLikeValue(rest);
}

/** The cell that stands for a text. */
export function toCell(text: string): string {
  if (!isStorable(text) || text.startsWith(AS_JSON)) return AS_JSON + asciiJson(text);
  return needsApostrophe(text) ? `'${text}` : text;
}

/** The text a cell stands for; a cell that was not made by `toCell` stands for itself. */
export function fromCell(cell: string): string {
  if (cell.startsWith(AS_JSON)) return fromJson(cell.slice(AS_JSON.length)) ?? cell;
  return cell.startsWith("'") && needsApostrophe(cell) ? cell.slice(1) : cell;
}

/** JSON in which everything a file or program could change is escaped. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, (unit) => {
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
