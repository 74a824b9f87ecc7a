/** Saved organizations. */
import { ENTRY_KINDS, type Parent } from '../../shared/organization';
import * as columns from './columns';
import { hasEntry, markEntry, type Context } from './context';
import { readOrder } from './read-order';
import type { Row } from './sqlite-file';
import { listEntries, type ListEntry, type OrganizationRecord } from './entries';
import type { Table } from './table';
import { signAgain } from './outbox-macs';

/** Identifies the edits of a saved entry without reading their texts, so that thousands can be compared. */
export interface EditFingerprint {
  entryId: string;
  signInId: string | null;
  /** Identifies the text of its draft; null if it has none. */
  draft: string | null;
  /** Identifies its pending change, or the changes of saves that are still to be made of it; null: there are none. */
  change: string | null;
}

/** Totals of saved organizations. */
export interface OrganizationTotals {
  saved: number;
  withoutSignIn: number;
  /** Without a saved copy of their profile. */
  unread: number;
  changedElsewhere: number;
  drafts: number;
}

/** What an entry can be found by. */
export interface EntryKeys {
  id: string;
  name: string;
  /** Of an account: its organization, if that is known; else null. */
  organization: Parent | null;
  /**
   * Its saved metadata; null if they were not asked for. An entry that was never read waits for that, or cannot be read:
   * it has no sign-in that works, or Cloudflare refused it.
   */
  metadata: { text: string } | 'waits' | 'unreadable' | null;
}

/**
 * What identifies the edits of entries: the numbers of the texts of a draft, and the version of a pending change. An
 * unreadable draft or change counts, too.
 */
const EDITS = `SELECT o.id, o.sign_in_id,
    (SELECT group_concat(seq || ' ' || field) FROM draft_field WHERE entry_id = o.id) AS draft,
    CAST(x.version AS TEXT) AS change
  FROM json_each(?) AS asked JOIN organization o ON o.id = asked.value
    LEFT JOIN outbox x ON x.entry_id = o.id
  ORDER BY asked.key`;

/** SQL: whether an entry waits for its first read, which only one does whose sign-in works. */
const IS_WAITING = `(o.read_order < 0
  AND EXISTS (SELECT 1 FROM sign_in WHERE id = o.sign_in_id AND issue IS NULL))`;

/** Identifies what removing an entry would lose of a person's edits; null if it has none. */
export function lossesOf({ draft, change }: EditFingerprint): string | null {
  return draft === null && change === null ? null : JSON.stringify([draft, change]);
}

/** The organization above an entry; null if it is not known. */
function toParent(row: Row): Parent | null {
  const id = columns.toEntryId(row['parent_id']);
  return id === null ? null : { id, name: columns.toText(row['parent_name']) };
}

/** Parses a row. Null if its id is invalid. */
function toOrganization(row: Row): OrganizationRecord | null {
  const id = columns.toEntryId(row['id']);
  if (id === null) return null;
  return {
    id,
    kind: columns.toOneOf(ENTRY_KINDS, row['kind'], 'organization'),
    name: columns.toText(row['name']),
    parent: toParent(row),
    createdAt: columns.toTime(row['created_at']),
    signInId: columns.toSignInId(row['sign_in_id']),
    addedAt: columns.toNumber(row['added_at']),
    viewedAt: columns.toTime(row['viewed_at']),
  };
}

/** The table of organizations. */
export const ORGANIZATION: Table<OrganizationRecord> = {
  name: 'organization',
  isOffered: true,
  parse: toOrganization,
  recover(context, row) {
    if (hasEntry(context, row.id)) return false;
    const isKnown = context.sql.get('SELECT 1 FROM sign_in WHERE id = ?', row.signInId);
    organizations(context).put({ ...row, signInId: isKnown ? row.signInId : null });
    return true;
  },
};

/** The repository of organizations. */
export function organizations(context: Context) {
  const { sql, changes, rows } = context;
  /** The sign-in id of an organization; undefined if there is no such organization. */
  const signInOf = (id: string): unknown =>
    sql.get('SELECT sign_in_id FROM organization WHERE id = ?', id)?.['sign_in_id'];
  /** Marks the row of the organization above an entry, because whether entries are below it may change. */
  const touchParent = (id: string): void => {
    const parent = sql.get('SELECT parent_id AS id FROM organization WHERE id = ?', id)?.['id'];
    if (typeof parent === 'string') rows.touch(parent);
  };
  /** Marks a sign-in, because it shows how many organizations use it. Ignores null and undefined. */
  const markSignIn = (id: unknown): void => {
    if (typeof id === 'string') changes.signIn(id);
  };
  const order = readOrder(context);
  return {
    all(): OrganizationRecord[] {
      return sql
        .all('SELECT * FROM organization ORDER BY rowid')
        .flatMap((row) => toOrganization(row) ?? []);
    },
    ids(): string[] {
      return columns.toEntryIds(sql.arrays('SELECT id FROM organization ORDER BY rowid'));
    },
    /** The ids of the first entries with a draft or a pending change after this id, in the order of ids. */
    edited(after: string, limit: number): string[] {
      const EDITED = `SELECT entry_id FROM draft_field WHERE entry_id > ?1
        UNION SELECT entry_id FROM pending_field WHERE entry_id > ?1 ORDER BY entry_id LIMIT ?2`;
      return sql.arrays(EDITED, after, limit).map(([id]) => String(id));
    },
    /**
     * What up to `limit` entries can be found by, in the order they were added.
     * @param after the place of the last one before them; 0 for the first
     * @returns also the place of the last one; null if there are no more
     */
    keys(
      after: number,
      limit: number,
      withMetadata: boolean,
    ): { entries: EntryKeys[]; last: number | null } {
      const COLUMNS = 'o.rowid AS place, o.id, o.name, o.kind, o.parent_id, o.parent_name';
      const FROM = withMetadata
        ? `${COLUMNS}, p.fields, p.entry_id IS NOT NULL AS is_read, ${IS_WAITING} AS is_waiting
           FROM organization o LEFT JOIN profile p ON p.entry_id = o.id`
        : `${COLUMNS} FROM organization o`;
      const rows = sql.all(
        `SELECT ${FROM} WHERE o.rowid > ? ORDER BY o.rowid LIMIT ?`,
        after,
        limit,
      );
      const entries = rows.flatMap((row): EntryKeys | [] => {
        const id = columns.toEntryId(row['id']);
        if (id === null) return [];
        const common = {
          name: columns.toText(row['name']),
          organization: row['kind'] === 'account' ? toParent(row) : null,
        };
        if (!withMetadata) return { id, ...common, metadata: null };
        const unread = row['is_waiting'] === 1 ? 'waits' : 'unreadable';
        const isRead = row['is_read'] === 1;
        const text = columns.toProfile(row['fields'])?.external_metadata ?? '';
        return { id, ...common, metadata: isRead ? { text } : unread };
      });
      const last = rows.length < limit ? null : columns.toNumber(rows.at(-1)?.['place']);
      return { entries, last };
    },
    /** Totals for confirmation dialogs and the support report. */
    totals(): OrganizationTotals {
      const row = sql.get(`SELECT
        (SELECT count(*) FROM organization) AS saved,
        (SELECT count(*) FROM organization WHERE sign_in_id IS NULL) AS without_sign_in,
        (SELECT count(*) FROM profile) AS read,
        (SELECT count(*) FROM profile WHERE changed_elsewhere = 1) AS changed_elsewhere,
        (SELECT count(DISTINCT entry_id) FROM draft_field) AS drafts`);
      const saved = columns.toNumber(row?.['saved']);
      return {
        saved,
        withoutSignIn: columns.toNumber(row?.['without_sign_in']),
        unread: saved - columns.toNumber(row?.['read']),
        changedElsewhere: columns.toNumber(row?.['changed_elsewhere']),
        drafts: columns.toNumber(row?.['drafts']),
      };
    },
    get(id: string): OrganizationRecord | null {
      const row = sql.get('SELECT * FROM organization WHERE id = ?', id);
      return row && toOrganization(row);
    },
    /** Whether an entry is saved that shows the profile with this id (`profileIdOf`). */
    showsProfile(id: string): boolean {
      const SHOWS = `SELECT 1 FROM organization WHERE (id = ?1 AND (kind = 'organization' OR parent_id IS NULL))
        OR (parent_id = ?1 AND kind = 'account') LIMIT 1`;
      return sql.get(SHOWS, id) !== null;
    },
    /** Whether texts of its draft or pending change could not be read, and nothing was typed since. */
    hasUnreadableEdits(id: string): boolean {
      const PUT_ASIDE = `SELECT 1 FROM unreadable WHERE entry_id = ? AND is_shown = 1`;
      return sql.get(PUT_ASIDE, id) !== null;
    },
    put(row: OrganizationRecord): void {
      const signInBefore = signInOf(row.id);
      const isChanged = signInBefore !== undefined && signInBefore !== row.signInId;
      const store = (): void =>
        void sql.run(
          `INSERT INTO organization (id, kind, name, parent_id, parent_name, created_at,
           sign_in_id, added_at, viewed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name,
           parent_id = excluded.parent_id, parent_name = excluded.parent_name,
           created_at = excluded.created_at, sign_in_id = excluded.sign_in_id, added_at = excluded.added_at,
           viewed_at = excluded.viewed_at`,
          row.id,
          row.kind,
          columns.toJson(row.name),
          row.parent?.id ?? null,
          row.parent && columns.toJson(row.parent.name),
          row.createdAt,
          row.signInId,
          row.addedAt,
          row.viewedAt,
        );
      touchParent(row.id);
      if (isChanged) {
        signAgain(context, 'o.id = ?', row.id, store);
        // Another sign-in may be able to read what the last one could not.
        order.markUnread([row.id]);
      } else store();
      touchParent(row.id);
      markEntry(context, row.id);
      if (signInBefore === row.signInId) return;
      markSignIn(signInBefore);
      markSignIn(row.signInId);
      const updated = sql.run(
        'UPDATE outbox SET sign_in_id = ? WHERE entry_id = ?',
        row.signInId,
        row.id,
      );
      // A change that is paused because of its old sign-in may be sent with the new one.
      if (updated > 0) changes.topic('outbox');
    },
    /** Removes the organization with everything that is stored of it. */
    remove(id: string): void {
      markSignIn(signInOf(id));
      // Deleting an organization also deletes its pending change and its items of saves.
      if (sql.get('SELECT 1 FROM outbox WHERE entry_id = ?', id)) changes.topic('outbox');
      if (sql.get('SELECT 1 FROM draft_field WHERE entry_id = ?', id)) changes.topic('drafts');
      if (sql.get('SELECT 1 FROM save_item WHERE entry_id = ?', id)) changes.topic('saves');
      // An open batch says how many of its drafts are left, and how many of its entries are still to be read.
      if (sql.get('SELECT 1 FROM batch WHERE closed = 0 LIMIT 1')) changes.topic('batches');
      touchParent(id);
      sql.run('DELETE FROM organization WHERE id = ?', id);
      sql.run('DELETE FROM unreadable WHERE entry_id = ?', id);
      changes.removed(id);
      rows.touch(id);
    },
    /** Everything the list needs about these entries. */
    entries: (ids: readonly string[]): ListEntry[] => listEntries(context, ids),
    /** Identifies the edits of these entries, in the given order. Omits entries that are not saved. */
    editFingerprints(ids: readonly string[]): EditFingerprint[] {
      return sql.all(EDITS, columns.toJson(ids)).flatMap((row) => {
        const entryId = columns.toEntryId(row['id']);
        if (entryId === null) return [];
        const { draft, change } = row;
        return {
          entryId,
          signInId: columns.toSignInId(row['sign_in_id']),
          draft: typeof draft === 'string' ? draft : null,
          change: typeof change === 'string' ? change : null,
        };
      });
    },
    /** Those of these entries that wait for their first read and have a sign-in that works. */
    waiting: (ids: readonly string[]): Set<string> =>
      new Set(
        columns.toEntryIds(
          sql.arrays(
            `SELECT o.id FROM json_each(?) JOIN organization o ON o.id = value WHERE ${IS_WAITING}`,
            columns.toJson(ids),
          ),
        ),
      ),
    /** The sign-in of each of these entries that is saved; null: none. */
    signInsOf: (ids: readonly string[]): Map<string, string | null> =>
      new Map(
        sql
          .arrays(
            'SELECT o.id, sign_in_id FROM json_each(?) JOIN organization o ON o.id = value',
            columns.toJson(ids),
          )
          .map(([id, signInId]) => [String(id), columns.toSignInId(signInId)]),
      ),
    ...order,
    markViewed(id: string, at: number): void {
      sql.run('UPDATE organization SET viewed_at = ? WHERE id = ?', at, id);
      changes.organization(id);
    },
    /** Removes the sign-in from every organization that uses it, and returns their ids. */
    release(signInId: string): string[] {
      const released = columns.toEntryIds(
        sql.arrays('SELECT id FROM organization WHERE sign_in_id = ?', signInId),
      );
      signAgain(context, 'o.sign_in_id = ?', signInId, () => {
        for (const table of ['organization', 'outbox']) {
          sql.run(`UPDATE ${table} SET sign_in_id = NULL WHERE sign_in_id = ?`, signInId);
        }
      });
      changes.signIn(signInId);
      changes.topic('outbox');
      for (const id of released) changes.organization(id);
      rows.released(released, signInId);
      return released;
    },
  };
}
