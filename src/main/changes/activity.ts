/** Handlers of the namespace `activity`: what happened in all entries, read from their revisions, some at a time. */
import {
  ACTIVITY_PER_PAGE,
  type ActivityPlace,
  type ActivityQuery,
  type ActivityRow,
} from '../../shared/activity';
import type { Handlers } from '../../shared/contract/bridge';
import type { ExportFormat } from '../../shared/csv';
import type { Revision } from '../../shared/history';
import { entryNameOf } from '../../shared/organization';
import { success, type Result } from '../../shared/result';
import type { Database, StoredRevision, Tables } from '../database';
import { revisionOf } from './history';

/** A row with its texts, as it is exported. */
export interface ActivityTexts {
  row: ActivityRow;
  differences: Revision['differences'];
}

/** Dependencies of the handlers. */
export interface ActivityOptions {
  database: Database;
  /** Writes rows to a file that the person chooses; the id is null if they chose none. */
  save: (
    rows: () => AsyncIterable<ActivityTexts[]>,
    format: ExportFormat,
  ) => Promise<Result<{ exportId: string | null; format: ExportFormat }>>;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** Some rows of the activity, newest first. */
interface ActivityRows {
  rows: ActivityTexts[];
  more: boolean;
}

function rowOf(tables: Tables, stored: StoredRevision): ActivityTexts[] {
  const { id, entryId } = stored;
  const organization = tables.organizations.get(entryId);
  if (!organization) return [];
  const { at, kind, author, saveStartedAt, differences } = revisionOf(tables, stored);
  const row: ActivityRow = {
    id,
    at,
    entryId,
    ...entryNameOf(organization),
    kind,
    fields: differences.map(({ field }) => field),
    isFirst: kind === 'observed' && differences.every(({ before }) => before === null),
    author,
    saveStartedAt,
  };
  return [{ row, differences }];
}

/** The rows older than a place, or (null) the newest. */
function rowsBefore(
  tables: Tables,
  query: ActivityQuery,
  before: ActivityPlace | null,
): ActivityRows {
  const found = tables.revisions.newest(query, before, ACTIVITY_PER_PAGE + 1);
  const shown = found.slice(0, ACTIVITY_PER_PAGE);
  const rows = shown.flatMap((stored) => rowOf(tables, stored));
  return { rows, more: found.length > shown.length };
}

/** Creates the handlers. */
export function createActivity({
  database,
  save,
  yieldToEventLoop,
}: ActivityOptions): Handlers<'activity'> {
  const read = (query: ActivityQuery, before: ActivityPlace | null): Result<ActivityRows> =>
    database.read((tables) => rowsBefore(tables, query, before));

  return {
    list({ query, before }) {
      const found = read(query, before);
      if (!found.ok) return found;
      return success({ ...found.value, rows: found.value.rows.map(({ row }) => row) });
    },
    texts: ({ revisionId }) =>
      database.read((tables) => {
        const stored = tables.revisions.get(revisionId);
        return stored && revisionOf(tables, stored);
      }),
    async export({ query, format }) {
      let failure: Result<never> | null = null;
      async function* rows(): AsyncGenerator<ActivityTexts[]> {
        for (let before: ActivityPlace | null = null, more = true; more;) {
          const found = read(query, before);
          if (!found.ok) {
            failure = found;
            throw new Error(found.failure.code);
          }
          const last: ActivityTexts | undefined = found.value.rows.at(-1);
          yield found.value.rows;
          await yieldToEventLoop();
          before = last ? { at: last.row.at, id: last.row.id } : null;
          more = found.value.more && before !== null;
        }
      }
      const saved = await save(rows, format);
      return failure ?? saved;
    },
  };
}
