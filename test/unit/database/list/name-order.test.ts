/**
 * Name order: each entry has a number as its position, with gaps for later entries. The positions
 * stay sorted, however many entries fall into one gap.
 */
import * as fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { SqliteFile } from '../../../../src/main/database/sqlite-file';
import { ListDamage } from '../../../../src/main/database/list/list-tables';
import { PLACE_GAP, assignPlaces } from '../../../../src/main/database/list/name-order';
import { byName, type Named } from '../../../../src/shared/name-order';
import { entryId } from '../temporary-database';

let file: SqliteFile;
beforeEach(() => {
  file = new SqliteFile(':memory:', { busyTimeout: 0 });
  file.script(`CREATE TABLE organization_row (
    id INTEGER PRIMARY KEY, entry_id TEXT, name TEXT, place REAL
  ) STRICT`);
  return () => file.close();
});

let count = 0;
const named = (name: string): Named => ({ id: entryId(++count), name });

/** Adds entries in one transaction. */
function add(...entries: readonly Named[]): void {
  file.transaction('BEGIN IMMEDIATE', () =>
    assignPlaces(file, entries, ({ id, name }, place) => {
      const INSERT = 'INSERT INTO organization_row (entry_id, name, place) VALUES (?, ?, ?)';
      file.run(INSERT, id, JSON.stringify(name), place);
    }),
  );
}

const rows = (): (Named & { place: number })[] =>
  file
    .all('SELECT entry_id, name, place FROM organization_row ORDER BY place')
    .map(({ entry_id: id, name, place }) => ({
      id: String(id),
      name: JSON.parse(String(name)) as string,
      place: Number(place),
    }));

function expectInOrder(): void {
  const all = rows();
  expect(all).toEqual(all.toSorted(byName()));
  for (const [index, { place }] of all.entries()) {
    expect(place).toBeGreaterThan(all[index - 1]?.place ?? -Infinity);
  }
}

const names = (): string[] => rows().map(({ name }) => name);

test('puts one gap between the first entries, and between later entries before or after them', () => {
  add(named('b'), named('a'), named('c'));
  add(named('A0'));
  add(named('d'));
  expect(names()).toEqual(['a', 'A0', 'b', 'c', 'd']);
  expectInOrder();
  add(named('0'));
  const places = rows().map(({ place }) => place);
  expect(places[1]! - places[0]!).toBe(PLACE_GAP);
  expect(places.at(-1)! - places.at(-2)!).toBe(PLACE_GAP);
});

test('spreads entries that fall into one gap evenly over it', () => {
  add(named('a'), named('z'));
  add(...['m3', 'm1', 'm2'].map(named));
  const places = rows().map(({ place }) => place / PLACE_GAP);
  expect(places).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test('orders equal names by id', () => {
  const same = ['Ähre', 'ahre', 'AHRE'].map(named);
  add(...same.toReversed());
  add(named('Ahre'));
  expect(rows().map(({ id }) => id)).toEqual([...same.map(({ id }) => id), entryId(count)]);
});

test('moves only the neighbors of a gap that has no space left', () => {
  const far = Array.from({ length: 400 }, (_, index) => named(`b${index}`));
  add(named('a'), ...far, named('z'));
  const before = new Map(rows().map(({ id, place }) => [id, place]));
  // Each name sorts just before the last one, so the gap after "b0" is halved until no space is left.
  for (let length = 1; length <= 200; length++) add(named(`b0 ${'a'.repeat(length)}`));
  expectInOrder();
  const moved = rows().filter(({ id, place }) => before.has(id) && before.get(id) !== place);
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.length).toBeLessThan(200);
});

test('finds space for more entries in one transaction than a gap can hold', () => {
  add(named('a'), named('b'));
  // Leave no space between the two entries.
  file.transaction('BEGIN IMMEDIATE', () => {
    file.run('UPDATE organization_row SET place = 1 WHERE id = 2');
  });
  add(...Array.from({ length: 3_000 }, (_, index) => named(`a${index}`)));
  expect(rows()).toHaveLength(3_002);
  expectInOrder();
});

test('stays sorted, whatever is added and in whatever groups', () => {
  const name = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'B', 'ä', '1', '2', '10', ' ', '-'), maxLength: 6 }),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(fc.array(name, { maxLength: 8 }), { maxLength: 40 }), (groups) => {
      file.transaction('BEGIN IMMEDIATE', () => file.run('DELETE FROM organization_row'));
      for (const group of groups) add(...group.map(named));
      expect(rows()).toHaveLength(groups.flat().length);
      expectInOrder();
    }),
    { numRuns: 100 },
  );
});

test('treats invalid positions as damage instead of looping forever', () => {
  add(named('a'), named('b'));
  file.transaction('BEGIN IMMEDIATE', () => {
    file.run('UPDATE organization_row SET place = 9e999');
  });
  expect(() => add(named('c'))).toThrow(ListDamage);
});
