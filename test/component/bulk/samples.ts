/** Plans, jobs and results for component tests, and the window's dialogs and panel to show them in. */
import { render } from '@testing-library/svelte';
import type { BulkResult, BulkJob, PlanRow } from '../../../src/shared/bulk';
import type { OrganizationRow } from '../../../src/shared/organization';
import type { FakeApi } from '../fake-api';
import { id } from '../samples';
import Stage from './Stage.svelte';

/** A row of a plan that gives the phone a new text. */
export function planRow(n: number, name: string, state: PlanRow['state'] = 'changes'): PlanRow {
  return {
    organizationId: id(n),
    name,
    before: { business_phone: state === 'same' ? '+49 2' : '+49 1' },
    after: { business_phone: '+49 2' },
    state,
  };
}

/** A job of ten that goes on. */
export function run(more: Partial<BulkJob> = {}): BulkJob {
  return {
    id: 'run-1',
    kind: 'change',
    at: Date.now(),
    fields: ['business_phone'],
    total: 10,
    done: 2,
    waiting: 7,
    failed: 1,
    cancelled: 0,
    state: 'running',
    timeLeft: 150_000,
    waitsUntil: null,
    ...more,
  };
}

/** The result for one organization. */
export function result(
  n: number,
  name: string,
  state: BulkResult['state'] = 'done',
  failure: BulkResult['failure'] = null,
): BulkResult {
  return { organizationId: id(n), name, state, failure };
}

/** Shows the dialogs and the panel over what `fake` answers. */
export async function stage(fake: FakeApi, list: OrganizationRow[] = []) {
  fake.setRows(list);
  const { state, context } = fake.state();
  await state.load();
  await state.loadRest();
  render(Stage, { context });
  return state;
}
