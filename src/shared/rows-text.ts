/**
 * Many rows of the list as one text. What crosses the bridge into the window is copied value by value:
 * for ten thousand rows that was a fifth of the window's processor time at a start.
 */
import * as v from 'valibot';
import { rowSchema, type OrganizationRow } from './organization';

/** Schema that takes rows, lets nothing through that is not declared, and writes them as a text. */
export const rowsAsText = v.pipe(
  v.array(rowSchema),
  v.transform((rows) => JSON.stringify(rows)),
);

/** The rows of such a text. */
export function fromRowsText(text: string): OrganizationRow[] {
  // The gate has written it, from rows that fit their schema.
  return JSON.parse(text) as OrganizationRow[];
}
