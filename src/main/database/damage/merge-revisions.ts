/**
 * Merges revisions of a database that was set aside into the current history. The history is ordered by id, so
 * merged revisions need smaller ids than newer current ones. Therefore current revisions that are newer than the
 * first merged one are deleted and added again with new ids. An id is never reused for a different revision.
 */
import { FIELD_NAMES } from '../../../shared/profile';
import type { RevisionRow, StoredRevision, Tables } from '../tables';

/**
 * Adds the revisions that the current history lacks. Skips those of unknown organizations.
 * @param salvaged in the order they were added
 */
export function mergeRevisions(tables: Tables, salvaged: readonly RevisionRow[]): void {
  const byOrganization = new Map<string, RevisionRow[]>();
  for (const row of salvaged) {
    const rows = byOrganization.get(row.organizationId) ?? [];
    byOrganization.set(row.organizationId, rows);
    rows.push(row);
  }
  for (const [id, rows] of byOrganization) {
    if (!tables.organizations.get(id)) continue;
    const current = tables.revisions.of(id);
    insertByTime(tables, current, missingFrom(current, rows));
  }
}

/**
 * Runs `work`, which may append revisions of an organization, and then moves these revisions to their place in
 * time. Drops those that an earlier recovery already added.
 */
export function mergeRevisionsAddedBy<T>(tables: Tables, organizationId: string, work: () => T): T {
  const before = tables.revisions.latest(organizationId) ?? 0;
  const value = work();
  if ((tables.revisions.latest(organizationId) ?? 0) === before) return value;
  const added = tables.revisions.of(organizationId).filter(({ id }) => id > before);
  for (const { id } of added) tables.revisions.remove(id);
  mergeRevisions(tables, added);
  return value;
}

/** Revisions with the same time, kind and texts are the same revision. */
function keyOf({ at, kind, texts }: RevisionRow): string {
  return JSON.stringify([at, kind, ...FIELD_NAMES.map((field) => texts[field] ?? null)]);
}

function missingFrom(
  current: readonly RevisionRow[],
  salvaged: readonly RevisionRow[],
): readonly RevisionRow[] {
  const known = new Set(current.map(keyOf));
  return salvaged.filter((row) => {
    const isNew = !known.has(keyOf(row));
    known.add(keyOf(row));
    return isNew;
  });
}

/** Merges two lists by time. Keeps the order within each, even if the clock was set back in between. */
function insertByTime(
  tables: Tables,
  current: readonly StoredRevision[],
  missing: readonly RevisionRow[],
): void {
  const [first] = missing;
  const from = first ? current.findIndex((row) => row.at >= first.at) : -1;
  const newer = from < 0 ? [] : current.slice(from);
  const remaining = [...newer];
  for (const row of missing) {
    for (let next = remaining[0]; next && next.at < row.at; next = remaining[0]) {
      tables.revisions.add(next);
      remaining.shift();
    }
    tables.revisions.add(row);
  }
  for (const row of remaining) tables.revisions.add(row);
  // Removed last, so that no added revision gets the id of a removed one.
  for (const row of newer) tables.revisions.remove(row.id);
}
