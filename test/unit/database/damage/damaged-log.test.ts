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
import { opened, read, temporaryFolder, write } from '../temporary-store';

test('deleted log: keeps what is in the database file, and resets nothing', () => {
  const folder = folderWith(killed.database);
  expect(expectDamageHandled(folder, killed.database)).toBe('undetectable');
  const { store } = opened(folder);
  expect(read(store, (tables) => tables.organizations.ids())).toHaveLength(COUNT);
});

test('truncated or corrupted log: applies whole transactions or none', () => {
  const { database, log } = killed;
  const expectWhole = (corrupted: Buffer): void => {
    const { store, setAside, check } = opened(folderWith(database, corrupted));
    expect(setAside).toBeNull();
    expect(check().ok).toBe(true);
    const { entries } = read(store, readAll);
    expect([COUNT, COUNT + 1]).toContain(entries.length);
    expect(entries.every((entry) => entry.profile && entry.draft && entry.change)).toBe(true);
    store.close();
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

test('log of another database: every read returns an outcome, and detectable damage is reported', () => {
  // A log does not say to which database it belongs. SQLite applies it, page by page, to the
  // database beside it.
  const folder = temporaryFolder();
  const { store } = opened(folder);
  const logs = [1, 30, 60].map((number) => {
    write(store, (tables) => addAll(tables, number));
    return readFileSync(join(folder, WAL));
  });
  store.close();
  const later = opened(folder);
  write(later.store, (tables) => addAll(tables, 2));
  logs.push(readFileSync(join(folder, WAL)));
  later.store.close();
  const results = logs.map((log) => expectDamageHandled(folderWith(closed, log)));
  // The first logs replace every page, so there is nothing to detect. The last log does not fit.
  expect(results.at(-1)).toMatch(/^reported/);
});

test('ignores a log of random bytes beside an intact database', () => {
  const { store, setAside } = opened(folderWith(closed, Buffer.alloc(5 * page, 0x5a)));
  expect(setAside).toBeNull();
  expect(read(store, (tables) => tables.organizations.ids())).toHaveLength(COUNT);
});
