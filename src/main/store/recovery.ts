/**
 * Takes over from a database that was set aside what can still be read. The file is untrusted input:
 * every row passes the same strict reading as those of our own tables (columns.ts), rows that do not
 * are left where they are. Rows of the present database are never replaced by older ones: the change
 * machine decides what becomes of texts that both have.
 */
import { changedFields, type Profile } from '../../shared/profile';
import { isEmpty, type Patch } from '../../shared/patch';
import { failed, type Outcome } from '../../shared/failure';
import * as columns from './columns';
import { toCredential } from './credential-table';
import { sizeOf } from './damage';
import { Database, type Row } from './database';
import { toDraft } from './draft-table';
import { storeFailure } from './failures';
import { toOrganization } from './organization-table';
import { toOutbox } from './outbox-table';
import { toProfileRow } from './profile-table';
import { toRevision } from './revision-table';
import { salvage } from './salvage';
import { takeRevisions } from './taken-revisions';
import type {
  CredentialRow,
  DraftRow,
  OrganizationRecord,
  OutboxRow,
  ProfileRow,
  RevisionRow,
  Store,
  Tables,
} from './tables';

/** What was taken over and was not there before. */
export interface TakenOver {
  organizations: number;
  signIns: number;
  /** Drafts and pending changes: what a person typed and Cloudflare has not confirmed. */
  drafts: number;
}

/** What a person typed in one organization of the database that was set aside. */
export interface SalvagedEdits {
  draft: DraftRow | null;
  change: OutboxRow | null;
}

/** Takes over the edits of one organization; says whether any of them is there now. */
export type AdoptEdits = (tables: Tables, organizationId: string, edits: SalvagedEdits) => boolean;

interface Salvaged {
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
 * @param adopt what the change machine does with edits
 * @returns what was new; a failure when the file cannot be opened at all or the store cannot be written
 */
export function takeOver(store: Store, path: string, adopt: AdoptEdits): Outcome<TakenOver> {
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

/** The patch of an edit as older schemas kept it: two whole profiles. */
function olderPatch(fields: Profile | null, base: Profile | null): Patch {
  const patch: Patch = {};
  if (!fields || !base) return patch;
  for (const field of changedFields(base, fields)) {
    patch[field] = { base: base[field], text: fields[field] };
  }
  return patch;
}

/** An edit of an older schema as a draft, which waits for the person. */
function toOlderDraft(row: Row, column: 'fields' | 'desired', at: string): DraftRow | null {
  const organizationId = columns.toOrganizationId(row['organization_id']);
  const patch = olderPatch(columns.toProfile(row[column]), columns.toProfile(row['base']));
  if (organizationId === null || isEmpty(patch)) return null;
  return { organizationId, patch, updatedAt: columns.toNumber(row[at]) };
}

function readAll(path: string): Salvaged {
  const database = new Database(path, { busyTimeout: 0, readOnly: true });
  const rows = <T>(table: string, read: (row: Row) => T | null): T[] =>
    salvage(database, table).flatMap((row) => read(row) ?? []);
  const silently = (): void => undefined;
  try {
    // Fails for a file that is no database at all, where salvage would find nothing, slowly.
    database.get('SELECT count(*) FROM sqlite_schema');
    const edits = new Map<string, SalvagedEdits>();
    const editsOf = (id: string): SalvagedEdits => {
      const known = edits.get(id) ?? { draft: null, change: null };
      edits.set(id, known);
      return known;
    };
    for (const row of salvage(database, 'outbox')) {
      const change = toOutbox(row, silently);
      if (change) editsOf(change.organizationId).change = change;
      const older = change ? null : toOlderDraft(row, 'desired', 'submitted_at');
      if (older) editsOf(older.organizationId).draft = older;
    }
    for (const row of salvage(database, 'draft')) {
      const draft = toDraft(row, silently) ?? toOlderDraft(row, 'fields', 'updated_at');
      if (!draft) continue;
      const known = editsOf(draft.organizationId);
      // Typed on top of a change that becomes a draft itself.
      known.draft = { ...draft, patch: { ...known.draft?.patch, ...draft.patch } };
    }
    return {
      credentials: rows('credential', toCredential),
      organizations: rows('organization', toOrganization),
      profiles: rows('profile', toProfileRow),
      edits,
      revisions: rows('revision', (row) =>
        toRevision({ ...row, texts: row['texts'] ?? row['fields'] }),
      ),
    };
  } finally {
    database.close();
  }
}

/** A name for an organization of which only the edits are left. */
function nameOf(id: string, { draft, change }: SalvagedEdits): string {
  const typed = draft?.patch.business_name ?? change?.patch.business_name;
  return typed?.text || id;
}

function insertAll(tables: Tables, salvaged: Salvaged, adopt: AdoptEdits): TakenOver {
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
    const addedAt = edits.draft?.updatedAt ?? edits.change?.submittedAt ?? 0;
    const name = nameOf(id, edits);
    addOrganization({ id, name, credentialId: null, addedAt, seenAt: null });
  }
  for (const row of salvaged.profiles) {
    if (!tables.organizations.get(row.organizationId)) continue;
    const present = tables.profiles.get(row.organizationId);
    if (!present || present.checkedAt < row.checkedAt) tables.profiles.put(row);
  }
  takeRevisions(tables, salvaged.revisions);
  for (const [id, edits] of salvaged.edits) if (adopt(tables, id, edits)) taken.drafts++;
  return taken;
}
