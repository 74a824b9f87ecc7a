/** Reads what is on disk: opens a copy of the database with the app's own code. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASE_FILE, openDatabase } from '../../../src/main/database';
import { SqliteFile, type Row } from '../../../src/main/database/sqlite-file';
import type {
  SaveRow,
  DraftRow,
  OutboxRow,
  ProfileRow,
  StoredRevision,
} from '../../../src/main/database/tables';
import { applyPatches } from '../../../src/shared/patch';
import type { FieldName } from '../../../src/shared/profile';

/** An entry on disk, an organization or an account. */
export interface OnDisk {
  profile: Pick<ProfileRow, 'fields' | 'changedElsewhere'> | null;
  draft: Pick<DraftRow, 'patch'> | null;
  change: Pick<
    OutboxRow,
    'patch' | 'attempted' | 'remote' | 'state' | 'version' | 'failure'
  > | null;
  revisions: Pick<StoredRevision, 'kind' | 'texts' | 'at'>[];
}

/** An item of a save on disk. */
export interface ItemOnDisk {
  /** Whether the item still has to be applied. */
  isPlanned: boolean;
  /** Whether the item became part of a pending change; false if it was skipped, or canceled before that. */
  isApplied: boolean;
}

/** A save on disk. */
export interface SaveOnDisk extends Pick<SaveRow, 'stage' | 'paused'> {
  items: Map<string, ItemOnDisk>;
}

/** The database as found. */
export interface Disk {
  /** What is wrong with the database; empty if nothing is. */
  problems: string[];
  organizations: Map<string, OnDisk>;
  saves: Map<string, SaveOnDisk>;
}

/** The text that a field shows when its page is opened. */
export function shownText({ draft, change, profile }: OnDisk, field: FieldName): string {
  return applyPatches(profile?.fields ?? null, change?.patch, draft?.patch)[field];
}

/** Whether the pending change has this text in a field. */
export function isPending({ change }: OnDisk, field: FieldName, text: string): boolean {
  return change?.patch[field]?.text === text;
}

/** Whether the history has this text in a field. */
export function isRemembered({ revisions }: OnDisk, field: FieldName, text: string): boolean {
  return revisions.some(({ texts }) => texts[field] === text);
}

/**
 * Reads a copy of the database. Opening the original would finish what a kill interrupted, and it is the app that
 * must do so at its next launch.
 */
export function readDisk(userData: string): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-disk-'));
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
  const problems: string[] = [];
  const organizations = new Map<string, OnDisk>();
  const opened = openDatabase(folder, {
    now: Date.now,
    onUnexpected: (error) => problems.push(String(error)),
    onUnreadable: ({ table }) => problems.push(`an unreadable row in ${table}`),
  });
  if (!opened.ok) {
    const complaint = `it does not open: ${opened.failure.code}`;
    return { problems: [complaint], organizations, saves: new Map() };
  }
  const { database, setAside, check } = opened.value;
  if (setAside) problems.push('it is damaged and was set aside');
  if (!check().ok) problems.push('the integrity check found damage');
  const read = database.read((tables) => {
    for (const id of tables.organizations.ids()) {
      organizations.set(id, {
        profile: tables.profiles.get(id),
        draft: tables.drafts.get(id),
        change: tables.outbox.get(id),
        revisions: tables.revisions.of(id),
      });
    }
  });
  if (!read.ok) problems.push(`it cannot be read: ${read.failure.code}`);
  database.close();
  return { problems, organizations, saves: readSaves(join(folder, DATABASE_FILE)) };
}

/** Reads all saves, including those that the app does not list: closed saves, and saves still being planned. */
function readSaves(path: string): Map<string, SaveOnDisk> {
  const file = new SqliteFile(path, { busyTimeout: 0, readOnly: true });
  try {
    const saves = file.all('SELECT id, stage, paused FROM save').map((row) => {
      const id = String(row['id']);
      const items = file
        .all('SELECT entry_id, plan, ends, state FROM save_item WHERE save_id = ?', id)
        .map((item) => [String(item['entry_id']), toItem(item)] as const);
      const stage = row['stage'] as SaveOnDisk['stage'];
      return [id, { stage, paused: row['paused'] === 1, items: new Map(items) }] as const;
    });
    return new Map(saves);
  } finally {
    file.close();
  }
}

function toItem({ plan, ends, state }: Row): ItemOnDisk {
  const ended = Object.values(JSON.parse(String(ends)) as Record<string, string | null>);
  const isPlanned = plan !== null;
  // An item that was skipped, or canceled before it was applied, has ended without an outcome for any field.
  const isApplied = !isPlanned && (state === null || ended.some((end) => end !== null));
  return { isPlanned, isApplied };
}
