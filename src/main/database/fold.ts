/**
 * Folding of texts for search: two texts that differ only in case, accents, width or ligatures fold
 * to the same one. `ü` and `Ü` fold to `u`, `ß` to `ss`.
 */

/** Letters that Unicode does not decompose although people search for them by their base letter. */
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
  // Left by the capital ẞ, which has no other upper case.
  ß: 'ss',
};

/** NUL would cut the stored text, a lone surrogate cannot be stored: nobody searches for either. */
const UNSTORABLE = /[\0\p{Cs}]/gu;

/** Only characters beyond ASCII (and NUL) need anything but lower case; most texts have none. */
const PLAIN = /^[\t\n\r\x20-\x7f]*$/;

/** The folded text. Folding a part of a text gives a part of the folded text. */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return (
    text
      .replace(UNSTORABLE, ' ')
      .normalize('NFKD')
      // Upper case first: it opens ligatures and `ß`, and joins letters with several small forms.
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/[æœøłđðþħŧıςß]/g, (letter) => BASE_LETTERS[letter] ?? letter)
  );
}

/** The folded words of a query in their order, none for one of spaces. */
export function foldedWords(query: string): string[] {
  return fold(query)
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** A folded text, and where in the text each of its UTF-16 units comes from. */
export interface FoldedText {
  folded: string;
  /** Offset of the character it was folded from, by offset in `folded`. */
  begins: number[];
  /** Offset behind that character. */
  ends: number[];
}

/** Folds a text character by character, so that what is found in it can be marked in the text. */
export function foldWithOffsets(text: string): FoldedText {
  const result: FoldedText = { folded: '', begins: [], ends: [] };
  let at = 0;
  for (const character of text) {
    const end = at + character.length;
    const folded = fold(character);
    result.folded += folded;
    for (let unit = 0; unit < folded.length; unit++) {
      result.begins.push(at);
      result.ends.push(end);
    }
    at = end;
  }
  return result;
}
