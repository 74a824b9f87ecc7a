/**
 * One text as one cell of a CSV file, and back, exactly. Spreadsheet programs run a cell that begins
 * like a formula and rewrite one that looks like a number (0301234 loses its zero), so such a cell gets
 * a leading apostrophe. A text that begins with apostrophes before such a beginning gets one more, so
 * that taking one away always gives back what was there. What UTF-8 cannot hold is written as JSON.
 */

/** A beginning that a spreadsheet program takes for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** A whole text that a spreadsheet program takes for a number. */
const NUMBER = /^\d[\d.,eE ]*$/;
const AS_JSON = "'json:";

/** NUL ends a text in many programs, a lone surrogate becomes a question mark in UTF-8. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function needsApostrophe(text: string): boolean {
  const rest = text.replace(/^'+/, '');
  return FORMULA.test(rest) || NUMBER.test(rest);
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
