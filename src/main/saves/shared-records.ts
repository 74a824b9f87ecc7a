/**
 * Finds rows of a plan that show the same record at Cloudflare (an organization, and the accounts that belong to it)
 * and would write different texts into the same field of it.
 */
import type { PlanRow } from '../../shared/saves';
import { touchedFields } from '../../shared/patch';
import type { FieldName } from '../../shared/profile';

/** A row of a plan. */
interface RowOfRecord {
  row: Pick<PlanRow, 'entryId' | 'name' | 'state'>;
  /** The id of the record that it shows, as far as it is known. */
  record: string;
  /** The texts it would write. */
  edits: Partial<Record<FieldName, { text: string }>>;
}

/** The rows that are ticked at first come first, because they keep their texts. */
const ORDER: Partial<Record<PlanRow['state'], number>> = {
  changes: 0,
  draft: 1,
  waiting: 1,
};

/**
 * The rows that clash with an earlier one: by id, the name of the first row of the same record with another text in
 * the same field. The first row of a record never clashes.
 */
export function clashesOf(planned: readonly RowOfRecord[]): Map<string, string> {
  const byRecord = new Map<string, RowOfRecord[]>();
  for (const one of planned) {
    if (ORDER[one.row.state] === undefined) continue;
    const others = byRecord.get(one.record);
    if (others) others.push(one);
    else byRecord.set(one.record, [one]);
  }
  const clashes = new Map<string, string>();
  for (const rows of byRecord.values()) {
    if (rows.length === 1) continue;
    // The sort is stable: within a state, rows keep the order of the list or of the file.
    rows.sort((one, other) => (ORDER[one.row.state] ?? 0) - (ORDER[other.row.state] ?? 0));
    const first: Partial<Record<FieldName, RowOfRecord>> = {};
    for (const one of rows) {
      const fields = touchedFields(one.edits);
      const clash = fields.find(
        (field) => first[field] && first[field].edits[field]?.text !== one.edits[field]?.text,
      );
      if (clash) clashes.set(one.row.entryId, first[clash]?.row.name ?? '');
      else for (const field of fields) first[field] ??= one;
    }
  }
  return clashes;
}
