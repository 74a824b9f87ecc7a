/** Putting a draft on another base, when the copy it was typed on top of is no longer what counts. */
import { mapFields, sameProfile, type FieldName, type Profile } from '../../shared/profile';
import type { Tables } from '../store/tables';

/**
 * Gives an organization's draft a new base. Texts the person typed never change; fields they did not
 * touch take the texts of `copy`; fields that are now equal stop being changes, and a draft without
 * any change goes.
 *
 * @param copy the copy that counts now: what untouched fields show
 * @param base what touched fields are compared with when they are sent. It differs from `copy` where
 *   somebody else changed a field meanwhile: the older base lets the merge see that
 */
export function rebaseDraft(
  tables: Tables,
  organizationId: string,
  copy: Profile,
  base: Profile = copy,
): void {
  const draft = tables.drafts.get(organizationId);
  if (!draft) return;
  const touched = (field: FieldName): boolean => {
    const text = draft.fields[field];
    return text !== draft.base[field] && text !== copy[field] && text !== base[field];
  };
  const rebased = {
    ...draft,
    fields: mapFields((field) => (touched(field) ? draft.fields[field] : copy[field])),
    base: mapFields((field) => (touched(field) ? base[field] : copy[field])),
  };
  if (sameProfile(rebased.fields, rebased.base)) tables.drafts.remove(organizationId);
  else tables.drafts.put(rebased);
}

/**
 * Lets a draft follow a newer copy of Cloudflare's: touched fields keep the base they began from, so
 * that somebody else's change of them is still noticed when they are sent.
 *
 * @param settled fields whose base is the copy all the same: what they began from is over
 */
export function followCopy(
  tables: Tables,
  organizationId: string,
  copy: Profile,
  settled: readonly FieldName[] = [],
): void {
  const draft = tables.drafts.get(organizationId);
  if (!draft) return;
  const base = mapFields((field) => (settled.includes(field) ? copy : draft.base)[field]);
  rebaseDraft(tables, organizationId, copy, base);
}
