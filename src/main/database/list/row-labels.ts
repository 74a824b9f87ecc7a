/**
 * The labels of an entry in its row: their keys, one per line, with a line break before the first and after the last. No
 * label has a line break, so a key between two is found as a whole.
 */
import { labelKey } from '../../../shared/labels';

/** SQL condition on rows with labels; the indexes of those repeat it word for word. */
export const LABELLED = "labels <> ''";

/** The column of an entry with these labels; '' if it has none. */
export function labelsColumn(labels: readonly string[]): string {
  return labels.length === 0 ? '' : `\n${labels.map(labelKey).join('\n')}\n`;
}

/** The keys in such a column. */
export function labelKeys(column: unknown): string[] {
  return typeof column === 'string' ? column.split('\n').filter((key) => key !== '') : [];
}

/** The condition of rows with a label. */
export const labelCondition = (label: string): { where: string; values: string[] } => ({
  where: `${LABELLED} AND instr(labels, ?) > 0`,
  values: [labelsColumn([label])],
});
