/** Shortens texts to one line, such as an old value under a field or a name in a sentence. */
import { characters } from '../../shared/messages/locale';

/** Maximum characters of an old value under a field. */
const MAX_OLD_VALUE = 72;

/** Maximum characters of a name in a sentence. */
export const MAX_NAME = 80;

/** The text on one line, with line breaks shown as ↵. */
export const oneLine = (text: string): string => text.replace(/\r\n|\r|\n/g, ' ↵ ');

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
