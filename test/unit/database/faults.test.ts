/**
 * A database after anything that can happen to its file: it opens, or the answer says why; what can be
 * noticed is told; nothing is reset silently; nothing is thrown.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATABASE_FILE } from '../../../src/main/database';
import { closed, expectHonesty, folderWith, page, WAL } from './damage/damage';
import { directly, opened } from './temporary-store';

const asideIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.includes('damaged'));

test('cut off anywhere: told at once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: closed.length - 1 }), (length) => {
      const spoiled = closed.subarray(0, length);
      expect(expectHonesty(folderWith(spoiled), spoiled)).toBe('told');
    }),
    { numRuns: 40, examples: [[0], [1], [99], [100], [page], [closed.length - 1]] },
  );
});

test('zeroed from anywhere to anywhere: told at once, told later, or nothing was there', () => {
  const anyRange = fc.tuple(
    fc.nat({ max: closed.length - 1 }),
    fc.integer({ min: 1, max: 3 * page }),
  );
  fc.assert(
    fc.property(anyRange, ([from, length]) => {
      const spoiled = Buffer.from(closed).fill(0, from, Math.min(from + length, closed.length));
      expectHonesty(folderWith(spoiled), spoiled);
    }),
    { numRuns: 40, examples: [[[0, closed.length]], [[0, 100]], [[100, page]], [[page, page]]] },
  );
});

function flipped(bits: readonly number[]): Buffer {
  const spoiled = Buffer.from(closed);
  for (const bit of bits)
    spoiled.writeUInt8(spoiled.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return spoiled;
}

test('bits flipped anywhere: told at once, told later, or a letter of a text', () => {
  const anyFlips = fc.array(fc.nat({ max: closed.length * 8 - 1 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(anyFlips, (flips) => {
      const spoiled = flipped(flips);
      expectHonesty(folderWith(spoiled), spoiled, ['store.newer']);
    }),
    { numRuns: 60 },
  );
});

/** Name, page size, file format; format of the schema; its version. */
const CRITICAL = [
  [0, 1],
  [16, 20],
  [44, 48],
  [60, 64],
] as const;

test('every byte of the header: SQLite itself would hang, open for reading only, or name no reason', () => {
  const results = new Map<number, Set<string>>();
  for (let bit = 0; bit < 100 * 8; bit += 1) {
    const byte = bit >> 3;
    // All bits where SQLite's own answer will not do, one of each other byte.
    if (!CRITICAL.some(([from, to]) => byte >= from && byte < to) && bit % 8 !== byte % 8) continue;
    const spoiled = flipped([bit]);
    const result = expectHonesty(folderWith(spoiled), spoiled, ['store.newer']);
    results.set(byte, (results.get(byte) ?? new Set()).add(result));
  }
  const all = (from: number, to: number): Set<string> =>
    new Set([...results].flatMap(([byte, told]) => (byte >= from && byte < to ? [...told] : [])));
  expect(all(0, 16), 'the name of the format').toEqual(new Set(['told']));
  expect(all(16, 18), 'the size of a page').toEqual(new Set(['told']));
  expect(all(44, 48), 'the format of the schema').toEqual(new Set(['told']));
  expect(all(60, 64), 'the schema version').toEqual(new Set(['told', 'store.newer']));
});

test.each([0, -1, -(2 ** 31), -(2 ** 31) + 1])('a schema version of %i is damage', (version) => {
  const spoiled = Buffer.from(closed);
  spoiled.writeInt32BE(version, 60);
  expect(expectHonesty(folderWith(spoiled), spoiled)).toBe('told');
  // The same in the log of a killed app.
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
  ['a table has another name', 'ALTER TABLE draft RENAME TO drafu'],
  ['a column has another name', 'ALTER TABLE draft RENAME COLUMN updated_at TO updated_au'],
  ['an index is gone', 'DROP INDEX revision_by_organization'],
])('a schema that is not ours is damage: %s', (_, sql) => {
  const folder = folderWith(closed);
  directly(folder, (db) => db.exec(sql));
  const spoiled = readFileSync(join(folder, DATABASE_FILE));
  expect(expectHonesty(folder, spoiled)).toMatch(/^told/);
});

test('what somebody added to the schema is no damage', () => {
  const folder = folderWith(closed);
  directly(folder, (db) => db.exec('CREATE TABLE note (text TEXT); ANALYZE'));
  expect(expectHonesty(folder, closed)).toBe('unnoticeable');
  expect(asideIn(folder)).toEqual([]);
});
