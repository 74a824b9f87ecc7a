/** Old texts on one line: short enough to stand under a field. */

/** Characters of an old text at most. */
const MOST = 72;

/** The text on one line, its line breaks as a sign, cut with an ellipsis when it is long. */
export function shortened(text: string): string {
  const line = text.replace(/\r\n|\r|\n/g, ' ↵ ');
  // Cut between characters as a person sees them, never inside one.
  const characters = [...new Intl.Segmenter().segment(line.slice(0, MOST * 4))];
  if (characters.length <= MOST && line.length <= MOST * 4) return line;
  return `${characters
    .slice(0, MOST)
    .map((character) => character.segment)
    .join('')}…`;
}
