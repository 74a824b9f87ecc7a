/**
 * Finds and replaces a literal text: there are no patterns. The table's bar looks for it, main counts and replaces it; both
 * find the same. A line break is found whatever the line ends of a text are, and all that is not found keeps its bytes.
 */
import * as v from 'valibot';
import { MAX_FIELD_LENGTH } from './limits';
import { FIELD_NAMES, fieldNameSchema } from './profile';

/** The longest text to look for, and to put in its place, in UTF-16 units. */
export const MAX_FIND_LENGTH = 4_000;

/** Schema of what is looked for. */
export const findSchema = v.object({
  text: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_FIND_LENGTH)),
  matchCase: v.boolean(),
  /** Whether the text is all that is in the cell. */
  wholeText: v.boolean(),
  fields: v.pipe(v.array(fieldNameSchema), v.minLength(1), v.maxLength(FIELD_NAMES.length)),
});

/** What is looked for, and in which fields. */
export type Find = v.InferOutput<typeof findSchema>;

const LINE_END = /\r\n?|\n/g;

/** A pattern that matches nothing but a text. */
const literal = (text: string): string =>
  text
    .split(LINE_END)
    .map((line) => line.replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`))
    .join(String.raw`(?:\r\n?|\n)`);

/** The line end of a text that has only one kind, or LF. */
function lineEndOf(text: string): string {
  const kinds = new Set(text.match(LINE_END));
  const [kind] = kinds;
  return kinds.size === 1 && kind !== undefined ? kind : '\n';
}

/** Finds one text in others. */
export interface Finder {
  isIn: (text: string) => boolean;
  /** The text with `replacement` at every place. Its line ends are those of the text. Null: it is longer than a field can be. */
  replacedIn: (text: string, replacement: string) => string | null;
}

/** Creates what finds a text. Case is that of each letter alone: `ß` is not `SS`. */
export function createFinder({ text, matchCase, wholeText }: Omit<Find, 'fields'>): Finder {
  const source = wholeText ? `^(?:${literal(text)})$` : literal(text);
  const flags = matchCase ? '' : 'i';
  const first = new RegExp(source, flags);
  const every = new RegExp(source, `${flags}g`);
  return {
    isIn: (one) => first.test(one),
    replacedIn(one, replacement) {
      const instead = replacement.replaceAll(LINE_END, lineEndOf(one));
      let length = one.length;
      for (const [found] of one.matchAll(every)) length += instead.length - found.length;
      if (length > MAX_FIELD_LENGTH) return null;
      // A function, because `$&` in a text would mean something.
      return one.replaceAll(every, () => instead);
    },
  };
}

/** ASCII letters whose case the database folds as this does, and that JSON writes as they are. */
const PLAIN = /[ !#-[\]-~]+/g;

/**
 * The longest part of the text that can be looked for in stored JSON, in lower case unless case matters; '' if there is
 * none. What does not contain it does not contain the text.
 */
export function storedPart({ text, matchCase }: Pick<Find, 'text' | 'matchCase'>): string {
  const longest = (text.match(PLAIN) ?? []).reduce(
    (one, other) => (other.length > one.length ? other : one),
    '',
  );
  return matchCase ? longest : longest.toLowerCase();
}
