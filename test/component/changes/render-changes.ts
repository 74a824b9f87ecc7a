/** Sample pending changes and saves, and the page *Changes* to show them on. */
import { render } from '@testing-library/svelte';
import ChangesPage from '../../../src/renderer/features/changes/ChangesPage.svelte';
import type { ChangesTab } from '../../../src/renderer/state/navigation.svelte';
import { success } from '../../../src/shared/outcome';
import type { ChangeCounts, DecideRow, WaitingRow } from '../../../src/shared/changes';
import type { FakeApi } from '../fake-api';
import { id } from '../samples';

/** How many organizations have something in each part. */
export const counts = (more: Partial<ChangeCounts> = {}): ChangeCounts => ({
  all: 0,
  toSave: 0,
  waiting: 0,
  decide: 0,
  ...more,
});

/** A changed business phone. */
const TEXTS: WaitingRow['texts'] = [
  { field: 'business_phone', before: '+49 1', after: '+49 2', replacesWaiting: null },
];

/** A change that is sent by itself. */
export function waitingRow(n: number, name: string, more: Partial<WaitingRow> = {}): WaitingRow {
  return {
    entryId: id(n),
    name,
    version: n,
    texts: TEXTS,
    state: 'queued',
    since: Date.now() - 5 * 60_000,
    failure: null,
    nextAttemptAt: null,
    saveIsPaused: false,
    ...more,
  };
}

/** A change that waits for a decision. */
export function decideRow(n: number, name: string, more: Partial<DecideRow> = {}): DecideRow {
  return {
    entryId: id(n),
    name,
    version: n,
    remoteId: `copy-${n}`,
    texts: TEXTS,
    state: 'conflict',
    failure: null,
    hasDraft: false,
    ...more,
  };
}

/** Answers pages of rows that the test may change. Send `changesChanged` when it does. */
export function answerRows(
  fake: FakeApi,
  { waiting = [], decide = [] }: { waiting?: WaitingRow[]; decide?: DecideRow[] },
): void {
  const part = <T>(rows: T[], { offset, limit }: { offset: number; limit: number }) =>
    success({ total: rows.length, rows: rows.slice(offset, offset + limit) });
  fake
    .answer('changes', 'waiting', (page) => part(waiting, page))
    .answer('changes', 'toDecide', (page) => part(decide, page));
}

/** Renders the page with one of its tabs. */
export async function renderChanges(fake: FakeApi, tab: ChangesTab) {
  const { state, context } = await fake.loadedState();
  state.navigation.changes(tab);
  render(ChangesPage, { context });
  return state;
}
