/** Texts as the rows of *Changes* show them. */
import { MAX_ROW_TEXT, type RowText } from '../../shared/changes';

/** How many characters before the first difference are shown of two long texts. */
const BEFORE_DIFFERENCE = 200;

/** Whether a position is inside a surrogate pair. */
const isInsidePair = (text: string, at: number): boolean =>
  /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));

/** A text from a position on, cut to what a row may have. An ellipsis stands for what is missing before it. */
function cutFrom(text: string, from: number): string {
  const start = isInsidePair(text, from) ? from - 1 : from;
  const lead = start > 0 ? '…' : '';
  const length = MAX_ROW_TEXT - lead.length;
  if (text.length - start <= length) return lead + text.slice(start);
  const end = start + length;
  return lead + text.slice(start, isInsidePair(text, end) ? end - 1 : end);
}

/** A text, cut at its end to what a row may have. */
export const rowText = (text: string): string => cutFrom(text, 0);

/** Two texts, cut to what a row may have. Where they are long, they start shortly before their first difference. */
export function rowTexts(before: string, after: string): Pick<RowText, 'before' | 'after'> {
  if (Math.max(before.length, after.length) <= MAX_ROW_TEXT) return { before, after };
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  const from = Math.max(0, same - BEFORE_DIFFERENCE);
  return { before: cutFrom(before, from), after: cutFrom(after, from) };
}
