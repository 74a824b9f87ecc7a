/**
 * The order of names, stored in the column `place` as numbers with gaps. SQLite cannot compare names as
 * `Intl.Collator` does, so it sorts by this column instead. A new entry gets a place between its neighbors. If
 * there is no number left in this gap, the rows around it get new places that are further apart.
 */
import { byName, type Named } from '../../../shared/name-order';
import { toText } from '../columns';
import type { Row, Sql } from '../sqlite-file';
import { LAST_PLACE, ListDamage } from './list-tables';

/** Distance between places that are assigned one after the other. */
export const PLACE_GAP = 2 ** 20;
/** Two places are never closer than this. */
const MIN_GAP = 1;
/** Rows to move on either side of a full gap. Doubled until there is enough space. */
const ROWS_MOVED = 32;
/** Names compared in one step. */
const NAMES_PER_STEP = 1_000;
/** Finding a gap among 100,000 rows takes about 20 steps. More than this means damage. */
const MAX_STEPS = 500;

/** A gap between two neighboring places; null at either end of the list. */
interface Gap {
  before: number | null;
  after: number | null;
}

/** A table whose rows have places. */
type PlacedTable = 'organization_row' | 'organization_parent';

const selectFrom = (table: PlacedTable): string =>
  `SELECT place, name, entry_id AS id FROM ${table}`;

function namedOf(row: Row): Named {
  return { id: String(row['id']), name: toText(row['name']) };
}

/** Finds the gap where a name belongs. Halves the range of places until no row is left inside the range. */
function findGap(
  sql: Sql,
  table: PlacedTable,
  named: Named,
  compare: ReturnType<typeof byName>,
): Gap {
  const lastUpTo = `${selectFrom(table)} WHERE place > ? AND place <= ? ORDER BY place DESC LIMIT 1`;
  const firstBeyond = `${selectFrom(table)} WHERE place > ? AND place < ? ORDER BY place LIMIT 1`;
  // With two subqueries, SQLite reads one row at each end of the index. A single query would scan the index.
  const edges = sql.get(
    `SELECT (SELECT min(place) FROM ${table} WHERE place < ?1) AS low,
      (SELECT max(place) FROM ${table} WHERE place < ?1) AS high,
      EXISTS (SELECT 1 FROM ${table} WHERE place > ?1) AS has_invalid`,
    LAST_PLACE,
  );
  if (edges?.['has_invalid'] === 1) throw new ListDamage('a place is not a number');
  if (edges === null || edges['low'] === null) return { before: null, after: null };
  const gap: Gap = { before: null, after: null };
  let low = Number(edges['low']) - 1;
  let high = Number(edges['high']) + 1;
  if (!Number.isFinite(high - low)) throw new ListDamage('a place is not a number');
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const middle = (low + high) / 2;
    const row = sql.get(lastUpTo, low, middle) ?? sql.get(firstBeyond, middle, high);
    if (!row) return gap;
    const place = Number(row['place']);
    if (compare(named, namedOf(row)) < 0) gap.after = high = place;
    else gap.before = low = place;
  }
  throw new ListDamage('the places are not in order');
}

/** Spreads `count` places evenly over a gap. Null if they would be too close. */
function spread({ before, after }: Gap, count: number): number[] | null {
  if (before === null && after === null)
    return Array.from({ length: count }, (_, n) => n * PLACE_GAP);
  const step =
    before === null || after === null ? PLACE_GAP : Math.floor((after - before) / (count + 1));
  if (step < MIN_GAP) return null;
  const first = before ?? (after ?? 0) - step * (count + 1);
  return Array.from({ length: count }, (_, n) => first + step * (n + 1));
}

/** The places of up to `count` rows at and before (`<=`) or after (`>=`) a place, nearest first. */
function nearest(
  sql: Sql,
  table: PlacedTable,
  place: number | null,
  side: '<=' | '>=',
  count: number,
): number[] {
  if (place === null) return [];
  const order = side === '<=' ? 'DESC' : 'ASC';
  return sql
    .arrays(
      `SELECT place FROM ${table} WHERE place ${side} ? AND place < ?
       ORDER BY place ${order} LIMIT ?`,
      place,
      LAST_PLACE,
      count,
    )
    .map(([found]) => Number(found));
}

/** Moves the rows around a gap apart, so that `count` rows fit into it. Returns the gap afterwards. */
function widenGap(sql: Sql, table: PlacedTable, gap: Gap, count: number): Gap {
  for (let around = ROWS_MOVED; ; around *= 2) {
    const below = nearest(sql, table, gap.before, '<=', around + 1);
    const above = nearest(sql, table, gap.after, '>=', around + 1);
    // The outermost row keeps its place, unless there are only `around` rows or fewer on that side.
    const before = below.length > around ? (below.pop() ?? null) : null;
    const after = above.length > around ? (above.pop() ?? null) : null;
    const oldPlaces = [...below.reverse(), ...above];
    const places = spread({ before, after }, oldPlaces.length + count);
    if (!places) continue;
    const newPlaces = [...places.slice(0, below.length), ...places.slice(below.length + count)];
    changePlaces(sql, table, oldPlaces, newPlaces);
    return {
      before: newPlaces[below.length - 1] ?? before,
      after: newPlaces[below.length] ?? after,
    };
  }
}

/** Changes the places of rows. Finds all rows first, because two rows may temporarily have the same place. */
function changePlaces(
  sql: Sql,
  table: PlacedTable,
  from: readonly number[],
  to: readonly number[],
): void {
  const ids = from.map((place) =>
    Number(sql.get(`SELECT id FROM ${table} WHERE place = ?`, place)?.['id']),
  );
  for (const [index, id] of ids.entries()) {
    sql.run(`UPDATE ${table} SET place = ? WHERE id = ?`, to[index] ?? 0, id);
  }
}

/**
 * Assigns places to new rows. Those that belong in the same gap are spread evenly over it.
 * @param named the new entries, none of which has a row yet
 * @param insert called with each entry and its place, in the order of names; must insert its row
 * @param table the table of the rows
 */
export function assignPlaces<T extends Named>(
  sql: Sql,
  named: readonly T[],
  insert: (entry: T, place: number) => void,
  table: PlacedTable = 'organization_row',
): void {
  const compare = byName();
  const remaining = named.toSorted(compare);
  while (remaining.length > 0) {
    const [first] = remaining;
    if (!first) return;
    const gap = findGap(sql, table, first, compare);
    const end = gap.after === null ? null : rowAt(sql, table, gap.after);
    const firstBeyond = end ? remaining.findIndex((entry) => compare(entry, end) > 0) : -1;
    const group = remaining.splice(0, firstBeyond < 0 ? remaining.length : firstBeyond);
    const places =
      spread(gap, group.length) ??
      spread(widenGap(sql, table, gap, group.length), group.length) ??
      [];
    for (const [index, entry] of group.entries()) insert(entry, places[index] ?? 0);
  }
}

function rowAt(sql: Sql, table: PlacedTable, place: number): Named | null {
  const row = sql.get(`${selectFrom(table)} WHERE place = ?`, place);
  return row && namedOf(row);
}

/** Whether the places of a table are in the order of names in the current language. Yields between steps. */
export function* isInOrder(sql: Sql, table: PlacedTable): Generator<void, boolean> {
  const compare = byName();
  const next = `${selectFrom(table)} WHERE place > ? AND place < ? ORDER BY place LIMIT ?`;
  let last: (Named & { place: number }) | null = null;
  for (let isEnd = false; !isEnd; yield) {
    const rows = sql.all(next, last?.place ?? -Infinity, LAST_PLACE, NAMES_PER_STEP);
    isEnd = rows.length < NAMES_PER_STEP;
    for (const row of rows) {
      const named = { ...namedOf(row), place: Number(row['place']) };
      if (last && compare(last, named) > 0) return false;
      last = named;
    }
  }
  return true;
}
