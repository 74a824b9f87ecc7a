/**
 * Turns a search into a condition on the columns of the read model (list-tables.ts). Every word must match in the
 * name, in a text, in the name of the parent, or (if it has at least eight characters) in the id. A word that may be
 * a phone number also matches by its digits alone. Several such words in a row also match together, as one number.
 */
import { foldedWords, isIdPart } from '../fold';
import { isNumberPart, queriedDigits } from './phone';

/** A condition: the name, one of the other texts, the id, or the name of the parent contains this folded text. */
export interface ContainsText {
  in: 'name' | 'texts' | 'id' | 'parent';
  text: string;
}

/** A condition on an entry. */
export type SearchCondition =
  ContainsText | { every: readonly SearchCondition[] } | { some: readonly SearchCondition[] };

/** A search. Without words, it matches everything. */
export interface Search {
  /** The folded words. */
  words: readonly string[];
  /** Those words that also match inside ids. */
  idParts: readonly string[];
  /** The digits of words that may be a phone number, alone and joined. */
  numbers: readonly string[];
  /** Entries that contain every word, or whose parent does. */
  anywhere: SearchCondition;
  /** Entries that contain every word themselves. They come before the others. */
  inEntry: SearchCondition;
  /** Entries whose name contains every word. They come first in the results. */
  inName: SearchCondition;
}

/** With fewer digits than this, a number matches only as it is written. */
const MIN_DIGITS = 3;

/** The full-text index finds texts of at least this many characters. */
const MIN_INDEXED = 3;

/** Groups adjacent words that may be parts of one phone number. Every other word is a group of its own. */
function groupNumberParts(words: readonly string[]): string[][] {
  const groups: string[][] = [];
  let numberGroup: string[] | null = null;
  for (const word of words) {
    if (numberGroup && isNumberPart(word)) numberGroup.push(word);
    else {
      const group = [word];
      groups.push(group);
      numberGroup = isNumberPart(word) ? group : null;
    }
  }
  return groups;
}

/** The digits to search for if these words may be a phone number, or null. */
function digitsOf(words: readonly string[]): string | null {
  if (!words.every(isNumberPart)) return null;
  const digits = queriedDigits(words);
  return digits.length < MIN_DIGITS ? null : digits;
}

const inTexts = (text: string): SearchCondition => ({
  some: [
    { in: 'name', text },
    { in: 'texts', text },
  ],
});

function wordCondition(word: string, withParent: boolean): SearchCondition {
  const some: SearchCondition[] = [inTexts(word)];
  if (isIdPart(word)) some.push({ in: 'id', text: word });
  if (withParent) some.push({ in: 'parent', text: word });
  const digits = digitsOf([word]);
  if (digits !== null && digits !== word) some.push(inTexts(digits));
  return { some };
}

function groupCondition(group: readonly string[], withParent: boolean): SearchCondition {
  const every: SearchCondition = { every: group.map((word) => wordCondition(word, withParent)) };
  const digits = group.length > 1 ? digitsOf(group) : null;
  return digits === null ? every : { some: [every, inTexts(digits)] };
}

/** Parses the text of the search box. */
export function readSearch(typed: string): Search {
  const words = foldedWords(typed);
  const groups = groupNumberParts(words);
  const numberCandidates = [...words.map((word) => [word]), ...groups];
  return {
    words,
    idParts: words.filter(isIdPart),
    numbers: [...new Set(numberCandidates.flatMap((group) => digitsOf(group) ?? []))],
    anywhere: { every: groups.map((group) => groupCondition(group, true)) },
    inEntry: { every: groups.map((group) => groupCondition(group, false)) },
    inName: { every: words.map((text) => ({ in: 'name', text })) },
  };
}

/** Whether a condition can be answered without scanning texts. There are few parents, so scanning their names is fast. */
export function isIndexed(condition: SearchCondition): boolean {
  if ('every' in condition) return condition.every.every(isIndexed);
  if ('some' in condition) return condition.some.every(isIndexed);
  return condition.in === 'parent' || [...condition.text].length >= MIN_INDEXED;
}
