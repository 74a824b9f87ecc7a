/**
 * Recovers readable data from a database that was set aside. The file is untrusted input: every row is parsed as
 * strictly as in the open database (columns.ts), and skipped if it is invalid. Older rows never replace current
 * ones. What was typed or waited to be sent comes back as drafts.
 */
import { failed, type Outcome } from '../../../shared/outcome';
import { touchedFields, type Patch } from '../../../shared/patch';
import { EMPTY_PROFILE } from '../../../shared/profile';
import * as columns from '../columns';
import { toCredential } from '../credential-table';
import { sizeOf } from './set-aside';
import { Database, type Row } from '../database';
import { toDraft } from '../draft-table';
import { storeFailure } from '../failures';
import { toOrganization } from '../organization-table';
import { toOutbox } from '../outbox-table';
import { toProfileRow } from '../profile-table';
import { toRevision } from '../revision-table';
import { salvage } from './salvage';
import type {
  CredentialRow,
  OrganizationRecord,
  ProfileRow,
  RevisionRow,
  Store,
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
export type AdoptEdits = (tables: Tables, organizationId: string, edits: SalvagedEdits) => boolean;

/** Everything that was read from the database that was set aside. */
interface Salvaged {
  credentials: CredentialRow[];
  organizations: OrganizationRecord[];
  profiles: ProfileRow[];
  edits: Map<string, SalvagedEdits>;
  revisions: RevisionRow[];
}

/**
 * Copies everything readable into the store, in one transaction. Doing it again changes nothing.
 *
 * @param path a database that was set aside
 * @returns what was new; a failure if the file cannot be opened at all or the store cannot be written
 */
export function recover(store: Store, path: string, adopt: AdoptEdits): Outcome<RecoveredData> {
  let salvaged: Salvaged;
  try {
    if (!sizeOf(path)) return failed('store.damaged');
    salvaged = readAll(path);
  } catch (error) {
    const failure = storeFailure(error, path);
    if (failure) return { ok: false, failure };
    // Lets the store report an unexpected error.
    return store.write(() => {
      throw error;
    });
  }
  return store.write((tables) => insertAll(tables, salvaged, adopt));
}

function readAll(path: string): Salvaged {
  const database = new Database(path, { busyTimeout: 0, readOnly: true });
  const rows = <T>(table: string, read: (row: Row) => T | null): T[] =>
    salvage(database, table).flatMap((row) => read(row) ?? []);
  try {
    // Fails immediately for a file that is not a database. Otherwise `salvage` would slowly find nothing.
    database.get('SELECT count(*) FROM sqlite_schema');
    const profiles = rows('profile', toProfileRow);
    return {
      credentials: rows('credential', toCredential),
      organizations: rows('organization', toOrganization),
      profiles,
      edits: readEdits((table) => salvage(database, table), profiles),
      revisions: rows('revision', toRevision),
    };
  } finally {
    database.close();
  }
}

/** The unsent edits by organization. */
function readEdits(
  rowsOf: (table: string) => Row[],
  profiles: readonly ProfileRow[],
): Salvaged['edits'] {
  const ignore = (): void => undefined;
  const edits = new Map<string, SalvagedEdits>();
  const editsOf = (id: string): SalvagedEdits => {
    const known = edits.get(id) ?? { draft: {}, change: {}, version: 0, at: 0 };
    edits.set(id, known);
    return known;
  };
  const saved = new Map(
    profiles.map(({ organizationId, fields }) => [organizationId, fields ?? EMPTY_PROFILE]),
  );
  for (const row of rowsOf('outbox')) {
    const read = toOutbox(row, ignore);
    if (!read) continue;
    const found = editsOf(read.organizationId);
    for (const field of touchedFields(read.patch)) {
      const base = saved.get(read.organizationId)?.[field] ?? null;
      found.change[field] = { base, text: read.patch[field]?.text ?? '' };
    }
    found.version = columns.toVersion(row['version']) ?? 0;
    found.at = read.submittedAt;
  }
  for (const row of rowsOf('draft')) {
    const read = toDraft(row, ignore);
    if (!read) continue;
    const found = editsOf(read.organizationId);
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
  for (const row of salvaged.credentials) {
    if (tables.credentials.get(row.id)) continue;
    tables.credentials.put(row);
    recovered.signIns++;
  }
  const addOrganization = (row: OrganizationRecord): void => {
    if (tables.organizations.get(row.id)) return;
    const isKnown = row.credentialId !== null && tables.credentials.get(row.credentialId);
    tables.organizations.put({ ...row, credentialId: isKnown ? row.credentialId : null });
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
      credentialId: null,
      addedAt: edits.at,
      viewedAt: null,
    });
  }
  for (const row of salvaged.profiles) {
    if (!tables.organizations.get(row.organizationId)) continue;
    const current = tables.profiles.get(row.organizationId);
    if (!current || current.checkedAt < row.checkedAt) tables.profiles.put(row);
  }
  for (const row of salvaged.revisions) {
    if (tables.organizations.get(row.organizationId)) tables.revisions.addMissing(row);
  }
  for (const [id, edits] of salvaged.edits) {
    if (adopt(tables, id, edits)) recovered.drafts++;
  }
  return recovered;
}
