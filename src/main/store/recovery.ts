/**
 * Takes over from a database that was set aside what can still be read. The file is untrusted input:
 * every row passes the same strict reading as those of our own tables (columns.ts), rows that do not
 * are left where they are. Rows of the present database are never replaced by older ones: what was typed
 * goes to the history then.
 */
import { failed, type Outcome } from '../../shared/failure';
import { versionTaken } from './change-version';
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
import { replacedBy } from './taken-texts';
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

interface Salvaged {
  credentials: CredentialRow[];
  organizations: OrganizationRecord[];
  profiles: ProfileRow[];
  drafts: DraftRow[];
  changes: OutboxRow[];
  revisions: RevisionRow[];
}

/**
 * Copies what can still be read into the store, in one transaction; doing it again changes nothing.
 *
 * @param path a database that was set aside
 * @returns what was new; a failure when the file cannot be opened at all or the store cannot be written
 */
export function takeOver(store: Store, path: string): Outcome<TakenOver> {
  let salvaged: Salvaged;
  try {
    if (!sizeOf(path)) return failed('store.damaged');
    salvaged = readAll(path);
  } catch (error) {
    const failure = storeFailure(error, path);
    if (failure) return { ok: false, failure };
    // The store reports what nobody foresaw.
    return store.write(() => {
      throw error;
    });
  }
  return store.write((tables) => insertAll(tables, salvaged));
}

function readAll(path: string): Salvaged {
  const database = new Database(path, { busyTimeout: 0, readOnly: true });
  const rows = <T>(table: string, read: (row: Row) => T | null): T[] =>
    salvage(database, table).flatMap((row) => read(row) ?? []);
  const silently = (): void => undefined;
  try {
    // Fails for a file that is no database at all, where salvage would find nothing, slowly.
    database.get('SELECT count(*) FROM sqlite_schema');
    return {
      credentials: rows('credential', toCredential),
      organizations: rows('organization', toOrganization),
      profiles: rows('profile', toProfileRow),
      drafts: rows('draft', (row) => toDraft(row, silently)),
      changes: rows('outbox', (row) => toOutbox(row, silently)),
      revisions: rows('revision', toRevision),
    };
  } finally {
    database.close();
  }
}

function insertAll(tables: Tables, salvaged: Salvaged): TakenOver {
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
  for (const { organizationId, typed, at } of typedTexts(salvaged)) {
    const name = typed.business_name || organizationId;
    addOrganization({ id: organizationId, name, credentialId: null, addedAt: at, seenAt: null });
  }
  for (const row of salvaged.profiles) {
    if (!tables.organizations.get(row.organizationId)) continue;
    const present = tables.profiles.get(row.organizationId);
    if (!present || present.checkedAt < row.checkedAt) tables.profiles.put(row);
  }
  const replaced: (RevisionRow | null)[] = [];
  for (const row of salvaged.drafts) {
    const present = tables.drafts.get(row.organizationId);
    if (present) {
      replaced.push(replacedBy(present.fields, { ...row, at: row.updatedAt }, tables));
      continue;
    }
    tables.drafts.put(row);
    taken.drafts++;
  }
  for (const row of salvaged.changes) {
    const present = tables.outbox.get(row.organizationId);
    if (present) {
      const text = { ...row, fields: row.desired, at: row.submittedAt };
      replaced.push(replacedBy(present.desired, text, tables));
      continue;
    }
    // Paused with a sign-in of then: whether the one of now works is known when it is tried.
    const again = row.state === 'paused' ? ({ state: 'queued', failure: null } as const) : {};
    tables.outbox.put({ ...row, ...again, bulkRunId: null });
    versionTaken(tables, row.version);
    taken.drafts++;
  }
  takeRevisions(tables, [...salvaged.revisions, ...replaced.filter((row) => row !== null)]);
  return taken;
}

function typedTexts({ drafts, changes }: Salvaged) {
  return [
    ...drafts.map((row) => ({ ...row, typed: row.fields, at: row.updatedAt })),
    ...changes.map((row) => ({ ...row, typed: row.desired, at: row.submittedAt })),
  ];
}
