/**
 * The order of names, stored in the column `place` as numbers with gaps. SQLite cannot compare names as
 * `Intl.Collator` does, so it sorts by this column instead. A new entry gets a place between its neighbors. If
 * there is no number left in this gap, the rows around it get new places that are further apart.
 */
import { byName, type Named } from '../../../shared/name-order';
import { toText } from '../columns';
import type { Row, Sql } from '../database';
import { ListDamage } from './list-tables';

/** Distance between places that are assigned one after the other. */
export const PLACE_GAP = 2 ** 20;
/** Two places are never closer than this. */
const MIN_GAP = 1;
/** Rows to move on either side of a full gap. Doubled until there is enough space. */
const ROWS_MOVED = 32;
/** Finding a gap among 100,000 rows takes about 20 steps. More than this means damage. */
const MAX_STEPS = 500;

/** A gap between two neighboring places; null at either end of the list. */
interface Gap {
  before: number | null;
  after: number | null;
}

const COLUMNS = 'SELECT place, name, organization_id AS id FROM organization_row';
const LAST_UP_TO = `${COLUMNS} WHERE place > ? AND place <= ? ORDER BY place DESC LIMIT 1`;
const FIRST_BEYOND = `${COLUMNS} WHERE place > ? AND place < ? ORDER BY place LIMIT 1`;

function namedOf(row: Row): Named {
  return { id: String(row['id']), name: toText(row['name']) };
}

/** Finds the gap where a name belongs. Halves the range of places until no row is left inside the range. */
function findGap(sql: Sql, named: Named, compare: ReturnType<typeof byName>): Gap {
  // With two subqueries, SQLite reads one row at each end of the index. A single query would scan the index.
  const edges = sql.get(`SELECT (SELECT min(place) FROM organization_row) AS low,
    (SELECT max(place) FROM organization_row) AS high`);
  if (edges === null || edges['low'] === null) return { before: null, after: null };
  const gap: Gap = { before: null, after: null };
  let low = Number(edges['low']) - 1;
  let high = Number(edges['high']) + 1;
  if (!Number.isFinite(high - low)) throw new ListDamage('a place is not a number');
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const middle = (low + high) / 2;
    const row = sql.get(LAST_UP_TO, low, middle) ?? sql.get(FIRST_BEYOND, middle, high);
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
function nearest(sql: Sql, place: number | null, side: '<=' | '>=', count: number): number[] {
  if (place === null) return [];
  const order = side === '<=' ? 'DESC' : 'ASC';
  return sql
    .arrays(
      `SELECT place FROM organization_row WHERE place ${side} ? ORDER BY place ${order} LIMIT ?`,
      place,
      count,
    )
    .map(([found]) => Number(found));
}

/** Moves the rows around a gap apart, so that `count` rows fit into it. Returns the gap afterwards. */
function widenGap(sql: Sql, gap: Gap, count: number): Gap {
  for (let around = ROWS_MOVED; ; around *= 2) {
    const below = nearest(sql, gap.before, '<=', around + 1);
    const above = nearest(sql, gap.after, '>=', around + 1);
    // The outermost row keeps its place, unless there are only `around` rows or fewer on that side.
    const before = below.length > around ? (below.pop() ?? null) : null;
    const after = above.length > around ? (above.pop() ?? null) : null;
    const oldPlaces = [...below.reverse(), ...above];
    const places = spread({ before, after }, oldPlaces.length + count);
    if (!places) continue;
    const newPlaces = [...places.slice(0, below.length), ...places.slice(below.length + count)];
    changePlaces(sql, oldPlaces, newPlaces);
    return {
      before: newPlaces[below.length - 1] ?? before,
      after: newPlaces[below.length] ?? after,
    };
  }
}

/** Changes the places of rows. Finds all rows first, because two rows may temporarily have the same place. */
function changePlaces(sql: Sql, from: readonly number[], to: readonly number[]): void {
  const ids = from.map((place) =>
    Number(sql.get('SELECT id FROM organization_row WHERE place = ?', place)?.['id']),
  );
  for (const [index, id] of ids.entries()) {
    sql.run('UPDATE organization_row SET place = ? WHERE id = ?', to[index] ?? 0, id);
  }
}

/**
 * Assigns places to new rows. Those that belong in the same gap are spread evenly over it.
 * @param named the new entries, none of which has a row yet
 * @param insert called with each entry and its place, in the order of names; must insert its row
 */
export function assignPlaces<T extends Named>(
  sql: Sql,
  named: readonly T[],
  insert: (entry: T, place: number) => void,
): void {
  const compare = byName();
  const remaining = named.toSorted(compare);
  while (remaining.length > 0) {
    const [first] = remaining;
    if (!first) return;
    const gap = findGap(sql, first, compare);
    const end = gap.after === null ? null : rowAt(sql, gap.after);
    const firstBeyond = end ? remaining.findIndex((entry) => compare(entry, end) > 0) : -1;
    const group = remaining.splice(0, firstBeyond < 0 ? remaining.length : firstBeyond);
    const places =
      spread(gap, group.length) ?? spread(widenGap(sql, gap, group.length), group.length) ?? [];
    for (const [index, entry] of group.entries()) insert(entry, places[index] ?? 0);
  }
}

function rowAt(sql: Sql, place: number): Named | null {
  const row = sql.get(`${COLUMNS} WHERE place = ?`, place);
  return row && namedOf(row);
}
