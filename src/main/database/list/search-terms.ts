/**
 * A search as a condition over the columns of the read model. Every word must be found: in the name, in a
 * text, or (from eight characters) in the id. Words that may be a phone number match its digits whatever
 * the spaces, several in a row also as one number.
 */
import { foldedWords } from '../fold';
import { isNumberPart, queriedDigits } from './phone';

/** A text that is looked for: in the name, in the texts besides it, or in the id. It is folded. */
export interface Part {
  in: 'name' | 'texts' | 'id';
  text: string;
}

/** A condition on an entry. */
export type Term = Part | { every: readonly Term[] } | { some: readonly Term[] };

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

const anywhere = (text: string): Term => ({
  some: [
    { in: 'name', text },
    { in: 'texts', text },
  ],
});

function termOf(word: string): Term {
  const some: Term[] = [anywhere(word)];
  if (ID_PART.test(word)) some.push({ in: 'id', text: word });
  const digits = digitsOf([word]);
  if (digits !== null && digits !== word) some.push(anywhere(digits));
  return { some };
}

function groupTerm(group: readonly string[]): Term {
  const every: Term = { every: group.map(termOf) };
  const digits = group.length > 1 ? digitsOf(group) : null;
  return digits === null ? every : { some: [every, anywhere(digits)] };
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
    inName: { every: words.map((text) => ({ in: 'name', text })) },
  };
}

/** Whether the full-text index finds everything a condition looks for. */
export function isIndexed(term: Term): boolean {
  if ('every' in term) return term.every.every(isIndexed);
  if ('some' in term) return term.some.every(isIndexed);
  return [...term.text].length >= LEAST_INDEXED;
}
