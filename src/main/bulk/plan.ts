/**
 * Plans a change of many organizations: for each the texts as the app shows them now, those wanted, and
 * what is in the way. Nothing is changed by it. The last plan is kept, because it says what the person saw
 * when they submit. It is made in slices, so that main keeps answering with thousands of rows.
 */
import { randomUUID } from 'node:crypto';
import type { BulkJob, Plan, PlanRow } from '../../shared/bulk';
import { success, type Outcome } from '../../shared/failure';
import { layOver, textsOf, touchedFields, type JobEdit, type Patch } from '../../shared/patch';
import { FIELD_NAMES, type Edits, type FieldName, type Profile } from '../../shared/profile';
import type { ListEntry, Store } from '../database/tables';

/** What is wanted of one organization. */
export interface Wanted {
  organizationId: string;
  edits: Edits;
}

/** The text to keep for a wanted one, given the one that is there. */
export type Settle = (before: string, wanted: string) => string;

/** The edits of one organization with the texts its preview showed. */
export type JobEdits = Partial<Record<FieldName, JobEdit>>;

/** One row of a plan, and what is submitted for it. */
export interface PlannedRow {
  row: PlanRow;
  edits: JobEdits;
}

/** The texts as the app shows them: with the pending change, without the draft. Null: never read. */
export function shownTexts({ profile, change }: ListEntry): Profile | null {
  return profile && layOver(profile.fields, change?.patch);
}

/** Whether the person's edit has a different text in one of the wanted fields. */
function isInTheWay(patch: Patch, wanted: Edits): boolean {
  return touchedFields(patch).some(
    (field) => wanted[field] !== undefined && wanted[field] !== patch[field]?.text,
  );
}

function stateOf({ draft, change }: ListEntry, changes: Edits): PlanRow['state'] {
  if (touchedFields(changes).length === 0) return 'same';
  const waits = change && !['queued', 'waiting', 'paused'].includes(change.state);
  if (waits) return 'decide';
  if (draft && isInTheWay(draft.patch, changes)) return 'draft';
  if (change && isInTheWay(change.patch, changes)) return 'waiting';
  return 'changes';
}

/** The edits to submit: texts that change, with what was seen of them and of a draft over them. */
function editsOf({ draft }: ListEntry, shown: Profile, changes: Edits): JobEdits {
  const typed = draft ? textsOf(draft.patch) : {};
  const edits: JobEdits = {};
  for (const field of touchedFields(changes)) {
    const draftSeen = typed[field];
    edits[field] = {
      text: changes[field] ?? '',
      seen: shown[field],
      ...(draftSeen === undefined ? {} : { draftSeen }),
    };
  }
  return edits;
}

/** What would become of one organization. */
function planOf(entry: ListEntry, wanted: Edits, settle: Settle): PlannedRow {
  const { id: organizationId, name } = entry.organization;
  const shown = shownTexts(entry);
  const before: Edits = {};
  const after: Edits = {};
  const changes: Edits = {};
  for (const field of FIELD_NAMES) {
    const text = wanted[field];
    if (text === undefined) continue;
    before[field] = shown?.[field] ?? '';
    after[field] = shown ? settle(shown[field], text) : text;
    if (shown && after[field] !== shown[field]) changes[field] = after[field];
  }
  const state = shown ? stateOf(entry, changes) : 'unread';
  return {
    row: { organizationId, name, before, after, state },
    edits: shown ? editsOf(entry, shown, changes) : {},
  };
}

/** The plan that was made last. */
export interface KeptPlan {
  id: string;
  kind: BulkJob['kind'];
  rows: ReadonlyMap<string, PlannedRow>;
}

/** Makes and keeps plans. */
export interface Plans {
  /** Plans for these organizations, those not saved here skipped; replaces the plan before. */
  make(kind: BulkJob['kind'], wanted: readonly Wanted[], settle: Settle): Promise<Outcome<Plan>>;
  /** The kept plan of this id, or null. */
  get(planId: string): KeptPlan | null;
  /** Forgets the plan: it was submitted. */
  forget(planId: string): void;
}

/** Organizations looked up together: a few milliseconds. */
const SLICE = 250;

/**
 * Makes it, without a plan.
 * @param breathe yields to the event loop
 */
export function createPlans(store: Store, yieldToEventLoop: () => Promise<void>): Plans {
  let kept: KeptPlan | null = null;

  return {
    async make(kind, wanted, settle) {
      const rows = new Map<string, PlannedRow>();
      for (let from = 0; from < wanted.length; from += SLICE) {
        const slice = wanted.slice(from, from + SLICE);
        const ids = slice.map(({ organizationId }) => organizationId);
        const read = store.read((tables) => tables.organizations.entries(ids));
        if (!read.ok) return read;
        const entries = new Map(read.value.map((entry) => [entry.organization.id, entry]));
        for (const { organizationId, edits } of slice) {
          const entry = entries.get(organizationId);
          if (entry) rows.set(organizationId, planOf(entry, edits, settle));
        }
        await yieldToEventLoop();
      }
      const id = randomUUID();
      kept = { id, kind, rows };
      return success({ planId: id, rows: [...rows.values()].map(({ row }) => row) });
    },
    get: (planId) => (kept?.id === planId ? kept : null),
    forget(planId) {
      if (kept?.id === planId) kept = null;
    },
  };
}
