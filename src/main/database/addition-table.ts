/**
 * Organizations that a person chose to add and that are not saved yet. They are stored in groups, so that
 * adding thousands proceeds group by group and continues after a restart.
 */
import * as v from 'valibot';
import {
  entryKindSchema,
  nameSchema,
  entryIdSchema,
  parentSchema,
  type ListedEntry,
} from '../../shared/organization';
import * as columns from './columns';
import type { Context } from './context';
import { readRow, type Table } from './table';

/** A group of organizations that a person chose to add and that are not saved yet. */
export interface AdditionRow {
  id: number;
  /** The sign-in that the organizations are added with. */
  signInId: string;
  organizations: readonly ListedEntry[];
}

const groupSchema = v.array(
  v.object({
    id: entryIdSchema,
    kind: entryKindSchema,
    name: nameSchema,
    parent: v.nullable(parentSchema),
    createdAt: v.nullable(v.number()),
  }),
);

/** The table of groups to add. If one is lost, the person can choose its organizations again. */
export const ADDITION: Table<AdditionRow> = {
  name: 'addition',
  parse(row) {
    const signInId = columns.toSignInId(row['sign_in_id']);
    const group = v.safeParse(groupSchema, columns.fromJson(row['organizations']));
    if (signInId === null || !group.success) return null;
    return { id: columns.toNumber(row['id']), signInId, organizations: group.output };
  },
};

/** The repository of organizations that are still to be added. */
export function additions({ sql, changes }: Context) {
  return {
    /** Number of organizations still to be added. */
    count: (): number => columns.toNumber(sql.get('SELECT sum(count) AS n FROM addition')?.['n']),
    /** The first group, or null. */
    first(): AdditionRow | null {
      const row = sql.get('SELECT * FROM addition ORDER BY id LIMIT 1');
      return row && readRow(ADDITION, row);
    },
    /** Appends a group and returns its id. */
    put(signInId: string, organizations: AdditionRow['organizations']): number {
      sql.run(
        'INSERT INTO addition (sign_in_id, count, organizations) VALUES (?, ?, ?)',
        signInId,
        organizations.length,
        columns.toJson(organizations),
      );
      changes.topic('additions');
      return columns.toNumber(sql.get('SELECT last_insert_rowid() AS id')?.['id']);
    },
    /** Deletes a group, once its organizations are saved or will not be. */
    remove(id: number): void {
      sql.run('DELETE FROM addition WHERE id = ?', id);
      changes.topic('additions');
    },
    /** Deletes all groups. */
    clear(): void {
      sql.run('DELETE FROM addition');
      changes.topic('additions');
    },
  };
}
