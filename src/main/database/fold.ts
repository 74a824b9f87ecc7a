/**
 * Case and accent folding for search: texts that differ only in case, accents, width or ligatures fold to
 * the same text. `ü` and `Ü` fold to `u`, `ß` to `ss`.
 */

/** Letters that Unicode does not decompose, although people search for them by their base letter. */
const BASE_LETTERS: Record<string, string> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ς: 'σ',
  // The capital ẞ is its own upper case, so it becomes `ß` only when lower-cased.
  ß: 'ss',
};

/** SQLite would cut a text at NUL and cannot store a lone surrogate; no one searches for either. */
const UNSTORABLE = /[\0\p{Cs}]/gu;

/** Matches most texts. For these, folding is just lower-casing. */
const PLAIN = /^[\t\n\r\x20-\x7f]*$/;

/** Folds a text. Folding a part of a text gives a part of the folded text. */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return (
    text
      .replace(UNSTORABLE, ' ')
      .normalize('NFKD')
      // Upper case first: it splits ligatures and `ß`, and unifies letters with several small forms.
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/[æœøłđðþħŧıςß]/g, (letter) => BASE_LETTERS[letter] ?? letter)
  );
}

/** The folded words of a search, in order; none if it is blank. */
export function foldedWords(query: string): string[] {
  return fold(query)
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Whether a folded word of a search may be part of an id. Shorter ones match too many ids by chance. */
export function isIdPart(word: string): boolean {
  return /^[0-9a-f]{8,32}$/.test(word);
}

/** A folded text, and for each of its UTF-16 units the range of the original text it comes from. */
export interface FoldedText {
  folded: string;
  /** Start of the original character, by offset in `folded`. */
  begins: number[];
  /** End of the original character (exclusive), by offset in `folded`. */
  ends: number[];
}

/** Folds a text and keeps track of offsets, so that matches can be highlighted in the original. */
export function foldWithOffsets(text: string): FoldedText {
  const result: FoldedText = { folded: '', begins: [], ends: [] };
  let begin = 0;
  for (const character of text) {
    const end = begin + character.length;
    const folded = fold(character);
    result.folded += folded;
    for (let unit = 0; unit < folded.length; unit++) {
      result.begins.push(begin);
      result.ends.push(end);
    }
    begin = end;
  }
  return result;
}
