/** A new database for tests that do not care how it is created: creating it takes longer than what many of them do. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASE_FILE, openDatabase } from '../../../src/main/database';
import { valueOf } from '../results';

/** The file as the app creates it, once in each process. */
let created: Buffer | null = null;

function create(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-new-'));
  try {
    valueOf(openDatabase(folder, { now: Date.now })).database.close();
    return readFileSync(join(folder, DATABASE_FILE));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts a new database into a folder, which must have none. */
export function putNewDatabase(folder: string): void {
  created ??= create();
  writeFileSync(join(folder, DATABASE_FILE), created, { mode: 0o600, flag: 'wx' });
}
