/**
 * A write-ahead log that is damaged, missing, or belongs to another database. Each of its
 * transactions is applied completely or not at all.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addAll,
  closed,
  COUNT,
  expectDamageHandled,
  folderWith,
  killed,
  page,
  readAll,
  WAL,
} from './damage';
import { opened, read, temporaryFolder, write } from '../temporary-database';

test('keeps what is in the database file when the log was deleted, and resets nothing', () => {
  const folder = folderWith(killed.file);
  expect(expectDamageHandled(folder, killed.file)).toBe('undetectable');
  const { database } = opened(folder);
  expect(read(database, (tables) => tables.organizations.ids())).toHaveLength(COUNT);
});

test('applies whole transactions or none of a truncated or corrupted log', () => {
  const { file, log } = killed;
  const expectWhole = (corrupted: Buffer): void => {
    const { database, setAside, check } = opened(folderWith(file, corrupted));
    expect(setAside).toBeNull();
    expect(check().ok).toBe(true);
    const { entries } = read(database, readAll);
    expect([COUNT, COUNT + 1]).toContain(entries.length);
    expect(entries.every((entry) => entry.profile && entry.draft && entry.change)).toBe(true);
    database.close();
  };
  expectWhole(log);
  fc.assert(
    fc.property(fc.nat({ max: log.length - 1 }), fc.boolean(), (at, cut) => {
      const corrupted = cut ? log.subarray(0, at) : Buffer.from(log);
      if (!cut) corrupted.writeUInt8(corrupted.readUInt8(at) ^ 0x40, at);
      expectWhole(corrupted);
    }),
    {
      numRuns: 30,
      examples: [
        [0, true],
        [31, true],
        [log.length - 1, true],
      ],
    },
  );
});

test('with the log of another database, every read returns an outcome, and detectable damage is reported', () => {
  // A log does not say to which database it belongs. SQLite applies it, page by page, to the
  // database beside it.
  const folder = temporaryFolder();
  const { database } = opened(folder);
  const logs = [1, 30, 60].map((number) => {
    write(database, (tables) => addAll(tables, number));
    return readFileSync(join(folder, WAL));
  });
  database.close();
  const later = opened(folder);
  write(later.database, (tables) => addAll(tables, 2));
  logs.push(readFileSync(join(folder, WAL)));
  later.database.close();
  const results = logs.map((log) => expectDamageHandled(folderWith(closed, log)));
  // The first logs replace every page, so there is nothing to detect. The last log does not fit.
  expect(results.at(-1)).toMatch(/^reported/);
});

test('ignores a log of random bytes beside an intact database', () => {
  const { database, setAside } = opened(folderWith(closed, Buffer.alloc(5 * page, 0x5a)));
  expect(setAside).toBeNull();
  expect(read(database, (tables) => tables.organizations.ids())).toHaveLength(COUNT);
});
