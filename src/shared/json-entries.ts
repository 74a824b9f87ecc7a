/**
 * Reads the entries of a JSON object given as a string, each with its position, and edits the string by
 * replacing only the characters of one entry. Every other character stays as it is (whitespace, escapes,
 * numbers that JavaScript cannot represent, duplicate names), because other tools read and write the same text.
 *
 * `JSON.parse` decides whether a text is JSON. The positions then come from a walk over its tokens. An entry is
 * found by its position, not by its name, because a name may occur more than once. Entries are therefore valid
 * only for the exact text they were read from: after an edit, read them again.
 */
import * as v from 'valibot';
import { MAX_NAME_LENGTH } from './limits';
import { fieldTextSchema, restoreLineEnds } from './profile';

/** The fields that other software may use as JSON objects. */
export const JSON_FIELDS = ['business_address', 'external_metadata'] as const;

/** Schema of an entry to set in the JSON texts of a field. */
export const setJsonEntrySchema = v.object({
  field: v.picklist(JSON_FIELDS),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_NAME_LENGTH)),
  value: fieldTextSchema,
  alsoOverDrafts: v.boolean(),
});

/** An entry to set in the JSON texts of a field. */
export type SetJsonEntry = v.InferOutput<typeof setJsonEntrySchema>;

/** A part of a text, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** The type of an entry's value; `nested` is an object or an array. */
export type JsonValueKind = 'text' | 'number' | 'yes-no' | 'null' | 'nested';

/** One entry of the outermost object. Valid only for the exact text it was read from. */
export interface JsonEntry {
  /** The name, with escapes decoded. */
  name: string;
  kind: JsonValueKind;
  /** The value. A JSON string is decoded; everything else is the source text. */
  value: string;
  /** Position of the name, including its quotes. */
  nameSpan: Span;
  /** Position of the value, including the quotes of a JSON string. */
  valueSpan: Span;
}

/**
 * The entries in the order of the text. `broken`: the text starts like an object but is not valid JSON. `other`:
 * the text does not start like an object.
 */
export type ReadResult = readonly JsonEntry[] | 'broken' | 'other';

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** One code unit of a JSON string, as written between the quotes. */
const UNIT = /\\u[\da-fA-F]{4}|\\.|[^\\]/g;

/** Reads the entries of a JSON object. */
export function readJsonEntries(text: string): ReadResult {
  if (!/^\s*\{/.test(text)) return 'other';
  try {
    JSON.parse(text);
  } catch {
    return 'broken';
  }
  return [...walk(text)];
}

/** Whether a text is a JSON number, of any size. */
export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

function* walk(text: string): Generator<JsonEntry> {
  let depth = 0;
  let nameSpan: Span | null = null;
  let start = -1;
  let end = -1;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']';
    const after = index + token.length;
    if (depth === 1 && (token === ',' || token === '}')) {
      if (nameSpan) yield entryAt(text, nameSpan, { start, end });
      nameSpan = null;
      start = -1;
    } else if (depth === 1 && nameSpan === null) {
      nameSpan = { start: index, end: after };
    } else if (depth > 1 || (depth === 1 && token !== ':')) {
      if (start < 0) start = index;
      end = after;
    }
    if (closes) depth -= 1;
    else if (token === '{' || token === '[') depth += 1;
  }
}

function entryAt(text: string, nameSpan: Span, valueSpan: Span): JsonEntry {
  const source = sourceOf(text, valueSpan);
  const kind = kindOf(source);
  const value = kind === 'text' ? decoded(source) : source;
  return { name: decoded(sourceOf(text, nameSpan)), kind, value, nameSpan, valueSpan };
}

function kindOf(source: string): JsonValueKind {
  switch (source[0]) {
    case '"':
      return 'text';
    case '{':
    case '[':
      return 'nested';
    case 't':
    case 'f':
      return 'yes-no';
    case 'n':
      return 'null';
    default:
      return 'number';
  }
}

const decoded = (source: string): string => String(JSON.parse(source));

/** The characters of a span. */
export function sourceOf(text: string, { start, end }: Span): string {
  return text.slice(start, end);
}

function replaced(text: string, { start, end }: Span, source: string): string {
  return text.slice(0, start) + source + text.slice(end);
}

/** The text with the value of one entry replaced by `source`, which must be JSON. */
export function withSource(text: string, entry: JsonEntry, source: string): string {
  return replaced(text, entry.valueSpan, source);
}

/** The text with a new value in one entry of kind `text`. */
export function withValue(text: string, entry: JsonEntry, value: string): string {
  return withSource(text, entry, requote(sourceOf(text, entry.valueSpan), value));
}

/** The text with one entry renamed. The caller must check that the name is not in use. */
export function renamed(text: string, entry: JsonEntry, name: string): string {
  return replaced(text, entry.nameSpan, requote(sourceOf(text, entry.nameSpan), name));
}

/** The text without the entry at `index`, and without one of the commas beside it. */
export function without(text: string, entries: readonly JsonEntry[], index: number): string {
  const entry = entries[index];
  if (!entry) return text;
  const before = entries[index - 1];
  const after = entries[index + 1];
  if (before) return replaced(text, { start: before.valueSpan.end, end: entry.valueSpan.end }, '');
  const end = after ? after.nameSpan.start : entry.valueSpan.end;
  return replaced(text, { start: entry.nameSpan.start, end }, '');
}

/** The text with a new entry at the end, whose value is a JSON string. Its spacing matches the last entry. */
export function withNewEntry(
  text: string,
  entries: readonly JsonEntry[],
  name: string,
  value = '',
): string {
  const last = entries.at(-1);
  const quotedName = JSON.stringify(name);
  const quotedValue = JSON.stringify(value);
  if (!last) {
    const inside = text.indexOf('{') + 1;
    return replaced(text, { start: inside, end: inside }, `${quotedName}: ${quotedValue}`);
  }
  const colon = text.slice(last.nameSpan.end, last.valueSpan.start);
  const end = last.valueSpan.end;
  const separator = separatorFor(text, entries);
  return replaced(text, { start: end, end }, `${separator}${quotedName}${colon}${quotedValue}`);
}

/**
 * The text with the value of the entry of this name set, or with a new entry. All other characters stay, and so do the line
 * ends of the value. A number, `true` or `false` stays one if `value` is one, too; else the value becomes a JSON string. Of
 * several entries with the name, the last one counts, as for programs that read them. `no-json`: the text is not a JSON
 * object. `nested`: the value of the entry is an object or an array.
 */
export function withJsonEntrySet(
  text: string,
  name: string,
  value: string,
): { text: string } | 'no-json' | 'nested' {
  const entries = readJsonEntries(text);
  if (typeof entries === 'string') return 'no-json';
  const entry = entries.findLast((one) => one.name === name);
  if (!entry) return { text: withNewEntry(text, entries, name, value) };
  if (entry.kind === 'nested') return 'nested';
  if (entry.kind === 'text')
    return { text: withValue(text, entry, restoreLineEnds(entry.value, value)) };
  if (entry.value === value) return { text };
  const isOfKind =
    (entry.kind === 'number' && isNumber(value)) ||
    (entry.kind === 'yes-no' && (value === 'true' || value === 'false'));
  return { text: withSource(text, entry, isOfKind ? value : JSON.stringify(value)) };
}

/**
 * The comma and whitespace to put before a new entry: those between the last two entries. If there is only one
 * entry, a comma and the whitespace before that entry.
 */
function separatorFor(text: string, entries: readonly JsonEntry[]): string {
  const [last, before] = [entries.at(-1), entries.at(-2)];
  if (!last) return '';
  if (before) return text.slice(before.valueSpan.end, last.nameSpan.start);
  const space = text.slice(text.indexOf('{') + 1, last.nameSpan.start);
  const hasSpaceAfterColon = text.slice(last.nameSpan.end, last.valueSpan.start) !== ':';
  return `,${space === '' && hasSpaceAfterColon ? ' ' : space}`;
}

/**
 * A JSON string (`source`, with its quotes) changed to a new value. Characters at the start and end that stay
 * the same keep the escapes they are written with.
 */
function requote(source: string, value: string): string {
  const oldValue = decoded(source);
  const units = source.slice(1, -1).match(UNIT) ?? [];
  const maxCommon = Math.min(oldValue.length, value.length);
  let head = 0;
  while (head < maxCommon && oldValue[head] === value[head]) head += 1;
  // Never split a surrogate pair: a lone surrogate cannot be encoded as UTF-8 when the text is sent.
  if (head > 0 && /[\ud800-\udbff]/.test(oldValue.charAt(head - 1))) head -= 1;
  let tail = 0;
  while (tail < maxCommon - head && oldValue.at(-1 - tail) === value.at(-1 - tail)) tail += 1;
  if (tail > 0 && /[\udc00-\udfff]/.test(oldValue.charAt(oldValue.length - tail))) tail -= 1;
  const middle = JSON.stringify(value.slice(head, value.length - tail)).slice(1, -1);
  return `"${units.slice(0, head).join('')}${middle}${units.slice(units.length - tail).join('')}"`;
}
