/**
 * Recovers readable data from a database that was set aside. The file is untrusted input: every row is parsed as
 * strictly as in the open database (columns.ts), and skipped if it is invalid. Older rows never replace current
 * ones. If both databases have edits of an organization, the change machine merges them.
 */
import { failed, type Outcome } from '../../../shared/outcome';
import { EMPTY_PROFILE } from '../../../shared/profile';
import * as columns from '../columns';
import { toCredential } from '../credential-table';
import { sizeOf } from './set-aside';
import { Database, type Row } from '../database';
import { toDraft } from '../draft-table';
import { storeFailure } from '../failures';
import { toOrganization } from '../organization-table';
import { refuseUnverified } from '../outbox-macs';
import { toOutbox } from '../outbox-table';
import { toProfileRow } from '../profile-table';
import { toRevision } from '../revision-table';
import { salvage } from './salvage';
import { VERSION_SETTING } from '../setting-table';
import { mergeRevisions, mergeRevisionsAddedBy } from './merge-revisions';
import type {
  CredentialRow,
  DraftRow,
  OrganizationRecord,
  OutboxRow,
  ProfileRow,
  RevisionRow,
  Store,
  Tables,
} from '../tables';

/** What was recovered, counting only what the current database did not have. */
export interface RecoveredData {
  organizations: number;
  signIns: number;
  /** Organizations with a recovered draft or pending change. */
  drafts: number;
}

/** The unsent edits of one organization in the database that was set aside. */
export interface SalvagedEdits {
  draft: DraftRow | null;
  change: OutboxRow | null;
}

/** Adds the salvaged edits of one organization. Returns whether that created a draft or a pending change. */
export type AdoptEdits = (tables: Tables, organizationId: string, edits: SalvagedEdits) => boolean;

/** The part of recovery that changes/ implements. */
export interface EditAdopter {
  adoptEdits: AdoptEdits;
  /** Makes sure that new submissions get a higher version than this one. */
  raiseLastVersion(tables: Tables, version: number): void;
}

/** Everything that was read from the database that was set aside. */
interface Salvaged {
  /** The last version number that this database assigned. */
  version: number;
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
export function recover(store: Store, path: string, adopt: EditAdopter): Outcome<RecoveredData> {
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
    const { edits, version } = readEdits((table) => salvage(database, table), profiles);
    return {
      credentials: rows('credential', toCredential),
      organizations: rows('organization', toOrganization),
      profiles,
      edits,
      version,
      revisions: rows('revision', toRevision),
    };
  } finally {
    database.close();
  }
}

/** The unsent edits by organization, and the last version number that was assigned. */
function readEdits(
  rowsOf: (table: string) => Row[],
  profiles: readonly ProfileRow[],
): Pick<Salvaged, 'edits' | 'version'> {
  const ignore = (): void => undefined;
  const edits = new Map<string, SalvagedEdits>();
  const editsOf = (id: string): SalvagedEdits => {
    const known = edits.get(id) ?? { draft: null, change: null };
    edits.set(id, known);
    return known;
  };
  const saved = new Map(
    profiles.map(({ organizationId, fields }) => [organizationId, fields ?? EMPTY_PROFILE]),
  );
  let last = 0;
  for (const row of rowsOf('outbox')) {
    const version = columns.toVersion(row['version']) ?? 0;
    last = Math.max(last, version);
    const read = toOutbox(row, ignore);
    if (!read) continue;
    const { organizationId } = read;
    // Anyone may have put this file here, so nothing in it is sent or taken for ours without the person.
    const change = refuseUnverified(read, 'unchecked', saved.get(organizationId) ?? null);
    editsOf(organizationId).change = { ...change, version };
  }
  for (const row of rowsOf('draft')) {
    const draft = toDraft(row, ignore);
    if (draft) editsOf(draft.organizationId).draft = draft;
  }
  for (const row of rowsOf('setting')) {
    if (row['name'] !== VERSION_SETTING) continue;
    last = Math.max(last, columns.toVersion(columns.fromJson(row['value'])) ?? 0);
  }
  return { edits, version: last };
}

/** A name for an organization whose own row is lost. */
function nameOf(id: string, { draft, change }: SalvagedEdits): string {
  const typed = draft?.patch.business_name ?? change?.patch.business_name;
  return typed?.text || id;
}

function insertAll(tables: Tables, salvaged: Salvaged, adopt: EditAdopter): RecoveredData {
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
    if (!edits.draft && !edits.change) continue;
    const addedAt = edits.draft?.updatedAt ?? edits.change?.submittedAt ?? 0;
    const name = nameOf(id, edits);
    addOrganization({
      id,
      kind: 'organization',
      name,
      parent: null,
      createdAt: null,
      credentialId: null,
      addedAt,
      viewedAt: null,
    });
  }
  for (const row of salvaged.profiles) {
    if (!tables.organizations.get(row.organizationId)) continue;
    const current = tables.profiles.get(row.organizationId);
    if (!current || current.checkedAt < row.checkedAt) tables.profiles.put(row);
  }
  mergeRevisions(tables, salvaged.revisions);
  // Note the version before adopting edits, so that they do not get a version that was already used.
  adopt.raiseLastVersion(tables, salvaged.version);
  for (const [id, edits] of salvaged.edits) {
    const isAdopted = mergeRevisionsAddedBy(tables, id, () => adopt.adoptEdits(tables, id, edits));
    if (isAdopted) recovered.drafts++;
  }
  return recovered;
}
