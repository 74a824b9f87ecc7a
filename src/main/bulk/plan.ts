/**
 * What many organizations would become: for each the texts as the app shows them now, those wanted, and
 * what is in the way. Nothing is changed by it.
 */
import type { PlanRow } from '../../shared/bulk';
import { EMPTY_PROFILE, FIELD_NAMES, type Edits, type Profile } from '../../shared/profile';
import type { DraftRow, ListEntry, OutboxRow } from '../store/tables';
import { touchedFields } from '../sync/plan';

/** What is wanted of one organization. */
export interface Wanted {
  organizationId: string;
  edits: Edits;
}

/** The text to keep for a wanted one, given the one that is there. */
export type Settle = (before: string, wanted: string) => string;

/** Texts as the app shows them: with the pending change, without the draft. Null: never read. */
export function shownTexts({ profile, change }: ListEntry): Profile | null {
  if (change) return change.desired;
  return profile && (profile.fields ?? EMPTY_PROFILE);
}

/** Whether a change of the person's to one of these fields has another text than is wanted. */
function isInTheWay(theirs: Pick<OutboxRow, 'base' | 'desired'>, wanted: Edits): boolean {
  return touchedFields(theirs).some(
    (field) => wanted[field] !== undefined && wanted[field] !== theirs.desired[field],
  );
}

/** Whether a draft has another text in one of these fields. */
export function isDraftInTheWay(draft: DraftRow, wanted: Edits): boolean {
  return isInTheWay({ base: draft.base, desired: draft.fields }, wanted);
}

function stateOf({ draft, change }: ListEntry, changes: Edits): PlanRow['state'] {
  if (Object.keys(changes).length === 0) return 'same';
  if (draft && isDraftInTheWay(draft, changes)) return 'draft';
  if (change && isInTheWay(change, changes)) return 'waiting';
  return 'changes';
}

/** The texts of a plan's row that would become other ones. */
export function changesOf({ before, after }: Pick<PlanRow, 'before' | 'after'>): Edits {
  const changes: Edits = {};
  for (const field of FIELD_NAMES) {
    const text = after[field];
    if (text !== undefined && text !== before[field]) changes[field] = text;
  }
  return changes;
}

/** What would become of one organization. */
export function planOf(entry: ListEntry, edits: Edits, settle: Settle): PlanRow {
  const { id: organizationId, name } = entry.organization;
  const shown = shownTexts(entry);
  const before: Edits = {};
  const after: Edits = {};
  for (const field of FIELD_NAMES) {
    const wanted = edits[field];
    if (wanted === undefined) continue;
    before[field] = shown?.[field] ?? '';
    after[field] = shown ? settle(shown[field], wanted) : wanted;
  }
  const state = shown ? stateOf(entry, changesOf({ before, after })) : 'unread';
  return { organizationId, name, before, after, state };
}
