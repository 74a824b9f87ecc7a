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

/** The countries, by code or name, that write the postal code after the city. Most write it before. */
const CITY_FIRST =
  /^(USA?|United States.*|CA|Canada|AU|Australia|NZ|New Zealand|IN|India|SG|Singapore)$/i;
const CODE_IN_ITS_OWN_LINE = /^(GB|UK|United Kingdom|IE|Ireland|ZA|South Africa)$/i;

/**
 * The values of an address by the names that Cloudflare's tools give them, with postal code and city as its country writes
 * them, and the country last. Any other object stays as it is.
 */
function asOnLetter(stored: object): object {
  const { zipcode, city, stateOrProvince, country, ...rest } = stored as Record<string, unknown>;
  const [code, town, state, place] = [zipcode, city, stateOrProvince, country].map((value) =>
    linesOf(value)!.join(' '),
  );
  if (!code || !town) return stored;
  // A state in a line of its own would be read as the country, if there is none: DE is Delaware, too.
  const lines = CITY_FIRST.test(place || (state && 'US')!)
    ? [`${town}${state && `, ${state}`} ${code}`]
    : CODE_IN_ITS_OWN_LINE.test(place!)
      ? [town, state, code]
      : [`${code} ${town}`, state];
  return [Object.values(rest), lines, place];
}

/**
 * The lines of an address, as on a letter, at most `max`. Some tools store a JSON object in the field; then the
 * values of the object are the lines, in stored order, but the postal code joins its city. An object nested too deeply is
 * shown as text.
 */
export function addressLines(address: string, max = MAX_LINES): string[] {
  const stored = objectIn(address);
  const lines = stored && linesOf(stored) && linesOf(asOnLetter(stored));
  return (lines ?? nonBlankLines(address)).slice(0, max);
}

/**
 * A text as people read it: an address that is stored as JSON as its lines, unless it has none. Only to be shown, never edited
 * or sent.
 */
export function readableText(field: FieldName, text: string): string {
  const stored = field === 'business_address' ? objectIn(text) : null;
  return (stored && linesOf(stored)?.join('\n')) || text;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/**
 * Whether the lines of two stored values show all that differs between them. They show no names, no kinds of values, no spaces
 * at the ends of lines and nothing of values without lines.
 */
function showAll(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (isObject(one) && isObject(other)) {
    const names = Object.keys(one).filter((name) => Object.hasOwn(other, name));
    const others = Object.keys(other).filter((name) => Object.hasOwn(one, name));
    const isLonger = names.length === Object.keys(other).length;
    const [all, some] = isLonger ? [one, other] : [other, one];
    return (
      names.length === Object.keys(some).length &&
      names.every((name, at) => name === others[at]) &&
      Object.keys(all).every((name) => showAll(all[name], some[name]))
    );
  }
  const isOfOneKind = typeof (one ?? other) === typeof (other ?? one);
  return isOfOneKind && String(linesOf(one)) !== String(linesOf(other));
}

/** Two texts of a field as people read them. They stay as they are if their lines would hide anything that differs. */
export function readableTexts(field: FieldName, one: string, other: string): [string, string] {
  if (field !== 'business_address') return [one, other];
  const lines: [string, string] = [readableText(field, one), readableText(field, other)];
  if (one === other || one === '' || other === '') return lines;
  const areRead = lines[0] !== one && lines[1] !== other && lines[0] !== lines[1];
  return areRead && showAll(objectIn(one), objectIn(other)) ? lines : [one, other];
}
