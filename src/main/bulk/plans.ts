/**
 * Making a plan, and keeping the last one: it says what the person saw when they submit, which is where
 * their edits begin. Made in slices, so that the window stays answered with thousands of rows.
 */
import { randomUUID } from 'node:crypto';
import type { BulkRun, Plan, PlanRow } from '../../shared/bulk';
import { success, type Outcome } from '../../shared/failure';
import type { Store } from '../store/tables';
import { planOf, type Settle, type Wanted } from './plan';

/** The plan that was made last. */
export interface KeptPlan {
  id: string;
  kind: BulkRun['kind'];
  rows: ReadonlyMap<string, PlanRow>;
}

/** Makes and keeps plans. */
export interface Plans {
  /** Plans for these organizations, those not saved here left out; replaces the plan before. */
  make(kind: BulkRun['kind'], wanted: readonly Wanted[], settle: Settle): Promise<Outcome<Plan>>;
  /** The kept plan of this id, or null. */
  get(planId: string): KeptPlan | null;
  /** Forgets the plan: it was submitted. */
  forget(planId: string): void;
}

/** Organizations looked up in one go: a few milliseconds. */
const SLICE = 250;

/**
 * Makes it, without a plan.
 * @param breathe resolves after other work had its turn
 */
export function createPlans(store: Store, breathe: () => Promise<void>): Plans {
  let kept: KeptPlan | null = null;

  return {
    async make(kind, wanted, settle) {
      const rows = new Map<string, PlanRow>();
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
        await breathe();
      }
      const id = randomUUID();
      kept = { id, kind, rows };
      return success({ planId: id, rows: [...rows.values()] });
    },
    get: (planId) => (kept?.id === planId ? kept : null),
    forget(planId) {
      if (kept?.id === planId) kept = null;
    },
  };
}
