/**
 * The MACs of pending changes (row-macs.ts). A MAC covers what is sent, to which organization, and with which
 * sign-in: exactly the stored columns, so that a flipped bit is noticed as well. It does not cover when a change
 * is sent.
 */
import { savesIn } from '../../shared/patch';
import * as columns from './columns';
import type { Context } from './context';
import type { Row, Value } from './sqlite-file';
import type { Covered } from './row-macs';

/** SQL: pending changes with what their MACs cover. `sign_in` is the one with which the change is sent. */
export const WITH_SIGN_IN = `SELECT x.*, x.rowid AS place, o.sign_in_id AS sign_in
  FROM outbox x JOIN organization o ON o.id = x.entry_id`;

/** Waiting and paused changes count as queued. */
function statusOf(state: unknown): string {
  return state === 'conflict' || state === 'differs' || state === 'refused' ? state : 'queued';
}

/** What the MAC of a row of `WITH_SIGN_IN` covers. */
function coveredIn(row: Row): Covered {
  const { entry_id, version, patch, attempted, remote, state, sign_in } = row;
  const values = [entry_id, version, patch, attempted, remote, statusOf(state), sign_in];
  return ['change', ...(values as Value[])];
}

/**
 * The result of checking a row of `WITH_SIGN_IN`, as of `RowMacs.check`. False for a change of a save that does not
 * exist, too: no one can tell whether the save was paused. A save is never deleted before its changes are.
 */
export function checkChange(
  { sql, macs }: Pick<Context, 'sql' | 'macs'>,
  row: Row,
): boolean | null {
  if (columns.toVersion(row['version']) === null) return false;
  const isOurs = macs.check(coveredIn(row), row['mac']);
  if (!isOurs) return isOurs;
  return savesIn(columns.toPatch(row['patch']) ?? {}).every(
    (save) => sql.get('SELECT 1 FROM save WHERE id = ?', save) !== null,
  );
}

/** The MAC of a row of `WITH_SIGN_IN`. */
export function macOf({ macs }: Pick<Context, 'macs'>, row: Row): string {
  return macs.of(coveredIn(row));
}

/** Stores the MAC of a row of `WITH_SIGN_IN` that we had stored. */
export function storeMac(context: Pick<Context, 'sql' | 'macs'>, row: Row): void {
  const mac = macOf(context, row);
  if (row['mac'] === mac) return;
  const SET = 'UPDATE outbox SET mac = ? WHERE entry_id = ?';
  context.sql.run(SET, mac, row['entry_id'] as string);
}

/**
 * Runs `work`, which changes the sign-in of pending changes, and then signs those again that we had stored.
 * @param where SQL condition on `organization` (o) that selects the changes
 */
export function signAgain<T>(context: Context, where: string, value: Value, work: () => T): T {
  const found = context.sql.all(`${WITH_SIGN_IN} WHERE ${where}`, value);
  const ours = found.filter((row) => checkChange(context, row) === true);
  const result = work();
  for (const { entry_id } of ours) {
    const row = context.sql.get(`${WITH_SIGN_IN} WHERE o.id = ?`, entry_id as string);
    if (row) storeMac(context, row);
  }
  return result;
}
