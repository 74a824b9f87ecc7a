/**
 * Finds and replaces literal text, without patterns. Main counts and replaces with it, and the window marks the cells in
 * view, so both find the same. A line break matches any line end. Everything around a match stays byte for byte.
 */
import * as v from 'valibot';
import { MAX_FIELD_LENGTH } from './limits';
import { FIELD_NAMES, fieldNameSchema, lineEndOf, normalizeLineEnds } from './profile';

/** Maximum length of the text to find and of its replacement, in UTF-16 units. */
export const MAX_FIND_LENGTH = 4_000;

/** Schema of what to find. */
export const findSchema = v.object({
  text: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_FIND_LENGTH)),
  matchCase: v.boolean(),
  /** Whether it must be the entire text of the cell. */
  wholeText: v.boolean(),
  fields: v.pipe(v.array(fieldNameSchema), v.minLength(1), v.maxLength(FIELD_NAMES.length)),
});

/** What to find, and in which fields. */
export type Find = v.InferOutput<typeof findSchema>;

/** A pattern that matches only this text. */
const literal = (text: string): string =>
  normalizeLineEnds(text)
    .split('\n')
    .map((line) => line.replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`))
    .join(String.raw`(?:\r\n?|\n)`);

/** The start and end of each match in a text. */
export type Marks = [begin: number, end: number][];

/** Finds and replaces one text in others. */
export interface Finder {
  isIn: (text: string) => boolean;
  marksIn: (text: string) => Marks;
  /** The text with every match replaced. The replacement gets the line ends of the text. Null: too long for a field. */
  replacedIn: (text: string, replacement: string) => string | null;
}

/** Creates a finder. Ignoring case compares letter by letter, so `ß` is not `SS`. */
export function createFinder({ text, matchCase, wholeText }: Omit<Find, 'fields'>): Finder {
  const source = wholeText ? `^(?:${literal(text)})$` : literal(text);
  const flags = matchCase ? '' : 'i';
  const first = new RegExp(source, flags);
  const every = new RegExp(source, `${flags}g`);
  return {
    isIn: (one) => first.test(one),
    marksIn: (one) =>
      [...one.matchAll(every)].map(({ index, 0: found }) => [index, index + found.length]),
    replacedIn(one, replacement) {
      const instead = normalizeLineEnds(replacement).replaceAll('\n', lineEndOf(one));
      let length = one.length;
      for (const [found] of one.matchAll(every)) length += instead.length - found.length;
      if (length > MAX_FIELD_LENGTH) return null;
      // A function, because `$&` in a string would be replaced.
      return one.replaceAll(every, () => instead);
    },
  };
}

/** Characters that JSON does not escape, and whose case SQLite folds as we do. */
const PLAIN = /[ !#-[\]-~]+/g;

/**
 * The longest part of the text that occurs unchanged in stored JSON, in lower case unless case matters; '' if there is none.
 * Stored JSON without it cannot contain the text, so SQLite filters by it.
 */
export function storedPart({ text, matchCase }: Pick<Find, 'text' | 'matchCase'>): string {
  const longest = (text.match(PLAIN) ?? []).reduce(
    (one, other) => (other.length > one.length ? other : one),
    '',
  );
  return matchCase ? longest : longest.toLowerCase();
}
