/**
 * Plans an import: for each organization the texts shown now, those of the file, and what prevents the change.
 * Planning changes no data. The last plan is kept in memory, because submitting it must know what the person
 * saw. A plan is made in slices, so that main stays responsive with thousands of rows.
 */
import { randomUUID } from 'node:crypto';
import { unsendable } from '../../shared/advice';
import type { Plan, PlanRow } from '../../shared/saves';
import { MAX_PLAN_LENGTH } from '../../shared/limits';
import { entryNameOf } from '../../shared/organization';
import { failed, success, type Outcome } from '../../shared/outcome';
import {
  applyPatches,
  textsOf,
  touchedFields,
  type PlannedEdit,
  type Patch,
} from '../../shared/patch';
import { FIELD_NAMES, type Edits, type FieldName, type Profile } from '../../shared/profile';
import type { ListEntry, Database } from '../database';

/** The requested edits of one organization. */
export interface RequestedEdits {
  entryId: string;
  edits: Edits;
}

/** Turns a requested text into the text to submit. `before` is the text shown now, whose line ends are kept. */
export type AdaptText = (before: string, requested: string) => string;

/** The edits of one organization, with the texts that the preview showed. */
export type PlannedEdits = Partial<Record<FieldName, PlannedEdit>>;

/** One row of a plan, with the edits to submit for it. */
export interface PlannedRow {
  row: PlanRow;
  edits: PlannedEdits;
}

/** The texts the app shows: with the pending change, without the draft. Null if the profile was never read. */
export function textsWithoutDraft({ profile, change }: ListEntry): Profile | null {
  return profile && applyPatches(profile.fields, change?.patch);
}

/** Whether a patch has a different text in one of the requested fields. */
function conflictsWith(patch: Patch, requested: Edits): boolean {
  return touchedFields(patch).some(
    (field) => requested[field] !== undefined && requested[field] !== patch[field]?.text,
  );
}

function stateOf(
  { signIn, draft, change }: ListEntry,
  changes: Edits,
): Exclude<PlanRow['state'], 'unread'> {
  if (touchedFields(changes).length === 0) return 'same';
  if (signIn && signIn.readOnly !== null) return 'read-only';
  const needsPerson = change && !['queued', 'waiting', 'paused'].includes(change.state);
  if (needsPerson) return 'decide';
  if (draft && conflictsWith(draft.patch, changes)) return 'draft';
  if (change && conflictsWith(change.patch, changes)) return 'waiting';
  return 'changes';
}

/** The edits to submit: the texts that change, with the text shown and the draft's text of each field. */
function editsOf({ draft }: ListEntry, shown: Profile, changes: Edits): PlannedEdits {
  const typed = draft ? textsOf(draft.patch) : {};
  const edits: PlannedEdits = {};
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

/** Whether a text is too long to be sent. */
function isUnsendable(edits: PlannedEdits): boolean {
  return touchedFields(edits).some((field) => unsendable(edits[field]?.text ?? ''));
}

/** How many characters the texts of a row have. */
function lengthOf({ before, after }: PlanRow): number {
  const texts = [...Object.values(before), ...Object.values(after)];
  return texts.reduce((sum, text = '') => sum + text.length, 0);
}

/** The plan of one organization. */
function planOf(entry: ListEntry, requested: Edits, settle: AdaptText): PlannedRow {
  const { id: entryId } = entry.organization;
  const shown = textsWithoutDraft(entry);
  const before: Edits = {};
  const after: Edits = {};
  const changes: Edits = {};
  for (const field of FIELD_NAMES) {
    const text = requested[field];
    if (text === undefined) continue;
    before[field] = shown?.[field] ?? '';
    after[field] = shown ? settle(shown[field], text) : text;
    if (shown && after[field] !== shown[field]) changes[field] = after[field];
  }
  const state = shown ? stateOf(entry, changes) : 'unread';
  return {
    row: { entryId, ...entryNameOf(entry.organization), before, after, state },
    edits: shown && state !== 'read-only' ? editsOf(entry, shown, changes) : {},
  };
}

/** A plan that is kept until it is submitted or replaced. */
export interface StoredPlan {
  id: string;
  rows: ReadonlyMap<string, PlannedRow>;
}

/** Organizations planned before yielding to the event loop: takes a few milliseconds. */
const SLICE = 250;

/** Creates the planner, which keeps no plan yet. `yieldToEventLoop` is awaited between slices. */
export function createPlans(database: Database, yieldToEventLoop: () => Promise<void>) {
  let kept: StoredPlan | null = null;

  return {
    /**
     * Plans these edits and replaces the last plan. Skips organizations that are not saved here. Fails with
     * `profile.too-long` if a text is too long, and with `plan.too-large` if all of them together are.
     */
    async make(requested: readonly RequestedEdits[], settle: AdaptText): Promise<Outcome<Plan>> {
      const rows = new Map<string, PlannedRow>();
      let length = 0;
      for (let from = 0; from < requested.length; from += SLICE) {
        const slice = requested.slice(from, from + SLICE);
        const ids = slice.map(({ entryId }) => entryId);
        const read = database.read((tables) => tables.organizations.entries(ids));
        if (!read.ok) return read;
        const entries = new Map(read.value.map((entry) => [entry.organization.id, entry]));
        for (const { entryId, edits } of slice) {
          const entry = entries.get(entryId);
          if (!entry) continue;
          const planned = planOf(entry, edits, settle);
          // The line ends of the text shown may have made a text longer.
          if (isUnsendable(planned.edits)) return failed('profile.too-long');
          rows.set(entryId, planned);
          length += lengthOf(planned.row);
        }
        if (length > MAX_PLAN_LENGTH) return failed('plan.too-large');
        await yieldToEventLoop();
      }
      const id = randomUUID();
      kept = { id, rows };
      return success({ planId: id, rows: [...rows.values()].map(({ row }) => row) });
    },
    /** The kept plan of this id, or null. */
    get: (planId: string): StoredPlan | null => (kept?.id === planId ? kept : null),
    /** Forgets the plan after it was submitted. */
    forget(planId: string): void {
      if (kept?.id === planId) kept = null;
    },
  };
}

/** Makes and keeps plans. */
export type Plans = ReturnType<typeof createPlans>;
