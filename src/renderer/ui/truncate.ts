/** Shortens texts to one line, such as an old value under a field or a name in a sentence. */
import { characters } from '../../shared/messages/locale';

/** Maximum characters of an old value under a field. */
const MAX_OLD_VALUE = 72;

/** Characters of the beginning and of the end of a long name in a sentence. */
const NAME_PARTS = [60, 20] as const;

/** The text on one line, with line breaks shown as ↵. */
export const oneLine = (text: string): string => text.replace(/\r\n|\r|\n/g, ' ↵ ');

/** A name for a sentence, cut in the middle, so that no punctuation follows the ellipsis. */
export function shortName(
  name: string,
  [start, end]: readonly [number, number] = NAME_PARTS,
): string {
  const visible = [...characters().segment(oneLine(name))].map(({ segment }) => segment);
  if (visible.length <= start + end) return visible.join('');
  return `${visible.slice(0, start).join('').trimEnd()}…${visible.slice(-end).join('').trimStart()}`;
}

/** The text on one line, with line breaks shown as ↵, cut with an ellipsis after `max` characters. */
export function truncate(text: string, max = MAX_OLD_VALUE): string {
  const line = oneLine(text);
  // Cut between visible characters, never inside one.
  const visible = [...characters().segment(line.slice(0, max * 4))];
  if (visible.length <= max && line.length <= max * 4) return line;
  return `${visible
    .slice(0, max)
    .map((character) => character.segment)
    .join('')
    .replace(/[\s,;]+$/, '')}…`;
}
