/** The log beside a database, damaged, gone, or of another one: whole transactions of it, or none. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addAll,
  closed,
  COUNT,
  expectHonesty,
  folderWith,
  killed,
  page,
  readAll,
  WAL,
} from './damage';
import { opened, read, temporaryFolder, write } from '../temporary-store';

test('a log that was deleted: what the database held before it, and nothing is reset', () => {
  const folder = folderWith(killed.database);
  expect(expectHonesty(folder, killed.database)).toBe('unnoticeable');
  const { store } = opened(folder);
  expect(read(store, (tables) => tables.organizations.ids())).toHaveLength(COUNT);
});

test('a log that is cut off or spoiled anywhere: whole transactions of it, or none', () => {
  const { database, log } = killed;
  const expectWhole = (spoiled: Buffer): void => {
    const { store, setAside, check } = opened(folderWith(database, spoiled));
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
      const spoiled = cut ? log.subarray(0, at) : Buffer.from(log);
      if (!cut) spoiled.writeUInt8(spoiled.readUInt8(at) ^ 0x40, at);
      expectWhole(spoiled);
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

test('the log of another database: an answer to everything, and told when it made a mess', () => {
  // It carries no name: SQLite plays it into whatever database stands beside it, page by page.
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
  const results = logs.map((log) => expectHonesty(folderWith(closed, log)));
  // The first ones replace everything, so that nothing is left to notice; the last one does not fit.
  expect(results.at(-1)).toMatch(/^told/);
});

test('a log of noise beside a whole database is ignored', () => {
  const { store, setAside } = opened(folderWith(closed, Buffer.alloc(5 * page, 0x5a)));
  expect(setAside).toBeNull();
  expect(read(store, (tables) => tables.organizations.ids())).toHaveLength(COUNT);
});
