/**
 * Reads everything that the rows of the list are computed from, for many organizations at once. Organizations,
 * sign-ins and profiles are joined in one statement. Few organizations have drafts and pending changes, so
 * separate statements are cheaper than mostly empty columns in every row.
 */
import { ENTRY_KINDS, type ListedEntry } from '../../shared/organization';
import type { FieldName } from '../../shared/profile';
import { READ_ONLY_REASONS, SIGN_IN_STATES } from '../../shared/sign-in';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './sqlite-file';
import { DRAFT, draftsOf, type DraftRow } from './draft-table';
import { LABEL } from './label-table';
import { changeOf, patchesOf, PENDING_FIELD, type OutboxRow } from './outbox-table';
import { readRow } from './table';
import { adviceOf, type ProfileRow } from './profile-table';
import type { SignInRow } from './sign-in-table';

/** A saved entry: an organization or an account. */
export interface OrganizationRecord extends ListedEntry {
  /** Null if it has no sign-in. */
  signInId: string | null;
  addedAt: number;
  /** When the person last opened its page, or null. */
  viewedAt: number | null;
}

/** One organization with everything that its row in the list is computed from. */
export interface ListEntry {
  organization: OrganizationRecord;
  signIn: Pick<SignInRow, 'state' | 'issue' | 'readOnly'> | null;
  profile: ProfileRow | null;
  /** Fields of the saved copy with advice that was not marked as viewed. */
  advice: FieldName[];
  draft: DraftRow | null;
  change: OutboxRow | null;
  /** In the order of their letters. */
  labels: string[];
}

const COLUMNS = `o.id, o.name, o.sign_in_id, o.added_at, o.viewed_at, c.state, c.issue,
  p.fields, p.confirmed_at, p.checked_at, p.changed_elsewhere, p.advice, o.kind, o.parent_id,
  o.parent_name, o.created_at, c.read_only`;

const ENTRIES = `SELECT ${COLUMNS} FROM organization o
  LEFT JOIN sign_in c ON c.id = o.sign_in_id
  LEFT JOIN profile p ON p.entry_id = o.id`;

const AMONG = 'IN (SELECT value FROM json_each(?))';

/** The entries with these ids, in no particular order. */
export function listEntries(context: Context, ids: readonly string[]): ListEntry[] {
  const { sql } = context;
  const json = columns.toJson(ids);
  const rowsOf = (table: string): Row[] =>
    sql.all(`SELECT * FROM ${table} WHERE entry_id ${AMONG}`, json);

  const drafts = draftsOf(rowsOf('draft_field').map((row) => readRow(DRAFT, row)));
  const patches = patchesOf(rowsOf('pending_field').map((row) => readRow(PENDING_FIELD, row)));
  const changes = new Map(
    rowsOf('outbox')
      .map((row) => changeOf(row, patches))
      .map((change) => [change.entryId, change]),
  );
  const labels = new Map<string, string[]>();
  for (const row of sql.all(
    `SELECT * FROM label WHERE entry_id ${AMONG} ORDER BY entry_id, folded`,
    json,
  )) {
    const { entryId, label } = readRow(LABEL, row);
    const known = labels.get(entryId);
    if (known) known.push(label);
    else labels.set(entryId, [label]);
  }
  const entries: ListEntry[] = [];
  for (const row of sql.arrays(`${ENTRIES} WHERE o.id ${AMONG}`, json)) {
    const id = columns.toEntryId(row[0]);
    if (id === null) continue;
    const profile = profileOf(id, row);
    const parentId = columns.toEntryId(row[13]);
    const parent = parentId === null ? null : { id: parentId, name: columns.toText(row[14]) };
    entries.push({
      organization: {
        id,
        kind: columns.toOneOf(ENTRY_KINDS, row[12], 'organization'),
        name: columns.toText(row[1]),
        parent,
        createdAt: columns.toTime(row[15]),
        signInId: columns.toSignInId(row[2]),
        addedAt: columns.toNumber(row[3]),
        viewedAt: columns.toTime(row[4]),
      },
      signIn:
        row[5] === null
          ? null
          : {
              state: columns.toOneOf(SIGN_IN_STATES, row[5], 'stored'),
              issue: columns.toFailure(row[6]),
              readOnly: READ_ONLY_REASONS.find((reason) => reason === row[16]) ?? null,
            },
      profile,
      advice: adviceOf(row[11], profile),
      draft: drafts.get(id) ?? null,
      change: changes.get(id) ?? null,
      labels: labels.get(id) ?? [],
    });
  }
  return entries;
}

function profileOf(id: string, row: unknown[]): ProfileRow | null {
  if (row[9] === null) return null;
  const fields = row[7] === null ? null : columns.toProfile(row[7]);
  if (fields === null && row[7] !== null) throw new columns.Unreadable('profile');
  return {
    entryId: id,
    fields,
    confirmedAt: columns.toNumber(row[8]),
    checkedAt: columns.toNumber(row[9]),
    changedElsewhere: row[10] === 1,
  };
}
