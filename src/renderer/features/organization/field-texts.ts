/** Old texts of a field on one line, so that even texts that look alike can be told apart. */
import { m } from '../../../shared/messages';
import { oneLine, truncate } from '../../ui/truncate';

/** Characters before the first difference that stay if the beginning is cut off. */
const CONTEXT = 24;

/** The text on one line, with blanks at both ends as marks that can be seen. */
const marked = (text: string): string =>
  oneLine(text.replace(/^[\t\p{Zs}]+|[\t\p{Zs}]+$/gu, (blanks) => '␣'.repeat(blanks.length)));

/** The index of the first difference of two texts; the length of the first if it has none. */
function firstDifference(text: string, other: string): number {
  let index = 0;
  while (index < text.length && text[index] === other[index]) index += 1;
  return index;
}

/**
 * A text on one line, in words if it is empty or only spaces. Blanks at its ends are shown as ␣. A long text is cut
 * around its first difference from `other`, the text that it is read beside.
 */
export function oldText(text: string, other: string): string {
  if (text === '') return m.common_text_empty();
  if (text.trim() === '') return m.common_text_spaces();
  const line = marked(text);
  const beginning = truncate(line);
  if (beginning === line) return line;
  const otherLine = marked(other);
  const start = firstDifference(line, otherLine) - CONTEXT;
  if (line === otherLine || start <= CONTEXT) return beginning;
  return `…${truncate(atCharacter(line, start))}`;
}

/** The text from an index on, or from the one before it if that would cut a surrogate pair. */
function atCharacter(text: string, index: number): string {
  const isLow = /[\uDC00-\uDFFF]/.test(text[index] ?? '');
  return text.slice(isLow ? index - 1 : index);
}
