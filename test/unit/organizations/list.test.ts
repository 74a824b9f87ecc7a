/** The beginning of the list is that of the whole list; the slices make up the whole of it. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createList } from '../../../src/main/organizations/list';
import { createProgress } from '../../../src/main/sync/progress';
import type { OrganizationRow } from '../../../src/shared/organization';
import type { Outcome } from '../../../src/shared/failure';
import { byName, firstInOrder } from '../../../src/shared/name-order';
import { addOrganization, addSignIns, freshStore, valueOf, write } from '../store/temporary-store';

type First = Outcome<{ rows: OrganizationRow[]; total: number }>;
type Slice = Outcome<{ rows: OrganizationRow[]; next: string | null }>;

/** The calls over a database with so many organizations. */
function listOf(count: number) {
  let height = 1080;
  const store = freshStore();
  write(store, (tables) => {
    addSignIns(tables);
    for (let number = 1; number <= count; number += 1) addOrganization(tables, number);
  });
  const calls = createList(
    store,
    createProgress(() => {}),
    () => height,
  );
  const slice = (after: string | null) => valueOf(calls.list({ after }) as Slice);
  const all = (): OrganizationRow[] => {
    const rows: OrganizationRow[] = [];
    for (let after: string | null = null; ;) {
      const { rows: some, next } = slice(after);
      if (next === null) return rows;
      rows.push(...some);
      after = next;
    }
  };
  const seesMore = (): void => void (height *= 2);
  return { store, calls, all, seesMore, first: () => valueOf(calls.first(null) as First), slice };
}

it('gives the first rows in the order of names, as many as a screen shows, and how many there are', () => {
  const { first, all: every } = listOf(150);
  const all = every().sort(byName());
  expect(all).toHaveLength(150);
  const { rows, total } = first();
  expect(total).toBe(150);
  expect(rows).toEqual(all.slice(0, rows.length));
  // What a screen of 1,080 px has room for.
  expect(rows).toHaveLength(20);
});

it('gives everything of a short list at once, and nothing of an empty one', () => {
  expect(listOf(3).first()).toMatchObject({ rows: [{}, {}, {}], total: 3 });
  expect(listOf(0).first()).toEqual({ rows: [], total: 0 });
  expect(listOf(0).slice(null)).toEqual({ rows: [], next: null });
});

it('gives every row once, slice after slice, also of what is added and removed meanwhile', () => {
  const { store, slice } = listOf(250);
  const seen: string[] = [];
  const sizes: number[] = [];
  for (let after: string | null = null; ;) {
    const { rows, next } = slice(after);
    sizes.push(rows.length);
    seen.push(...rows.map(({ id }) => id));
    if (next === null) break;
    after = next;
    if (sizes.length === 1) write(store, (tables) => tables.organizations.remove(seen[0]!));
  }
  expect(sizes).toEqual([100, 100, 50, 0]);
  expect(new Set(seen).size).toBe(250);
});

it('has the beginning ready for the first question alone: what is asked later is read again', () => {
  const { store, calls, first } = listOf(2);
  calls.prepare();
  write(store, (tables) => addOrganization(tables, 3));
  expect(first().total).toBe(2);
  expect(first().total).toBe(3);
});

it('reads the beginning again for a page that shows more than was known', () => {
  const { calls, seesMore, first } = listOf(60);
  calls.prepare();
  seesMore();
  expect(first().rows).toHaveLength(40);
});

it('finds the first ones as putting all in order would', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.nat(12), (numbers, n) => {
      const things = numbers.map((number, at) => ({ id: `${at}`, name: `${number}` }));
      const inOrder = [...things].sort(byName());
      expect(firstInOrder(things, n, byName())).toEqual(inOrder.slice(0, n));
    }),
  );
});
