/**
 * The MACs of pending changes (row-macs.ts). A MAC covers what is sent, to which organization, and with which
 * sign-in: exactly the stored columns, those of the rows of its fields, too, so that a flipped bit is noticed as well. It
 * does not cover when a change is sent.
 */
import { DECISION_STATES } from '../../shared/organization';
import * as columns from './columns';
import type { Context } from './context';
import type { Row, Value } from './sqlite-file';
import type { Covered, Trust } from './row-macs';

/** A row of a pending change with the rows of its fields, in the order of their names. */
export type StoredChange = Row & { fields: readonly Row[] };

/**
 * Reads pending changes with what their MACs cover. `sign_in` is the one with which the change is sent.
 * @param rest SQL: the rest of a query of `outbox` (x) and `organization` (o)
 */
export function storedChanges(
  { sql }: Pick<Context, 'sql'>,
  rest: string,
  ...values: Value[]
): StoredChange[] {
  const FIELDS = 'SELECT * FROM pending_field WHERE entry_id = ? ORDER BY field';
  return sql
    .all(
      `SELECT x.*, x.rowid AS place, o.sign_in_id AS sign_in
       FROM outbox x JOIN organization o ON o.id = x.entry_id ${rest}`,
      ...values,
    )
    .map((row) => ({ ...row, fields: sql.all(FIELDS, row['entry_id'] as string) }));
}

/** Waiting and paused changes count as queued. */
const statusOf = (state: unknown): string =>
  columns.toOneOf(['queued', ...DECISION_STATES], state, 'queued');

/** What the MAC of a change covers. */
function coveredIn(stored: StoredChange): Covered {
  const { entry_id, version, attempted, remote, state, sign_in, fields } = stored;
  const ofFields = fields.flatMap(({ field, base, text, save_id }) => [field, base, text, save_id]);
  const values = [entry_id, version, attempted, remote, statusOf(state), sign_in, ...ofFields];
  return ['change', ...(values as Value[])];
}

/**
 * Checks a change. One of a save that does not exist is foreign, too: whether the save was paused is lost. A save is
 * never deleted before its changes are.
 */
export function checkChange(
  { sql, macs }: Pick<Context, 'sql' | 'macs'>,
  stored: StoredChange,
): Trust {
  if (columns.toVersion(stored['version']) === null) return 'foreign';
  const trust = macs.check(coveredIn(stored), stored['mac']);
  if (trust !== 'ours') return trust;
  const saves = new Set(stored.fields.flatMap((field) => (field['save_id'] as string) ?? []));
  const isKnown = (save: string): boolean =>
    sql.get('SELECT 1 FROM save WHERE id = ?', save) !== null;
  return [...saves].every(isKnown) ? 'ours' : 'foreign';
}

/** The MAC of a change. */
export function macOf({ macs }: Pick<Context, 'macs'>, stored: StoredChange): string {
  return macs.of(coveredIn(stored));
}

/** Stores the MAC of a change that we had stored. */
export function storeMac(context: Pick<Context, 'sql' | 'macs'>, stored: StoredChange): void {
  const mac = macOf(context, stored);
  if (stored['mac'] === mac) return;
  const SET = 'UPDATE outbox SET mac = ? WHERE entry_id = ?';
  context.sql.run(SET, mac, stored['entry_id'] as string);
}

/**
 * Runs `work`, which changes the sign-in of pending changes, and then signs those again that we had stored.
 * @param where SQL condition on `organization` (o) that selects the changes
 */
export function signAgain<T>(context: Context, where: string, value: Value, work: () => T): T {
  const found = storedChanges(context, `WHERE ${where}`, value);
  const ours = found.filter((stored) => checkChange(context, stored) === 'ours');
  const result = work();
  for (const { entry_id } of ours) {
    const [stored] = storedChanges(context, 'WHERE o.id = ?', entry_id as string);
    if (stored) storeMac(context, stored);
  }
  return result;
}
