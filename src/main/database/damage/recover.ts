/**
 * Takes over from a database that was set aside what can still be read. The file is untrusted input:
 * every row passes the same strict reading as those of our own tables (columns.ts), rows that do not
 * are left where they are. Rows of the present database are never replaced by older ones: the change
 * machine decides what becomes of texts that both have.
 */
import { failed, type Outcome } from '../../../shared/failure';
import type { Edits } from '../../../shared/profile';
import * as columns from '../columns';
import { toCredential } from '../credential-table';
import { sizeOf } from './set-aside';
import { Database, type Row } from '../database';
import { toDraft } from '../draft-table';
import { storeFailure } from '../failures';
import { asOlderChange, toOlderAbandoned, toOlderChange, toOlderDraft } from './older-schema';
import { toOrganization } from '../organization-table';
import { toOutbox } from '../outbox-table';
import { toProfileRow } from '../profile-table';
import { toRevision } from '../revision-table';
import { salvage } from './salvage';
import { SCHEMA_VERSION, schemaVersion } from '../schema';
import { VERSION_SETTING } from '../setting-table';
import { takeAddedRevisions, takeRevisions } from './merge-revisions';
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

/** What was taken over and was not there before. */
export interface RecoveredData {
  organizations: number;
  signIns: number;
  /** Drafts and pending changes: what a person typed and Cloudflare has not confirmed. */
  drafts: number;
}

/** What a person typed in one organization of the database that was set aside. */
export interface SalvagedEdits {
  draft: DraftRow | null;
  change: OutboxRow | null;
  /** Texts of discarded writes that may still arrive at Cloudflare. */
  abandoned?: Edits;
}

/** Takes over the edits of one organization; says whether any of them is there now. */
export type AdoptEdits = (tables: Tables, organizationId: string, edits: SalvagedEdits) => boolean;

/** What the change machine does with edits and versions of the other database. */
export interface Adopt {
  adoptEdits: AdoptEdits;
  /** No version up to this one is given out any more. */
  noteVersion(tables: Tables, version: number): void;
}

interface Salvaged {
  version: number;
  credentials: CredentialRow[];
  organizations: OrganizationRecord[];
  profiles: ProfileRow[];
  edits: Map<string, SalvagedEdits>;
  revisions: RevisionRow[];
}

/**
 * Copies what can still be read into the store, in one transaction; doing it again changes nothing.
 *
 * @param path a database that was set aside
 * @param adopt what the change machine does with edits and versions
 * @returns what was new; a failure when the file cannot be opened at all or the store cannot be written
 */
export function recover(store: Store, path: string, adopt: Adopt): Outcome<RecoveredData> {
  let salvaged: Salvaged;
  try {
    if (!sizeOf(path)) return failed('store.damaged');
    salvaged = readAll(path);
  } catch (error) {
    const failure = storeFailure(error, path);
    if (failure) return { ok: false, failure };
    // The store reports what no one foresaw.
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
    // Fails for a file that is no database at all, where salvage would find nothing, slowly.
    database.get('SELECT count(*) FROM sqlite_schema');
    const profiles = rows('profile', toProfileRow);
    const isOlder = schemaVersion(database) < SCHEMA_VERSION;
    const { edits, version } = readEdits((table) => salvage(database, table), profiles, isOlder);
    return {
      credentials: rows('credential', toCredential),
      organizations: rows('organization', toOrganization),
      profiles,
      edits,
      version,
      revisions: rows('revision', (row) =>
        toRevision({ ...row, texts: row['texts'] ?? row['fields'] }),
      ),
    };
  } finally {
    database.close();
  }
}

/** A stored version, 0 where damage made it one that cannot be counted on from. */
function toVersion(column: unknown): number {
  return Number.isInteger(column) && (column as number) < 2 ** 50 ? (column as number) : 0;
}

/** What was typed and submitted, by organization, and the last version that was given out. */
function readEdits(
  rowsOf: (table: string) => Row[],
  profiles: readonly ProfileRow[],
  isOlder: boolean,
): Pick<Salvaged, 'edits' | 'version'> {
  const silently = (): void => undefined;
  const edits = new Map<string, SalvagedEdits>();
  const editsOf = (id: string): SalvagedEdits => {
    const known = edits.get(id) ?? { draft: null, change: null };
    edits.set(id, known);
    return known;
  };
  const saved = new Map(profiles.map(({ organizationId, fields }) => [organizationId, fields]));
  const savedOf = (id: string) => saved.get(id) ?? null;
  let last = 0;
  for (const row of rowsOf('outbox')) {
    const version = toVersion(row['version']);
    last = Math.max(last, version);
    const read = toOutbox(row, silently) ?? toOlderChange(row, savedOf);
    const change = read && isOlder ? asOlderChange(read) : read;
    if (change) editsOf(change.organizationId).change = { ...change, version };
  }
  for (const row of rowsOf('draft')) {
    const draft = toDraft(row, silently) ?? toOlderDraft(row, savedOf);
    if (draft) editsOf(draft.organizationId).draft = draft;
  }
  for (const row of [...rowsOf('abandoned'), ...rowsOf('given_up')]) {
    const id = columns.toOrganizationId(row['organization_id']);
    if (id !== null) editsOf(id).abandoned = columns.toEdits(row['texts']) ?? toOlderAbandoned(row);
  }
  for (const row of rowsOf('setting')) {
    if (row['name'] !== VERSION_SETTING) continue;
    last = Math.max(last, toVersion(columns.fromJson(row['value'])));
  }
  return { edits, version: last };
}

/** A name for an organization of which only the edits are left. */
function nameOf(id: string, { draft, change }: SalvagedEdits): string {
  const typed = draft?.patch.business_name ?? change?.patch.business_name;
  return typed?.text || id;
}

function insertAll(tables: Tables, salvaged: Salvaged, adopt: Adopt): RecoveredData {
  const taken = { organizations: 0, signIns: 0, drafts: 0 };
  for (const row of salvaged.credentials) {
    if (tables.credentials.get(row.id)) continue;
    tables.credentials.put(row);
    taken.signIns++;
  }
  const addOrganization = (row: OrganizationRecord): void => {
    if (tables.organizations.get(row.id)) return;
    const known = row.credentialId !== null && tables.credentials.get(row.credentialId);
    tables.organizations.put({ ...row, credentialId: known ? row.credentialId : null });
    taken.organizations++;
  };
  salvaged.organizations.forEach(addOrganization);
  // What a person typed is kept even where the organization's own row is lost.
  for (const [id, edits] of salvaged.edits) {
    if (!edits.draft && !edits.change) continue;
    const addedAt = edits.draft?.updatedAt ?? edits.change?.submittedAt ?? 0;
    const name = nameOf(id, edits);
    addOrganization({ id, name, credentialId: null, addedAt, viewedAt: null });
  }
  for (const row of salvaged.profiles) {
    if (!tables.organizations.get(row.organizationId)) continue;
    const present = tables.profiles.get(row.organizationId);
    if (!present || present.checkedAt < row.checkedAt) tables.profiles.put(row);
  }
  takeRevisions(tables, salvaged.revisions);
  // First, so that none of them is given out while edits are adopted.
  adopt.noteVersion(tables, salvaged.version);
  for (const [id, edits] of salvaged.edits) {
    const adopted = takeAddedRevisions(tables, id, () => adopt.adoptEdits(tables, id, edits));
    if (adopted) taken.drafts++;
  }
  return taken;
}
