/** Texts on one line: an old one short enough to stand under a field, a name to stand in a sentence. */
import { characters } from '../../../shared/messages/locale';

/** Characters of an old text at most. */
const OLD_TEXT = 72;

/** Characters of a name inside a sentence, at most. */
export const NAME = 80;

/** The text on one line, its line breaks as a sign, cut with an ellipsis when it is long. */
export function shortened(text: string, most = OLD_TEXT): string {
  const line = text.replace(/\r\n|\r|\n/g, ' ↵ ');
  // Cut between characters as a person sees them, never inside one.
  const seen = [...characters().segment(line.slice(0, most * 4))];
  if (seen.length <= most && line.length <= most * 4) return line;
  return `${seen
    .slice(0, most)
    .map((character) => character.segment)
    .join('')}…`;
}
