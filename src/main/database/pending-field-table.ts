/** The fields of pending changes, a row for each. Only outbox-table.ts writes them. */
import { touchedFields, type Patch } from '../../shared/patch';
import * as columns from './columns';
import type { PendingField } from './rows';
import type { Table } from './table';

/** The table of the fields of pending changes. They come back as drafts, through changes/adopt-edits.ts. */
export const PENDING_FIELD: Table<PendingField> = {
  name: 'pending_field',
  isOffered: true,
  parse: columns.toEdit,
};

/** The patch of each entry, from its fields. */
export function patchesOf(fields: readonly PendingField[]): Map<string, Patch> {
  const patches = new Map<string, Patch>();
  for (const { entryId, field, ...edit } of fields) {
    patches.set(entryId, { ...patches.get(entryId), [field]: edit });
  }
  return patches;
}

/** The rows of the fields of a patch, in the order of their names. */
export const rowsOfPatch = (entryId: string, patch: Patch) =>
  touchedFields(patch)
    .sort()
    .map((field) => ({
      entry_id: entryId,
      field,
      base: columns.toJsonOrNull(patch[field]?.base ?? null),
      text: columns.toJson(patch[field]?.text),
      save_id: patch[field]?.save ?? null,
    }));
