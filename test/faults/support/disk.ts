/** Reads what is on disk: opens a copy of the database with the app's own code. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASE_FILE, MARK_SETTING, openDatabase } from '../../../src/main/database';
import { SqliteFile, type Row } from '../../../src/main/database/sqlite-file';
import type { SaveRow } from '../../../src/main/database/saves-table';
import type { DraftRow } from '../../../src/main/database/draft-table';
import type { OutboxRow } from '../../../src/main/database/outbox-table';
import type { ProfileRow } from '../../../src/main/database/profile-table';
import type { StoredRevision } from '../../../src/main/database/revision-table';
import { applyPatches } from '../../../src/shared/patch';
import { isFieldName, type FieldName } from '../../../src/shared/profile';

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

/** A save of many on disk. */
export interface SaveOnDisk extends Pick<SaveRow, 'stage' | 'paused'> {
  /** All columns of its row, for debugging. */
  row?: Row;
  /** By entry id: the fields that were submitted. */
  items: Map<string, FieldName[]>;
}

/** The database as found. */
export interface Disk {
  /** What is wrong with the database; empty if nothing is. */
  problems: string[];
  organizations: Map<string, OnDisk>;
  saves: Map<string, SaveOnDisk>;
  /** The mark that each run replaces once it has read the key; null: there is none. */
  mark: string | null;
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

/** How many fields have a draft, and how many a pending change. */
export interface Counts {
  drafts: number;
  pending: number;
}

/**
 * Counts the drafts and pending changes of a field again and again, while the app has the database open. Costs a small part of
 * `readDisk`, so that the app gets the processor. A connection that only reads finishes nothing for the app.
 */
export function countingDisk(userData: string, field: FieldName) {
  const file = new SqliteFile(join(userData, DATABASE_FILE), { busyTimeout: 0, readOnly: true });
  const count = (table: string): number =>
    Number(file.get(`SELECT count(*) AS count FROM ${table} WHERE field = ?`, field)?.['count']);
  return {
    counts: (): Counts => ({ drafts: count('draft_field'), pending: count('pending_field') }),
    close: () => file.close(),
  };
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
    return { problems: [complaint], organizations, saves: new Map(), mark: null };
  }
  const { database, setAside, check } = opened.value;
  if (setAside) problems.push('it is damaged and was set aside');
  if (!check().ok) problems.push('the integrity check found damage');
  const read = database.read((tables) => {
    const mark = tables.settings.get(MARK_SETTING);
    for (const id of tables.organizations.ids()) {
      organizations.set(id, {
        profile: tables.profiles.get(id),
        draft: tables.drafts.get(id),
        change: tables.outbox.get(id),
        revisions: tables.revisions.of(id),
      });
    }
    return typeof mark === 'string' ? mark : null;
  });
  if (!read.ok) problems.push(`it cannot be read: ${read.failure.code}`);
  database.close();
  const saves = readSaves(join(folder, DATABASE_FILE));
  return { problems, organizations, saves, mark: read.ok ? read.value : null };
}

/** Reads all saves, including those that the app does not list. */
function readSaves(path: string): Map<string, SaveOnDisk> {
  const file = new SqliteFile(path, { busyTimeout: 0, readOnly: true });
  try {
    const saves = file.all('SELECT * FROM save').map((row) => {
      const id = String(row['id']);
      const items = file
        .all('SELECT entry_id, ends FROM save_item WHERE save_id = ?', id)
        .map(({ entry_id, ends }) => {
          const fields = Object.keys(JSON.parse(String(ends)) as object).filter(isFieldName);
          return [String(entry_id), fields] as const;
        });
      const stage = row['stage'] as SaveOnDisk['stage'];
      return [id, { stage, paused: row['paused'] === 1, row, items: new Map(items) }] as const;
    });
    return new Map(saves);
  } finally {
    file.close();
  }
}
