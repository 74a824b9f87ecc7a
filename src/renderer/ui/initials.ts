/** The initials in the badge of an organization. */
import { characters, locale } from '../../shared/messages/locale';

/** Texts without combining characters: each code unit is one visible character. */
const SIMPLE = /^[ -~\u00a0-\u024f]*$/;

/** The visible characters of a text. Avoids the segmenter where possible: creating it delays the first paint. */
function* charactersOf(text: string): Iterable<string> {
  if (SIMPLE.test(text)) yield* text;
  else for (const { segment } of characters().segment(text)) yield segment;
}

/** The first two letters or digits of a name, for its badge. */
export function initialsOf(name: string): string {
  const letters: string[] = [];
  for (const character of charactersOf(name)) {
    if (/[\p{L}\p{N}]/u.test(character)) letters.push(character);
    if (letters.length === 2) break;
  }
  return letters.join('').toLocaleUpperCase(locale().language);
}
