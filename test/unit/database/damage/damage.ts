/**
 * Files for the damage tests: a closed database, and the files that a killed app leaves. Also
 * checks what must hold after any damage to them.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { DATABASE_FILE, type OpenedDatabase, openDatabase } from '../../../../src/main/database';
import { ListDamage } from '../../../../src/main/database/list/list-tables';
import type { Database, Tables } from '../../../../src/main/database/tables';
import type { FailureCode } from '../../../../src/shared/failure';
import type { Result } from '../../../../src/shared/result';
import { WHOLE_LIST } from '../../../../src/shared/list-query';
import { valueOf } from '../../results';
import {
  addOrganization,
  change,
  copy,
  draftOf,
  NOW,
  opened,
  profile,
  read,
  temporaryFolder,
  write,
} from '../temporary-database';

/** Number of organizations in the closed database. */
export const COUNT = 12;
export const WAL = `${DATABASE_FILE}-wal`;
/** The page size of a database, in bytes. */
export const page = 4_096;

/** Stores one row of every kind for the organization with this number. */
export function addAll(tables: Tables, number: number): void {
  const id = addOrganization(tables, number);
  const fields = profile(`saved ${number} ${'x'.repeat(number * 60)}`);
  tables.profiles.put(copy(id, fields));
  tables.drafts.put(draftOf(id, profile(`draft ${number}`), fields));
  tables.outbox.put(change(id, profile(`desired ${number}`)));
  for (const kind of ['saved', 'replaced'] as const)
    tables.revisions.add({ entryId: id, at: number, kind, texts: fields, author: null });
}

/** Reads everything that the window may request. */
export function readAll(tables: Tables) {
  const ids = tables.organizations.ids();
  return {
    entries: tables.organizations.entries(tables.organizations.ids()),
    signIns: tables.signIns.all(),
    toRead: tables.signIns
      .all()
      .map(({ id }) => tables.organizations.toRead(id, Number.MAX_SAFE_INTEGER, 1_000)),
    outbox: tables.outbox.all(),
    found: tables.list.ids({ ...WHOLE_LIST, search: 'draft' }, 0, 100),
    pages: ids.map((id) => tables.revisions.rows(id, null, 20)),
    latest: ids.map((id) => tables.revisions.latest(id)),
  };
}

/**
 * The bytes of a closed database, and of the two files that a killed app leaves. The write-ahead log
 * holds one more organization.
 */
export const { closed, killed } = create();

function create(): { closed: Buffer; killed: { file: Buffer; log: Buffer } } {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-damage-'));
  const path = join(folder, DATABASE_FILE);
  const open = (): Database => valueOf(openDatabase(folder, { now: () => NOW })).database;
  const database = open();
  write(database, (tables) => {
    for (let number = 1; number <= COUNT; number++) addAll(tables, number);
  });
  database.close();
  const closed = readFileSync(path);
  const again = open();
  write(again, (tables) => addAll(tables, COUNT + 1));
  const killed = { file: readFileSync(path), log: readFileSync(join(folder, WAL)) };
  again.close();
  rmSync(folder, { recursive: true });
  return { closed, killed };
}

/** Creates a folder with a database of these bytes, and optionally a write-ahead log. */
export function folderWith(file: Buffer, log?: Buffer): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, DATABASE_FILE), file);
  if (log) writeFileSync(join(folder, WAL), log);
  return folder;
}

/**
 * Opens the database without `opened`, which would rethrow unexpected errors. Here they are valid
 * results.
 */
export function tryToOpen(folder: string): {
  outcome: Result<OpenedDatabase>;
  unexpected: unknown[];
} {
  const unexpected: unknown[] = [];
  const onUnexpected = (error: unknown): void => {
    // Damage to the list (the read model) is only logged, because the list can be rebuilt.
    if (!(error instanceof ListDamage)) unexpected.push(error);
  };
  return {
    outcome: openDatabase(folder, { now: () => NOW, busyTimeout: 10, onUnexpected }),
    unexpected,
  };
}

/**
 * Opens a damaged database and checks what must hold. If opening detects the damage, the damaged
 * bytes lie beside a new database. If it does not, every read returns an outcome, and the next
 * launch reports what the full check has found. If opening is refused, not one byte changes.
 */
export function expectDamageHandled(
  folder: string,
  corrupted?: Buffer,
  mayFail: FailureCode[] = [],
): string {
  const { outcome, unexpected } = tryToOpen(folder);
  expect(unexpected).toEqual([]);
  if (!outcome.ok) {
    expect(mayFail).toContain(outcome.failure.code);
    expect(corrupted && readFileSync(join(folder, DATABASE_FILE)).equals(corrupted)).toBe(true);
    return outcome.failure.code;
  }
  const { database, setAside, check } = outcome.value;
  try {
    if (setAside) {
      if (corrupted) expect(readFileSync(setAside.path).equals(corrupted)).toBe(true);
      expect(read(database, (tables) => tables.organizations.ids())).toEqual([]);
      write(database, (tables) => addAll(tables, 1));
      return 'reported';
    }
    const reading = database.read(readAll);
    if (!reading.ok) expect(reading.failure.code).toBe('database.damaged');
    const checked = check();
    if (checked.ok) return 'undetectable';
    expect(checked.failure.code).toBe('database.damaged');
  } finally {
    database.close();
  }
  const next = opened(folder);
  expect(next.setAside).not.toBeNull();
  next.database.close();
  return 'reported later';
}
