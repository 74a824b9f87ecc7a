/**
 * A search as a condition over the columns of the read model. Every word must be found: in the name, in a
 * text, or (from eight characters) in the id. Words that may be a phone number match its digits whatever
 * the spaces, several in a row also as one number.
 */
import { foldedWords } from '../fold';
import { isNumberPart, queriedDigits } from './phone';

/** A condition; `text` is folded. */
export type Term =
  { columns: readonly string[]; text: string } | { every: Term[] } | { some: Term[] };

/** A search; one without words narrows nothing. */
export interface Search {
  /** The folded words. */
  words: readonly string[];
  /** Those of them that are looked for inside ids, too. */
  idParts: readonly string[];
  /** The digits of those that may be a phone number, alone and together. */
  numbers: readonly string[];
  /** Fits entries in which every word is found. */
  anywhere: Term;
  /** Fits those whose name has every word: they come first. */
  inName: Term;
}

const NAME = ['folded_name'];
const ANYWHERE = ['folded_name', 'folded_texts'];
const ID = ['organization_id'];

/** A word that is looked for inside ids, too: shorter ones would be found in any. */
const ID_PART = /^[0-9a-f]{8,32}$/;

/** With fewer digits, a number is found only as it is written. */
const LEAST_DIGITS = 3;

/** From so many characters on the full-text index finds a text. */
const LEAST_INDEXED = 3;

/** Words in a row that may be parts of one number stay together; others stand alone. */
function inGroups(words: readonly string[]): string[][] {
  const groups: string[][] = [];
  let run: string[] | null = null;
  for (const word of words) {
    if (run && isNumberPart(word)) run.push(word);
    else {
      const group = [word];
      groups.push(group);
      run = isNumberPart(word) ? group : null;
    }
  }
  return groups;
}

/** The digits by which words are found as a phone number, or null. */
function digitsOf(words: readonly string[]): string | null {
  if (!words.every(isNumberPart)) return null;
  const digits = queriedDigits(words);
  return digits.length < LEAST_DIGITS ? null : digits;
}

function termOf(word: string): Term {
  const some: Term[] = [{ columns: ANYWHERE, text: word }];
  if (ID_PART.test(word)) some.push({ columns: ID, text: word });
  const digits = digitsOf([word]);
  if (digits !== null && digits !== word) some.push({ columns: ANYWHERE, text: digits });
  return { some };
}

function groupTerm(group: readonly string[]): Term {
  const every: Term = { every: group.map(termOf) };
  const digits = group.length > 1 ? digitsOf(group) : null;
  return digits === null ? every : { some: [every, { columns: ANYWHERE, text: digits }] };
}

/** Reads what was typed into the search box. */
export function readSearch(typed: string): Search {
  const words = foldedWords(typed);
  const groups = inGroups(words);
  const numbers = [...words.map((word) => [word]), ...groups];
  return {
    words,
    idParts: words.filter((word) => ID_PART.test(word)),
    numbers: [...new Set(numbers.flatMap((group) => digitsOf(group) ?? []))],
    anywhere: { every: groups.map(groupTerm) },
    inName: { every: words.map((text) => ({ columns: NAME, text })) },
  };
}

/** Whether the full-text index alone says which entries fit. */
export function isIndexed(term: Term): boolean {
  if ('every' in term) return term.every.every(isIndexed);
  if ('some' in term) return term.some.every(isIndexed);
  return [...term.text].length >= LEAST_INDEXED;
}

/**
 * What the full-text index is asked for: it finds every entry that fits, and others too unless `isIndexed`.
 * Null: it cannot narrow anything.
 */
export function toMatch(term: Term): string | null {
  if ('every' in term) {
    const parts = term.every.flatMap((part) => toMatch(part) ?? []);
    return parts.length === 0 ? null : `(${parts.join(' AND ')})`;
  }
  if ('some' in term) {
    const parts = term.some.map(toMatch);
    return parts.includes(null) ? null : `(${parts.join(' OR ')})`;
  }
  if (!isIndexed(term)) return null;
  return `{${term.columns.join(' ')}} : "${term.text.replaceAll('"', '""')}"`;
}

/**
 * The condition in SQL, with its values. One without words fits everything.
 * @param shortInNamesOnly whether texts too short for the index are looked for in names alone
 */
export function toCondition(
  term: Term,
  shortInNamesOnly: boolean,
): { sql: string; values: string[] } {
  if ('text' in term) {
    const columns = shortInNamesOnly && !isIndexed(term) ? NAME : term.columns;
    const found = columns.map((column) => `instr(${column}, ?) > 0`);
    return { sql: `(${found.join(' OR ')})`, values: columns.map(() => term.text) };
  }
  const [parts, joint] = 'every' in term ? [term.every, ' AND '] : [term.some, ' OR '];
  const conditions = parts.map((part) => toCondition(part, shortInNamesOnly));
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(joint) || 'true'})`,
    values: conditions.flatMap(({ values }) => values),
  };
}
