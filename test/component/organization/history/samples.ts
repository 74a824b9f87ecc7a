/** Sample revisions. */
import type { Revision } from '../../../../src/shared/history';
import { applyEdits, changedFields, FIELD_NAMES, type Edits } from '../../../../src/shared/profile';
import { NOW, SAVED } from '../samples';

/** A save with `edits` over the saved copy, one hour after revision `id - 1`. */
export function revision(
  id: number,
  edits: Edits = {},
  { before = SAVED, ...different }: Partial<Revision> & { before?: typeof SAVED | null } = {},
): Revision {
  const fields = applyEdits(SAVED, edits);
  const names = before ? changedFields(before, fields) : FIELD_NAMES;
  return {
    id,
    at: NOW - 3_600_000 * (1_000 - id),
    kind: 'saved',
    author: null,
    saveStartedAt: null,
    texts: fields,
    differences: names.map((field) => ({
      field,
      before: before?.[field] ?? null,
      after: fields[field],
    })),
    ...different,
  };
}

/** Revisions with a different phone number each, newest first. */
export function phones(newest: number, oldest: number): Revision[] {
  return Array.from({ length: newest - oldest + 1 }, (_, index) =>
    revision(newest - index, { business_phone: `+44 ${newest - index}` }),
  );
}
