/**
 * Puts revisions of a database that was set aside among those of the present one. History goes by
 * the ids, so what was remembered before must have the smaller ones: present revisions that come
 * later are added once more behind it. No id ever means another revision than it did.
 */
import { FIELD_NAMES } from '../../../shared/profile';
import type { RevisionRow, StoredRevision, Tables } from '../tables';

/** Adds the revisions that are not there yet, of organizations that are. `taken` in their old order. */
export function takeRevisions(tables: Tables, taken: readonly RevisionRow[]): void {
  const byOrganization = new Map<string, RevisionRow[]>();
  for (const row of taken) {
    const rows = byOrganization.get(row.organizationId) ?? [];
    byOrganization.set(row.organizationId, rows);
    rows.push(row);
  }
  for (const [id, rows] of byOrganization) {
    if (!tables.organizations.get(id)) continue;
    const present = tables.revisions.of(id);
    putAmong(tables, present, missingFrom(present, rows));
  }
}

/**
 * Does work that may add revisions of an organization, and puts those where they belong in time, unless
 * they were taken over before.
 */
export function takeAddedRevisions<T>(tables: Tables, organizationId: string, work: () => T): T {
  const before = tables.revisions.latest(organizationId) ?? 0;
  const value = work();
  if ((tables.revisions.latest(organizationId) ?? 0) === before) return value;
  const added = tables.revisions.of(organizationId).filter(({ id }) => id > before);
  for (const { id } of added) tables.revisions.remove(id);
  takeRevisions(tables, added);
  return value;
}

/** The same moment, kind and texts: the same revision, taken over before. */
function keyOf({ at, kind, texts }: RevisionRow): string {
  return JSON.stringify([at, kind, ...FIELD_NAMES.map((field) => texts[field] ?? null)]);
}

function missingFrom(
  present: readonly RevisionRow[],
  taken: readonly RevisionRow[],
): readonly RevisionRow[] {
  const known = new Set(present.map(keyOf));
  return taken.filter((row) => {
    const isNew = !known.has(keyOf(row));
    known.add(keyOf(row));
    return isNew;
  });
}

/** Both are in the order they were added, which a clock that was set back does not change. */
function putAmong(
  tables: Tables,
  present: readonly StoredRevision[],
  missing: readonly RevisionRow[],
): void {
  const [first] = missing;
  const from = first ? present.findIndex((row) => row.at >= first.at) : -1;
  const moved = from < 0 ? [] : present.slice(from);
  const left = [...moved];
  for (const row of missing) {
    for (let next = left[0]; next && next.at < row.at; next = left[0]) {
      tables.revisions.add(next);
      left.shift();
    }
    tables.revisions.add(row);
  }
  for (const row of left) tables.revisions.add(row);
  // Last, so that no new one gets the id of one that was there.
  for (const row of moved) tables.revisions.remove(row.id);
}
