/** Sample plans, saves and results, and the bulk dialogs and saves panel to show them in. */
import { render } from '@testing-library/svelte';
import type { SaveResult, Save, PlanRow } from '../../../src/shared/saves';
import type { OrganizationRow } from '../../../src/shared/organization';
import type { FakeApi } from '../fake-api';
import { id } from '../samples';
import BulkParts from './BulkParts.svelte';

/** A row of a plan that changes the business phone. */
export function planRow(
  n: number,
  name: string,
  state: PlanRow['state'] = 'changes',
  more: Partial<PlanRow> = {},
): PlanRow {
  return {
    entryId: id(n),
    name,
    before: { business_phone: state === 'same' ? '+49 2' : '+49 1' },
    after: { business_phone: '+49 2' },
    state,
    clashesWith: null,
    ...more,
  };
}

/** A running save over ten organizations. */
export function sampleSave(more: Partial<Save> = {}): Save {
  return {
    id: 'save-1',
    kind: 'change',
    at: Date.now(),
    fields: ['business_phone'],
    intended: 10,
    total: 10,
    done: 2,
    waiting: 7,
    failed: 1,
    canceled: 0,
    state: 'running',
    afterCancel: null,
    closed: false,
    undoable: false,
    timeLeft: 150_000,
    waitsUntil: null,
    ...more,
  };
}

/** The result of one organization. Failed ones can be retried. */
export function sampleResult(
  n: number,
  name: string,
  state: SaveResult['state'] = 'done',
  failure: SaveResult['failure'] = null,
): SaveResult {
  return { entryId: id(n), name, state, failure, retryable: state === 'failed' };
}

/** Renders the dialogs, with these organizations in the list. */
export async function renderBulk(fake: FakeApi, list: OrganizationRow[] = []) {
  fake.setRows(list);
  const { state, context } = await fake.loadedState();
  render(BulkParts, { context });
  return state;
}
