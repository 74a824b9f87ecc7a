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

/** The folded words of a query, none for one of spaces. */
export function foldedWords(query: string): string[] {
  return [...new Set(fold(query).split(/\s+/))].filter((word) => word !== '');
}
