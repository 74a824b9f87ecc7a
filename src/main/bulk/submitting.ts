/** Submitting a plan: one transaction for all organizations. Nothing is sent by it. */
import { FIELD_NAMES, applyEdits, type Edits, type FieldName } from '../../shared/profile';
import { unsendable } from '../../shared/advice';
import type { PlanRow } from '../../shared/bulk';
import type { FailureCode } from '../../shared/failure';
import { putChange } from '../profiles/submitting';
import { nextVersions } from '../store/change-version';
import type { BulkItemRow, BulkRunRow, DraftRow, ListEntry, Tables } from '../store/tables';
import { keepText } from '../sync/kept-text';
import { followCopy } from '../sync/rebase-draft';
import { changesOf, isDraftInTheWay, planOf, shownTexts } from './plan';
import type { KeptPlan } from './plans';

/** A row of the plan that is submitted, with what is stored now. */
interface Submitted {
  row: PlanRow;
  changes: Edits;
  entry: ListEntry;
}

/**
 * The draft gives way in these fields; its others stay, on top of the change. Its text is kept where it
 * is another one.
 */
function giveWay(tables: Tables, draft: DraftRow, { row, changes }: Submitted, at: number): void {
  const { organizationId } = row;
  const submitted = tables.outbox.get(organizationId)?.desired;
  if (!submitted) return;
  if (isDraftInTheWay(draft, changes)) {
    keepText(tables, {
      organizationId,
      at,
      kind: 'replaced',
      base: draft.base,
      fields: draft.fields,
    });
  }
  const fields = applyEdits(draft.fields, changes);
  tables.drafts.put({ ...draft, fields, base: applyEdits(draft.base, changes) });
  followCopy(tables, organizationId, submitted);
}

/** Whether something came into the way since the person looked at the plan. */
function isNewInTheWay({ row, entry }: Submitted): boolean {
  const { state } = planOf(entry, row.after, (_before, wanted) => wanted);
  const inTheWay = state === 'draft' || state === 'waiting';
  return inTheWay && state !== row.state;
}

function submitOne(
  tables: Tables,
  submitted: Submitted,
  { id: bulkRunId, at }: BulkRunRow,
  version: number,
): BulkItemRow {
  const { row, changes, entry } = submitted;
  const { organizationId } = row;
  const shown = shownTexts(entry);
  if (!shown || isNewInTheWay(submitted)) {
    return { organizationId, version: 0, leftOut: { code: 'change.moved-on' } };
  }
  const began: Edits = {};
  for (const field of FIELD_NAMES) {
    const before = row.before[field];
    if (changes[field] !== undefined && before !== undefined) began[field] = before;
  }
  const base = applyEdits(shown, began);
  const fields = applyEdits(base, changes);
  putChange(tables, { organizationId, version, fields, base, at, bulkRunId });
  if (entry.draft) giveWay(tables, entry.draft, submitted, at);
  return { organizationId, version, leftOut: null };
}

/** The rows of a plan that these organizations are, without those that change nothing. */
function chosenRows(plan: KeptPlan, organizationIds: readonly string[]): PlanRow[] {
  return [...new Set(organizationIds)].flatMap((id) => {
    const row = plan.rows.get(id);
    return row && row.state !== 'same' && row.state !== 'unread' ? row : [];
  });
}

/**
 * Submits the rows of a plan for these organizations; what changes nothing or was never read is left
 * out. A change or draft of the person's that was not there when they looked stays: its row is left
 * out and says so. Call inside `Store.write`.
 *
 * @returns the job, or why nothing was submitted
 */
export function submitPlan(
  tables: Tables,
  plan: KeptPlan,
  organizationIds: readonly string[],
  job: Pick<BulkRunRow, 'id' | 'at'>,
): { ids: string[] } | FailureCode {
  const rows = chosenRows(plan, organizationIds);
  const entries = new Map(
    tables.organizations
      .entries(rows.map((row) => row.organizationId))
      .map((entry) => [entry.organization.id, entry]),
  );
  const submitted = rows.flatMap((row) => {
    const entry = entries.get(row.organizationId);
    return entry ? { row, changes: changesOf(row), entry } : [];
  });
  if (submitted.length === 0) return 'change.none';
  const isUnsendable = ({ changes }: Submitted): boolean =>
    FIELD_NAMES.some((field) => unsendable(changes[field] ?? ''));
  if (submitted.some(isUnsendable)) return 'profile.unsendable';
  const changed = new Set(submitted.flatMap(({ changes }) => Object.keys(changes) as FieldName[]));
  const fields = FIELD_NAMES.filter((field) => changed.has(field));
  const run: BulkRunRow = { ...job, kind: plan.kind, fields, paused: false };
  let version = nextVersions(tables, submitted.length);
  const items = submitted.map((one) => submitOne(tables, one, run, version++));
  tables.bulk.add(run, items);
  return { ids: items.map(({ organizationId }) => organizationId) };
}
