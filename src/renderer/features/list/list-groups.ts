/** The groups of the list: which of the rendered rows are in which group, and what its heading says. */
import { m } from '../../../shared/messages';
import type { ListGroup, ListRow } from '../../../shared/list-query';
import { countUpTo } from '../../ui/row-window.svelte';
import { nameOf } from '../../../shared/messages/entry-name';

/** Height of the heading of a group, in px. */
export const HEADING_HEIGHT = 30;

/** Rendered rows that are in one group. */
export interface RowGroup {
  /** The number of the group in the list, from 0; -1: the list is not grouped. */
  number: number;
  /** The index of its first row, rendered or not. */
  start: number;
  /** How many rows it has, rendered or not. */
  count: number;
  /** The indexes of its rendered rows. */
  indexes: number[];
}

/**
 * Divides rendered rows into groups.
 *
 * @param indexes the rendered rows, ascending
 * @param starts the index of the first row of each group, ascending; empty if the list is not grouped
 * @param length the number of rows in the list
 */
export function rowGroups(
  indexes: readonly number[],
  starts: readonly number[],
  length: number,
): RowGroup[] {
  const groups: RowGroup[] = [];
  for (const index of indexes) {
    const number = countUpTo(starts, index) - 1;
    const last = groups.at(-1);
    if (last?.number === number) last.indexes.push(index);
    else {
      const start = starts[number] ?? 0;
      const count = (starts[number + 1] ?? length) - start;
      groups.push({ number, start, count, indexes: [index] });
    }
  }
  return groups;
}

/** What a heading says: the names above the group's own, and its own. */
export interface HeadingText {
  above: string[];
  name: string;
}

/** The heading of a group; null: no row of it is loaded, or the list is not grouped. */
export function headingOf(group: ListGroup | null | undefined): HeadingText | null {
  if (!group) return null;
  const names = group.path.map((name) => nameOf({ name }));
  const own = names.pop();
  return { above: names, name: own ?? m.list_group_without_parent() };
}

/** The heading as one text, for screen readers and the tooltip. */
export function headingLabel({ above, name }: HeadingText): string {
  return [...above, name].join(' › ');
}

/** The group of the first loaded one of these rows; null: the list is not grouped; undefined: none is loaded. */
export function groupAmong(rows: readonly (ListRow | undefined)[]): ListGroup | null | undefined {
  return rows.find((row) => row !== undefined)?.group;
}
