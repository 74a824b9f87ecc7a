/**
 * The MACs of pending changes (row-macs.ts). A MAC covers what is sent, to which organization, and with which
 * sign-in: exactly the stored columns, so that a flipped bit is noticed as well. It does not cover when a change
 * is sent.
 *
 * While the keys of earlier runs are not available, a change may replace one that could not be checked. Then the
 * new row keeps in `unverified` what the MAC of the old one covered, and is checked by it, too.
 */
import { savesIn, touchedFields, type Patch } from '../../shared/patch';
import type { Edits, Profile } from '../../shared/profile';
import * as columns from './columns';
import type { Context } from './context';
import type { Row, Value } from './sqlite-file';
import type { Covered, RowMacs, Verdict } from './row-macs';
import type { OutboxRow } from './rows';

/** The part of a row that a MAC covers, as stored. */
interface Stored {
  entryId: string;
  version: Value;
  patch: Value;
  attempted: Value;
  remote: Value;
  state: Value;
}

/** SQL: pending changes with what their MACs cover. `sign_in` is the one with which the change is sent. */
export const WITH_SIGN_IN = `SELECT x.*, x.rowid AS place, o.sign_in_id AS sign_in, c.email AS sign_in_email
  FROM outbox x JOIN organization o ON o.id = x.entry_id
  LEFT JOIN sign_in c ON c.id = o.sign_in_id`;

const SIGN_IN_OF = `SELECT o.sign_in_id AS sign_in, c.email AS sign_in_email
  FROM organization o LEFT JOIN sign_in c ON c.id = o.sign_in_id WHERE o.id = ?`;

/** Waiting and paused changes count as queued, and so does an unknown state (outbox-table.ts). */
function statusOf(state: Value): string {
  return state === 'conflict' || state === 'differs' || state === 'refused' ? state : 'queued';
}

function coveredBy(row: Stored, signIn: Row | null): Covered {
  return [
    'change',
    row.entryId,
    row.version,
    row.patch,
    row.attempted,
    row.remote,
    statusOf(row.state),
    (signIn?.['sign_in'] ?? null) as Value,
    (signIn?.['sign_in_email'] ?? null) as Value,
  ];
}

/** What the MAC of a row of `WITH_SIGN_IN` covers. */
function coveredIn(row: Row): Covered {
  const stored = {
    entryId: row['entry_id'],
    version: row['version'],
    patch: row['patch'],
    attempted: row['attempted'],
    remote: row['remote'],
    state: row['state'],
  };
  return coveredBy(stored as Stored, row);
}

/** What the MACs of rows covered that this row replaced, each after its MAC. Null if that is damaged. */
function unverifiedOf(row: Row): [mac: unknown, ...covered: Covered][] | null {
  if (row['unverified'] === null) return [];
  const stored = columns.fromJson(row['unverified']);
  const isList = Array.isArray(stored) && stored.every((one) => Array.isArray(one));
  return isList ? (stored as [unknown, ...Covered][]) : null;
}

/** The saves that a patch names and that do not exist. A save is never deleted before its changes are. */
export function missingSaves({ sql }: Pick<Context, 'sql'>, patch: Patch): string[] {
  return savesIn(patch).filter((save) => !sql.get('SELECT 1 FROM save WHERE id = ?', save));
}

/**
 * The result of checking a row of `WITH_SIGN_IN`. A change of a save that does not exist counts as altered, because
 * no one can tell whether the save was paused.
 */
export function verdictOf(context: Pick<Context, 'sql' | 'macs'>, row: Row): Verdict {
  const verdict = macVerdict(context.macs, row);
  if (verdict !== 'intact') return verdict;
  const patch = columns.toPatch(row['patch']) ?? {};
  return missingSaves(context, patch).length > 0 ? 'altered' : 'intact';
}

function macVerdict(macs: RowMacs, row: Row): Verdict {
  if (columns.toVersion(row['version']) === null) return 'altered';
  const verdict = macs.verdict(coveredIn(row), row['mac']);
  if (verdict !== 'intact') return verdict;
  const verdicts = unverifiedOf(row)?.map(([mac, ...covered]) => macs.verdict(covered, mac));
  if (!verdicts) return 'altered';
  return verdicts.find((one) => one !== 'intact') ?? 'intact';
}

/**
 * The unconfirmed texts of a row of `WITH_SIGN_IN` that may be at Cloudflare. Only a MAC proves that they are ours. So
 * this goes from the oldest row that it replaced up to the row itself, stops at the first one that is not intact, and
 * returns the texts of the one before; an empty object if there is none.
 */
export function verifiedAttempts(macs: RowMacs, row: Row): Edits {
  const replaced = unverifiedOf(row);
  if (!replaced) return {};
  let attempted: Edits = {};
  for (const [mac, ...covered] of [...replaced, [row['mac'], ...coveredIn(row)] as const]) {
    const [kind, id, , , texts] = covered;
    // The MAC of another entry is valid, too.
    if (kind !== 'change' || id !== row['entry_id']) break;
    if (macs.verdict(covered, mac) !== 'intact') break;
    attempted = columns.toEdits(texts) ?? {};
  }
  return attempted;
}

/** The value of the column `unverified` of a row that replaces `row`. */
function unverifiedIn(macs: RowMacs, row: Row): string | null {
  if (macVerdict(macs, row) !== 'unknown') return null;
  const covered = coveredIn(row);
  const isOwn = macs.verdict(covered, row['mac']) === 'intact';
  return columns.toJson([
    ...(unverifiedOf(row) ?? []),
    ...(isOwn ? [] : [[row['mac'], ...covered]]),
  ]);
}

/** The columns `mac` and `unverified` of a row to store. `replaced` is the current row, from `WITH_SIGN_IN`. */
export function macColumns(
  { sql, macs }: Context,
  row: Stored,
  replaced: Row | null,
): [mac: string, unverified: string | null] {
  const signIn = replaced ?? sql.get(SIGN_IN_OF, row.entryId);
  return [macs.of(coveredBy(row, signIn)), replaced && unverifiedIn(macs, replaced)];
}

const SET_MAC = 'UPDATE outbox SET mac = ?, unverified = ? WHERE entry_id = ?';

/**
 * Runs `work`, which changes the sign-in of pending changes, and then gives new MACs to those whose MAC was valid.
 * @param where SQL condition on `organization` (o) that selects the changes
 */
export function keepMacs<T>({ sql, macs }: Context, where: string, value: Value, work: () => T): T {
  const before = sql.all(`${WITH_SIGN_IN} WHERE ${where}`, value);
  const result = work();
  for (const row of before) {
    const verdict = macVerdict(macs, row);
    if (verdict !== 'intact' && verdict !== 'unknown') continue;
    const id = row['entry_id'] as string;
    const covered = coveredIn({
      ...row,
      sign_in: null,
      sign_in_email: null,
      ...sql.get(SIGN_IN_OF, id),
    });
    sql.run(SET_MAC, macs.of(covered), unverifiedIn(macs, row), id);
  }
  return result;
}

/** Gives a row of `WITH_SIGN_IN` that is intact a MAC of this run. */
export function renewMac({ sql, macs }: Context, row: Row): void {
  sql.run(SET_MAC, macs.of(coveredIn(row)), null, row['entry_id'] as string);
}

/** Why an altered change, or one that no one can check, is not sent. */
function failureOf(verdict: 'altered' | 'unchecked'): NonNullable<OutboxRow['failure']> {
  return { code: verdict === 'altered' ? 'change.altered' : 'change.unchecked' };
}

/**
 * A change that did not pass its check: it waits for the person, with nothing that could make Letterhead overwrite
 * a text that the person does not see. Its bases are the texts that its page shows as Cloudflare's.
 * @param attempted the texts of `verifiedAttempts`, so that the next save recognizes our own write
 */
export function refuseUnverified(
  row: OutboxRow,
  verdict: 'altered' | 'unchecked',
  saved: Profile | null,
  attempted: Edits = {},
): OutboxRow {
  const patch: Patch = {};
  for (const field of touchedFields(row.patch)) {
    const edit = row.patch[field];
    if (edit) patch[field] = { ...edit, base: saved && saved[field] };
  }
  return {
    ...row,
    patch,
    attempted,
    remote: null,
    nextAttemptAt: null,
    failure: failureOf(verdict),
    state: 'refused',
  };
}
