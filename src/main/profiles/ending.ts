/** Ending a pending change by a decision of the person, each in one transaction. */
import { EMPTY_PROFILE, mapFields, sameProfile, type Profile } from '../../shared/profile';
import type { OutboxRow, Tables } from '../store/tables';
import { touchedFields } from '../sync/plan';
import { rebaseDraft } from '../sync/rebase-draft';
import { keepText } from '../sync/kept-text';

/**
 * Puts a draft that was typed on top of a change onto the saved copy instead.
 * @param began where the fields of the change begin now; the others keep what the person saw
 */
function rebaseAfter(tables: Tables, row: OutboxRow, saved: Profile, began: Profile): void {
  const draft = tables.drafts.get(row.organizationId);
  if (!draft) return;
  const touched = touchedFields(row);
  const base = mapFields((field) => (touched.includes(field) ? began : draft.base)[field]);
  rebaseDraft(tables, row.organizationId, saved, base);
}

/**
 * Ends a change without sending it: its text stays as a revision, a draft on top is rebased. What of
 * it may have been written already is remembered until Cloudflare's copy was read. Call inside
 * `Store.write`.
 */
export function discardIn(tables: Tables, organizationId: string, now: number): boolean {
  const row = tables.outbox.get(organizationId);
  if (!row) return false;
  const { base, attempted, desired } = row;
  keepText(tables, { organizationId, at: now, kind: 'discarded', base, fields: desired });
  tables.outbox.remove(organizationId);
  tables.bulk.end(organizationId, row.version, 'cancelled');
  if (attempted && touchedFields({ base, desired: attempted }).length > 0) {
    tables.givenUp.put({ organizationId, base, attempted });
  }
  const saved = tables.profiles.get(organizationId)?.fields ?? EMPTY_PROFILE;
  // What the saved copy has from this change is where an edit on top of it begins.
  const began = mapFields((field) =>
    attempted?.[field] === saved[field] ? saved[field] : base[field],
  );
  rebaseAfter(tables, row, saved, began);
  return true;
}

/**
 * Takes what Cloudflare stored, and the change is over; its own text stays as a revision. A copy that
 * was read since remains the saved one. Call inside `Store.write`.
 */
export function acceptIn(tables: Tables, organizationId: string, now: number): boolean {
  const row = tables.outbox.get(organizationId);
  if (row?.failure?.code !== 'profile.stored-differently' || !row.theirs) return false;
  const { theirs, base, desired } = row;
  keepText(tables, { organizationId, at: now, kind: 'replaced', base, fields: desired });
  const profile = tables.profiles.get(organizationId);
  const saved = profile ? profile.fields : theirs;
  if (saved && sameProfile(saved, theirs)) {
    const checkedAt = profile?.checkedAt ?? now;
    const accepted = { organizationId, fields: saved, confirmedAt: now, checkedAt };
    tables.profiles.put({ ...accepted, changedElsewhere: false });
    tables.revisions.add({ organizationId, at: now, kind: 'accepted', fields: saved });
  }
  tables.outbox.remove(organizationId);
  tables.bulk.end(organizationId, row.version, 'done');
  rebaseAfter(tables, row, saved ?? EMPTY_PROFILE, theirs);
  return true;
}
