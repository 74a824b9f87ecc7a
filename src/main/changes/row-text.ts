/** Texts as the rows of *Changes* show them. */
import { MAX_ROW_TEXT } from '../../shared/changes';

/** A text, cut to what a row may have. */
export function rowText(text: string): string {
  if (text.length <= MAX_ROW_TEXT) return text;
  const cut = text.slice(0, MAX_ROW_TEXT);
  const isInsidePair = /[\ud800-\udbff]$/.test(cut);
  return isInsidePair ? cut.slice(0, -1) : cut;
}
