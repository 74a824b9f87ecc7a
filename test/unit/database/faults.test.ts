/**
 * Damage anywhere in a database file. The database opens, or the failure says why. Detectable damage
 * is reported, nothing is reset silently, and nothing throws.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATABASE_FILE } from '../../../src/main/database';
import { closed, expectDamageHandled, folderWith, page, WAL } from './damage/damage';
import { opened, withRawDatabase } from './temporary-database';

test('reports a truncated file on opening, wherever it ends', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: closed.length - 1 }), (length) => {
      const corrupted = closed.subarray(0, length);
      expect(expectDamageHandled(folderWith(corrupted), corrupted)).toBe('reported');
    }),
    { numRuns: 40, examples: [[0], [1], [99], [100], [page], [closed.length - 1]] },
  );
});

test('a range of zeros is reported on opening or later, or is in an unused part', () => {
  const anyRange = fc.tuple(
    fc.nat({ max: closed.length - 1 }),
    fc.integer({ min: 1, max: 3 * page }),
  );
  fc.assert(
    fc.property(anyRange, ([from, length]) => {
      const corrupted = Buffer.from(closed).fill(0, from, Math.min(from + length, closed.length));
      expectDamageHandled(folderWith(corrupted), corrupted);
    }),
    { numRuns: 40, examples: [[[0, closed.length]], [[0, 100]], [[100, page]], [[page, page]]] },
  );
});

function flipped(bits: readonly number[]): Buffer {
  const corrupted = Buffer.from(closed);
  for (const bit of bits)
    corrupted.writeUInt8(corrupted.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return corrupted;
}

test('flipped bits are reported on opening or later, or have changed only characters of texts', () => {
  const anyFlips = fc.array(fc.nat({ max: closed.length * 8 - 1 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(anyFlips, (flips) => {
      const corrupted = flipped(flips);
      expectDamageHandled(folderWith(corrupted), corrupted, ['database.newer']);
    }),
    // An unreadable row that the list finds, and that cannot be put aside.
    { numRuns: 60, examples: [[[1_930_392, 996_256]]] },
  );
});

/** Ranges of the header: format name, page size and file format; schema format; schema version. */
const CRITICAL = [
  [0, 1],
  [16, 20],
  [44, 48],
  [60, 64],
] as const;

test('detects damaged header bytes with which SQLite would hang, open read-only or give no reason', () => {
  const results = new Map<number, Set<string>>();
  for (let bit = 0; bit < 100 * 8; bit += 1) {
    const byte = bit >> 3;
    // Where SQLite's own check is not enough, flip every bit; elsewhere one bit per byte.
    if (!CRITICAL.some(([from, to]) => byte >= from && byte < to) && bit % 8 !== byte % 8) continue;
    const corrupted = flipped([bit]);
    const result = expectDamageHandled(folderWith(corrupted), corrupted, ['database.newer']);
    results.set(byte, (results.get(byte) ?? new Set()).add(result));
  }
  const all = (from: number, to: number): Set<string> =>
    new Set(
      [...results].flatMap(([byte, outcomes]) => (byte >= from && byte < to ? [...outcomes] : [])),
    );
  expect(all(0, 16), 'format name').toEqual(new Set(['reported']));
  expect(all(16, 18), 'page size').toEqual(new Set(['reported']));
  expect(all(44, 48), 'schema format').toEqual(new Set(['reported']));
  expect(all(60, 64), 'schema version').toEqual(new Set(['reported', 'database.newer']));
});

test.each([0, -1, -(2 ** 31), -(2 ** 31) + 1])('treats schema version %i as damage', (version) => {
  const corrupted = Buffer.from(closed);
  corrupted.writeInt32BE(version, 60);
  expect(expectDamageHandled(folderWith(corrupted), corrupted)).toBe('reported');
  // The same header, but in the write-ahead log of a killed app.
  const folder = folderWith(closed);
  const db = new DatabaseSync(join(folder, DATABASE_FILE));
  db.exec(`PRAGMA user_version = ${version}`);
  const log = readFileSync(join(folder, WAL));
  db.close();
  const withLog = opened(folderWith(closed, log));
  expect(withLog.setAside?.readable).toBe(true);
});

test.each([
  ['a table is gone', 'DROP TABLE revision'],
  ['a table has another name', 'ALTER TABLE draft_field RENAME TO drafu'],
  ['a column has another name', 'ALTER TABLE draft_field RENAME COLUMN origin TO originn'],
  ['an index is gone', 'DROP INDEX revision_by_time'],
  ['a table of someone else', 'CREATE TABLE of_someone_else (text TEXT)'],
  ['an index of someone else', 'CREATE INDEX of_someone_else ON outbox (state)'],
  ['a table in the list', 'CREATE TABLE text_search_other (text TEXT)'],
  ['a view', 'CREATE VIEW of_someone_else AS SELECT * FROM outbox'],
  ['a view with the name of the list', 'DROP TABLE list_state; CREATE VIEW list_state AS SELECT 1'],
  [
    'a trigger',
    `CREATE TRIGGER of_someone_else AFTER INSERT ON pending_field
     BEGIN UPDATE pending_field SET text = replace(NEW.text, '+44', '+49'); END`,
  ],
  [
    'a trigger on the list',
    'CREATE TRIGGER of_someone_else AFTER DELETE ON list_count BEGIN SELECT 1; END',
  ],
  ['statistics', 'ANALYZE'],
])('treats a schema that is not ours as damage: %s', (_, sql) => {
  const folder = folderWith(closed);
  withRawDatabase(folder, (db) => db.exec(sql));
  const corrupted = readFileSync(join(folder, DATABASE_FILE));
  expect(expectDamageHandled(folder, corrupted)).toMatch(/^reported/);
});
