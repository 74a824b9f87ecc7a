/** The lines of an address as on a letter, whether it is stored as text or as JSON. */
import type { FieldName } from './profile';

/** Maximum lines in the preview; a longer address is cut. */
const MAX_LINES = 8;

/** Maximum depth of an address that is stored as JSON. No one stores a deeper one, and it must not fill the stack. */
const MAX_DEPTH = 20;

/** The lines of a text, trimmed, without those that are blank. */
export function nonBlankLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The lines of a value, or null if it is nested too deeply. */
function linesOf(value: unknown, depth = 0): string[] | null {
  if (typeof value === 'string') return nonBlankLines(value);
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  if (depth > MAX_DEPTH) return null;
  const lines: string[] = [];
  for (const part of Object.values(value)) {
    const more = linesOf(part, depth + 1);
    if (more === null) return null;
    for (const line of more) lines.push(line);
  }
  return lines;
}

/** The JSON object that a text consists of, or null if it is anything else. */
function objectIn(text: string): object | null {
  if (!/^\s*\{/.test(text)) return null;
  try {
    return JSON.parse(text) as object;
  } catch {
    return null;
  }
}

/**
 * The lines of an address, as on a letter, at most `max`. Some tools store a JSON object in the field; then the
 * values of the object are the lines, in stored order. An object nested too deeply is shown as text.
 */
export function addressLines(address: string, max = MAX_LINES): string[] {
  const stored = objectIn(address);
  return ((stored && linesOf(stored)) ?? nonBlankLines(address)).slice(0, max);
}

/**
 * A text as people read it: an address that is stored as JSON as its lines, unless it has none. Only to be shown, never edited
 * or sent.
 */
export function readableText(field: FieldName, text: string): string {
  const stored = field === 'business_address' ? objectIn(text) : null;
  return (stored && linesOf(stored)?.join('\n')) || text;
}

/** Whether the second object has all the names of the first. */
const hasNamesOf = (one: object, other: object): boolean =>
  Object.keys(one).every((name) => Object.hasOwn(other, name));

/**
 * Two texts of a field as people read them. They stay as stored if lines would hide a difference: if the lines are the same, or
 * if the JSON has a name in place of another one, such as `street` for `line1`.
 */
export function readableTexts(field: FieldName, one: string, other: string): [string, string] {
  const lines: [string, string] = [readableText(field, one), readableText(field, other)];
  if (lines[0] === lines[1]) return [one, other];
  const [first, second] = [objectIn(one), objectIn(other)];
  const isRenamed = first && second && !hasNamesOf(first, second) && !hasNamesOf(second, first);
  return isRenamed ? [one, other] : lines;
}
