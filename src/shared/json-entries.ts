/**
 * The entries of a text that is a JSON object, each with its position, and edits that replace only the
 * characters of one entry. Every other character stays as it is, for other tools that read and write the
 * text: spaces, line ends, escapes, numbers that JavaScript cannot represent, and duplicate names.
 *
 * `JSON.parse` decides whether a text is JSON; the positions then come from a walk over its tokens. Edits
 * go by position, not by name, because a name may occur more than once.
 */

/** A part of a text, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** The type of an entry's value; `nested` is an object or an array. */
export type EntryKind = 'text' | 'number' | 'yes-no' | 'null' | 'nested';

/** One entry of the object, not of objects inside it. */
export interface Entry {
  /** Its name, decoded. */
  name: string;
  kind: EntryKind;
  /** Its value: a text decoded, anything else as it is written. */
  value: string;
  /** Position of its name, including the quotes. */
  nameSpan: Span;
  /** Position of its value, including the quotes of a text. */
  valueSpan: Span;
}

/** The entries in the order of the text; `broken`: it starts like an object; `other`: it does not. */
export type Reading = readonly Entry[] | 'broken' | 'other';

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** One code unit of a JSON string, as written between the quotes. */
const UNIT = /\\u[\da-fA-F]{4}|\\.|[^\\]/g;

/** Reads the entries of a text. */
export function readEntries(text: string): Reading {
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

function* walk(text: string): Generator<Entry> {
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

function entryAt(text: string, nameSpan: Span, valueSpan: Span): Entry {
  const source = sourceOf(text, valueSpan);
  const kind = kindOf(source);
  const value = kind === 'text' ? decoded(source) : source;
  return { name: decoded(sourceOf(text, nameSpan)), kind, value, nameSpan, valueSpan };
}

function kindOf(source: string): EntryKind {
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

/** The text with the value of one entry replaced by `source`, which is JSON. */
export function withSource(text: string, entry: Entry, source: string): string {
  return replaced(text, entry.valueSpan, source);
}

/** The text with a new value in one entry whose value is a text. */
export function withValue(text: string, entry: Entry, value: string): string {
  return withSource(text, entry, rewritten(sourceOf(text, entry.valueSpan), value));
}

/** The text with one entry renamed. The caller checks that the name is free. */
export function renamed(text: string, entry: Entry, name: string): string {
  return replaced(text, entry.nameSpan, rewritten(sourceOf(text, entry.nameSpan), name));
}

/** The text without one entry and one of the commas beside it. */
export function without(text: string, entries: readonly Entry[], index: number): string {
  const entry = entries[index];
  if (!entry) return text;
  const before = entries[index - 1];
  const after = entries[index + 1];
  if (before) return replaced(text, { start: before.valueSpan.end, end: entry.valueSpan.end }, '');
  const end = after ? after.nameSpan.start : entry.valueSpan.end;
  return replaced(text, { start: entry.nameSpan.start, end }, '');
}

/** The text with a new entry at the end: an empty text, spaced like the last entry. */
export function withNew(text: string, entries: readonly Entry[], name: string): string {
  const last = entries.at(-1);
  const written = JSON.stringify(name);
  if (!last) {
    const inside = text.indexOf('{') + 1;
    return replaced(text, { start: inside, end: inside }, `${written}: ""`);
  }
  const colon = text.slice(last.nameSpan.end, last.valueSpan.start);
  const at = last.valueSpan.end;
  return replaced(text, { start: at, end: at }, `${comma(text, entries)}${written}${colon}""`);
}

/** The separator between the last two entries; with only one entry, a matching one. */
function comma(text: string, entries: readonly Entry[]): string {
  const [last, before] = [entries.at(-1), entries.at(-2)];
  if (!last) return '';
  if (before) return text.slice(before.valueSpan.end, last.nameSpan.start);
  const space = text.slice(text.indexOf('{') + 1, last.nameSpan.start);
  const spaced = text.slice(last.nameSpan.end, last.valueSpan.start) !== ':';
  return `,${space === '' && spaced ? ' ' : space}`;
}

/** A quoted text with a new value. The common start and end keep their escapes. */
function rewritten(source: string, value: string): string {
  const was = decoded(source);
  const units = source.slice(1, -1).match(UNIT) ?? [];
  const most = Math.min(was.length, value.length);
  let head = 0;
  while (head < most && was[head] === value[head]) head += 1;
  // Never split a surrogate pair: half a character cannot be sent.
  if (head > 0 && /[\ud800-\udbff]/.test(was.charAt(head - 1))) head -= 1;
  let tail = 0;
  while (tail < most - head && was.at(-1 - tail) === value.at(-1 - tail)) tail += 1;
  if (tail > 0 && /[\udc00-\udfff]/.test(was.charAt(was.length - tail))) tail -= 1;
  const middle = JSON.stringify(value.slice(head, value.length - tail)).slice(1, -1);
  return `"${units.slice(0, head).join('')}${middle}${units.slice(units.length - tail).join('')}"`;
}
