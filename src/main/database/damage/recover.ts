/**
 * Recovers readable data from a database that was set aside: each table as it declares (table.ts), and what was typed or
 * waited to be sent as drafts. The file is untrusted input: every row is parsed as strictly as in the open database, and
 * skipped if it is invalid. Older rows never replace current ones.
 */
import { failed, type Result } from '../../../shared/result';
import { touchedFields, type Patch } from '../../../shared/patch';
import { EMPTY_PROFILE } from '../../../shared/profile';
import { DRAFT, draftsOf } from '../draft-table';
import { databaseFailure } from '../failures';
import { ORGANIZATION } from '../organization-table';
import { OUTBOX, patchesOf, PENDING_FIELD } from '../outbox-table';
import { PROFILE } from '../profile-table';
import { SqliteFile, type Row } from '../sqlite-file';
import { salvageRow, type Table } from '../table';
import { DECLARED, type Database, type Tables } from '../tables';
import { salvage } from './salvage';
import { sizeOf } from './set-aside';

/** What was recovered, counting only what the current database did not have. */
export interface RecoveredData {
  organizations: number;
  signIns: number;
  /** Organizations with a recovered draft. */
  drafts: number;
}

/** The unsent edits of one organization in the database that was set aside. */
export interface SalvagedEdits {
  /** What was typed. */
  draft: Patch;
  /** What waited to be sent. Anyone may have put the file here, so its bases are the texts that its page showed. */
  change: Patch;
  /** The version of the change; 0 without one. */
  version: number;
  /** When they were typed, ms since the epoch. */
  at: number;
}

/** Turns the salvaged edits of one organization into drafts. Returns whether that created one. Changes/ implements it. */
export type AdoptEdits = (tables: Tables, entryId: string, edits: SalvagedEdits) => boolean;

/** The readable rows of each table of the database that was set aside. */
type Salvaged = ReadonlyMap<string, readonly Row[]>;

/**
 * Copies everything readable into the database, in one transaction. Doing it again changes nothing.
 *
 * @param path a database that was set aside
 * @returns what was new; a failure if the file cannot be opened at all or the database cannot be written
 */
export function recover(
  database: Database,
  path: string,
  adopt: AdoptEdits,
): Result<RecoveredData> {
  let salvaged: Salvaged;
  try {
    if (!sizeOf(path)) return failed('database.damaged');
    salvaged = readAll(path);
  } catch (error) {
    const failure = databaseFailure(error, path);
    if (failure) return { ok: false, failure };
    // Lets the database report an unexpected error.
    return database.write(() => {
      throw error;
    });
  }
  return database.write((tables) => insertAll(tables, salvaged, adopt));
}

function readAll(path: string): Salvaged {
  const file = new SqliteFile(path, { busyTimeout: 0, readOnly: true });
  try {
    // Fails immediately for a file that is not a database. Otherwise `salvage` would slowly find nothing.
    file.get('SELECT count(*) FROM sqlite_schema');
    const recovered = DECLARED.filter(({ isOffered, recover }) => isOffered || recover);
    return new Map(recovered.map(({ name }) => [name, salvage(file, name)]));
  } finally {
    file.close();
  }
}

/** Whatever can be read of the rows of a table. */
function rowsOf<T>(salvaged: Salvaged, table: Table<T>): T[] {
  return (salvaged.get(table.name) ?? []).flatMap((row) => salvageRow(table, row) ?? []);
}

/** The unsent edits by organization. */
function readEdits(salvaged: Salvaged): Map<string, SalvagedEdits> {
  const edits = new Map<string, SalvagedEdits>();
  const editsOf = (id: string): SalvagedEdits => {
    const known = edits.get(id) ?? { draft: {}, change: {}, version: 0, at: 0 };
    edits.set(id, known);
    return known;
  };
  const saved = new Map(
    rowsOf(salvaged, PROFILE).map(({ entryId, fields }) => [entryId, fields ?? EMPTY_PROFILE]),
  );
  for (const [entryId, patch] of patchesOf(rowsOf(salvaged, PENDING_FIELD))) {
    const found = editsOf(entryId);
    for (const field of touchedFields(patch)) {
      const base = saved.get(entryId)?.[field] ?? null;
      found.change[field] = { base, text: patch[field]?.text ?? '' };
    }
  }
  for (const { entryId, version, submittedAt } of rowsOf(salvaged, OUTBOX)) {
    const found = edits.get(entryId);
    if (found) Object.assign(found, { version, at: submittedAt });
  }
  for (const { entryId, patch, updatedAt } of draftsOf(rowsOf(salvaged, DRAFT)).values()) {
    const found = editsOf(entryId);
    found.draft = patch;
    found.at = updatedAt;
  }
  return edits;
}

/** A name for an organization whose own row is lost. */
function nameOf(id: string, { draft, change }: SalvagedEdits): string {
  return (draft.business_name ?? change.business_name)?.text || id;
}

function insertAll(tables: Tables, salvaged: Salvaged, adopt: AdoptEdits): RecoveredData {
  const edits = readEdits(salvaged);
  // Keeps edits even if the organization's own row is lost.
  const intact = new Set(rowsOf(salvaged, ORGANIZATION).map(({ id }) => id));
  const lost = [...edits].filter(([id]) => !intact.has(id) && !tables.organizations.get(id));
  for (const [id, one] of lost) {
    tables.organizations.put({
      id,
      kind: 'organization',
      name: nameOf(id, one),
      parent: null,
      createdAt: null,
      signInId: null,
      addedAt: one.at,
      viewedAt: null,
    });
  }
  const added = new Map<string, number>();
  for (const table of DECLARED) {
    const isNew = (row: unknown): boolean => tables.recovered.add(table, row);
    added.set(table.name, rowsOf(salvaged, table).filter(isNew).length);
  }
  return {
    organizations: lost.length + (added.get('organization') ?? 0),
    signIns: added.get('sign_in') ?? 0,
    drafts: [...edits].filter(([id, one]) => adopt(tables, id, one)).length,
  };
}
