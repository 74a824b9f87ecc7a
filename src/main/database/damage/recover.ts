/**
 * Recovers readable data from a database that was set aside. The file is untrusted input: every row is parsed as
 * strictly as in the open database (columns.ts), and skipped if it is invalid. Older rows never replace current
 * ones. What was typed or waited to be sent comes back as drafts.
 */
import { failed, type Outcome } from '../../../shared/outcome';
import { touchedFields, type Patch } from '../../../shared/patch';
import { EMPTY_PROFILE } from '../../../shared/profile';
import * as columns from '../columns';
import { toSignInRow } from '../sign-in-table';
import { sizeOf } from './set-aside';
import { SqliteFile, type Row } from '../sqlite-file';
import { toDraft } from '../draft-table';
import { databaseFailure } from '../failures';
import { toOrganization } from '../organization-table';
import { toOutbox } from '../outbox-table';
import { toProfileRow } from '../profile-table';
import { toRevision } from '../revision-table';
import { salvage } from './salvage';
import type {
  SignInRow,
  OrganizationRecord,
  ProfileRow,
  RevisionRow,
  Database,
  Tables,
} from '../tables';

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

/** Everything that was read from the database that was set aside. */
interface Salvaged {
  signIns: SignInRow[];
  organizations: OrganizationRecord[];
  profiles: ProfileRow[];
  edits: Map<string, SalvagedEdits>;
  revisions: RevisionRow[];
}

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
): Outcome<RecoveredData> {
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
  const rows = <T>(table: string, read: (row: Row) => T | null): T[] =>
    salvage(file, table).flatMap((row) => read(row) ?? []);
  try {
    // Fails immediately for a file that is not a database. Otherwise `salvage` would slowly find nothing.
    file.get('SELECT count(*) FROM sqlite_schema');
    const profiles = rows('profile', toProfileRow);
    return {
      signIns: rows('sign_in', toSignInRow),
      organizations: rows('organization', toOrganization),
      profiles,
      edits: readEdits((table) => salvage(file, table), profiles),
      revisions: rows('revision', toRevision),
    };
  } finally {
    file.close();
  }
}

/** The unsent edits by organization. */
function readEdits(
  rowsOf: (table: string) => Row[],
  profiles: readonly ProfileRow[],
): Salvaged['edits'] {
  const edits = new Map<string, SalvagedEdits>();
  const editsOf = (id: string): SalvagedEdits => {
    const known = edits.get(id) ?? { draft: {}, change: {}, version: 0, at: 0 };
    edits.set(id, known);
    return known;
  };
  const saved = new Map(profiles.map(({ entryId, fields }) => [entryId, fields ?? EMPTY_PROFILE]));
  for (const row of rowsOf('outbox')) {
    const { row: read } = toOutbox(row);
    if (!read) continue;
    const found = editsOf(read.entryId);
    for (const field of touchedFields(read.patch)) {
      const base = saved.get(read.entryId)?.[field] ?? null;
      found.change[field] = { base, text: read.patch[field]?.text ?? '' };
    }
    found.version = columns.toVersion(row['version']) ?? 0;
    found.at = read.submittedAt;
  }
  for (const row of rowsOf('draft')) {
    const { row: read } = toDraft(row);
    if (!read) continue;
    const found = editsOf(read.entryId);
    found.draft = read.patch;
    found.at = read.updatedAt;
  }
  return edits;
}

/** A name for an organization whose own row is lost. */
function nameOf(id: string, { draft, change }: SalvagedEdits): string {
  return (draft.business_name ?? change.business_name)?.text || id;
}

function insertAll(tables: Tables, salvaged: Salvaged, adopt: AdoptEdits): RecoveredData {
  const recovered: RecoveredData = { organizations: 0, signIns: 0, drafts: 0 };
  for (const row of salvaged.signIns) {
    if (tables.signIns.get(row.id)) continue;
    tables.signIns.put(row);
    recovered.signIns++;
  }
  const addOrganization = (row: OrganizationRecord): void => {
    if (tables.organizations.get(row.id)) return;
    const isKnown = row.signInId !== null && tables.signIns.get(row.signInId);
    tables.organizations.put({ ...row, signInId: isKnown ? row.signInId : null });
    recovered.organizations++;
  };
  salvaged.organizations.forEach(addOrganization);
  // Keeps edits even if the organization's own row is lost.
  for (const [id, edits] of salvaged.edits) {
    const name = nameOf(id, edits);
    addOrganization({
      id,
      kind: 'organization',
      name,
      parent: null,
      createdAt: null,
      signInId: null,
      addedAt: edits.at,
      viewedAt: null,
    });
  }
  for (const row of salvaged.profiles) {
    if (!tables.organizations.get(row.entryId)) continue;
    const current = tables.profiles.get(row.entryId);
    if (!current || current.checkedAt < row.checkedAt) tables.profiles.put(row);
  }
  for (const row of salvaged.revisions) {
    if (tables.organizations.get(row.entryId)) tables.revisions.addMissing(row);
  }
  for (const [id, edits] of salvaged.edits) {
    if (adopt(tables, id, edits)) recovered.drafts++;
  }
  return recovered;
}
