/** What is on disk: a copy of the database, opened by the app's own store, read as a whole. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASE_FILE, openStore } from '../../../src/main/store';
import type {
  DraftRow,
  OutboxRow,
  ProfileRow,
  StoredRevision,
} from '../../../src/main/store/tables';
import { EMPTY_PROFILE, type FieldName } from '../../../src/shared/profile';

/** One organization on disk. */
export interface OnDisk {
  profile: Pick<ProfileRow, 'fields'> | null;
  draft: Pick<DraftRow, 'fields' | 'base'> | null;
  change: Pick<
    OutboxRow,
    'desired' | 'base' | 'attempted' | 'theirs' | 'state' | 'version' | 'failure'
  > | null;
  revisions: Pick<StoredRevision, 'kind' | 'fields'>[];
}

/** The database as it was found. */
export interface Disk {
  /** Why it is not in order; empty when it is. */
  troubles: string[];
  organizations: Map<string, OnDisk>;
}

/** What the person sees in a field when they open the page. */
export function shownText({ draft, change, profile }: OnDisk, field: FieldName): string {
  return (draft?.fields ?? change?.desired ?? profile?.fields ?? EMPTY_PROFILE)[field];
}

/** Whether the draft changes a field. */
export function drafts({ draft }: OnDisk, field: FieldName): boolean {
  return draft !== null && draft.fields[field] !== draft.base[field];
}

/**
 * Looks at a database without touching it: opening would finish what a kill left half done, which is
 * the app's own business at its next start.
 */
export function readDisk(userData: string): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-look-'));
  try {
    for (const name of [DATABASE_FILE, `${DATABASE_FILE}-wal`]) {
      if (existsSync(join(userData, name))) copyFileSync(join(userData, name), join(folder, name));
    }
    return readCopied(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCopied(folder: string): Disk {
  const troubles: string[] = [];
  const organizations = new Map<string, OnDisk>();
  const opened = openStore(folder, {
    now: Date.now,
    onUnexpected: (error) => troubles.push(String(error)),
    onUnreadable: ({ table }) => troubles.push(`an unreadable row in ${table}`),
  });
  if (!opened.ok) return { troubles: [`it does not open: ${opened.failure.code}`], organizations };
  const { store, setAside, check } = opened.value;
  if (setAside) troubles.push('it is damaged and was set aside');
  if (!check().ok) troubles.push('the integrity check found damage');
  const read = store.read((tables) => {
    for (const id of tables.organizations.ids()) {
      organizations.set(id, {
        profile: tables.profiles.get(id),
        draft: tables.drafts.get(id),
        change: tables.outbox.get(id),
        revisions: tables.revisions.of(id),
      });
    }
  });
  if (!read.ok) troubles.push(`it cannot be read: ${read.failure.code}`);
  store.close();
  return { troubles, organizations };
}
