/** A disk that refuses writes: read-only or full. This is reported, and stored data is not lost. */
import { chmodSync, chownSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DATABASE_FILE } from '../../../src/main/database';
import { textsOf } from '../../../src/shared/patch';
import { addAll, closed, COUNT, folderWith, readAll, tryToOpen } from './damage/damage';
import {
  opened,
  profile,
  read,
  databaseOnSmallDisk,
  temporaryFolder,
  write,
} from './temporary-database';

/** Runs `work` as an unprivileged user, because an administrator can write to every folder. */
function asUnprivilegedUser<T>(paths: readonly string[], work: () => T): T {
  const unprivileged = 65_534;
  const isAdministrator = process.geteuid?.() === 0;
  if (isAdministrator) for (const path of paths) chownSync(path, unprivileged, unprivileged);
  if (isAdministrator) process.seteuid?.(unprivileged);
  try {
    return work();
  } finally {
    if (isAdministrator) process.seteuid?.(0);
  }
}

test.each([
  ['a whole database', (bytes: Buffer) => bytes],
  ['a damaged database', (bytes: Buffer) => Buffer.from(bytes).fill(0, 0, 200)],
  ['an empty file', () => Buffer.alloc(0)],
  ['no database', () => null],
])('reports a read-only folder with %s, and leaves it untouched', (_, of) => {
  const folder = temporaryFolder();
  const path = join(folder, DATABASE_FILE);
  const bytes = of(closed);
  if (bytes) writeFileSync(path, bytes);
  chmodSync(folder, 0o555);
  const { outcome, unexpected } = asUnprivilegedUser(bytes ? [folder, path] : [folder], () =>
    tryToOpen(folder),
  );
  chmodSync(folder, 0o755);
  expect(unexpected).toEqual([]);
  expect(outcome).toEqual({ ok: false, failure: { code: 'database.read-only' } });
  expect(readdirSync(folder)).toEqual(bytes ? [DATABASE_FILE] : []);
  if (bytes) expect(readFileSync(path).equals(bytes)).toBe(true);
});

test('full disk: keeps acknowledged writes, refuses further ones, and continues once there is space', () => {
  const folder = folderWith(closed);
  const { database, fill, free } = databaseOnSmallDisk(folder);
  fill();
  const acknowledged: number[] = [];
  const full: number[] = [];
  for (let number = COUNT + 1; number <= COUNT + 40; number++) {
    const kept = database.write((tables) => addAll(tables, number));
    if (kept.ok) acknowledged.push(number);
    else {
      expect(kept.failure).toEqual({ code: 'database.full' });
      full.push(number);
    }
    expect(database.read(readAll).ok).toBe(true);
  }
  expect(full.length).toBeGreaterThan(0);
  free();
  write(database, (tables) => addAll(tables, COUNT + 41));
  database.close();
  const again = opened(folder);
  expect([again.setAside, again.check().ok]).toEqual([null, true]);
  const before = Array.from({ length: COUNT }, (_, index) => index + 1);
  const drafts = read(again.database, (tables) =>
    tables.organizations
      .entries(tables.organizations.ids())
      .map(({ draft }) => draft && textsOf(draft.patch)),
  );
  const expected = [...before, ...acknowledged, COUNT + 41].map((number) =>
    profile(`draft ${number}`),
  );
  expect(new Set(drafts)).toEqual(new Set(expected));
});
