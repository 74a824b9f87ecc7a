/** Sample pending changes, saves and results. */
import type { ChangeCounts, DecideRow, WaitingRow } from '../../../src/shared/changes';
import { success } from '../../../src/shared/result';
import type { Save, SaveResult } from '../../../src/shared/saves';
import type { ScriptedMain } from '../../scripted/scripted-main';
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
  { field: 'business_phone', before: '+49 1', after: '+49 2', replacesWaiting: null, notes: [] },
];

/** A change that is sent automatically. */
export function waitingRow(n: number, name: string, more: Partial<WaitingRow> = {}): WaitingRow {
  return {
    entryId: id(n),
    name,
    organizationName: null,
    version: n,
    texts: TEXTS,
    state: 'queued',
    since: Date.now() - 5 * 60_000,
    failure: null,
    nextTryAt: null,
    isSavePaused: false,
    ...more,
  };
}

/** A change that waits for a decision. */
export function decideRow(n: number, name: string, more: Partial<DecideRow> = {}): DecideRow {
  return {
    entryId: id(n),
    name,
    organizationName: null,
    version: n,
    remoteId: `copy-${n}`,
    texts: TEXTS,
    state: 'conflict',
    failure: null,
    remoteAuthor: null,
    draft: [],
    ...more,
  };
}

/** Answers pages of rows that the test may change. Send `changesChanged` when it does. */
export function answerRows(
  fake: ScriptedMain,
  { waiting = [], decide = [] }: { waiting?: WaitingRow[]; decide?: DecideRow[] },
): void {
  const part = <T>(rows: T[], { offset, limit }: { offset: number; limit: number }) =>
    success({ total: rows.length, rows: rows.slice(offset, offset + limit) });
  fake
    .answer('changes', 'waiting', (page) => part(waiting, page))
    .answer('changes', 'toDecide', (page) => part(decide, page));
}

/** A running save over ten organizations. */
export function sampleSave(more: Partial<Save> = {}): Save {
  return {
    id: 'save-1',

    at: Date.now(),
    fields: ['business_phone'],
    notSubmitted: 0,
    total: 10,
    done: 2,
    waiting: 7,
    failed: 1,
    toDecide: 0,
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
  return {
    entryId: id(n),
    name,
    organizationName: null,
    state,
    failure,
    retryable: state === 'failed',
  };
}
