/**
 * Places in the order of names: numbers with gaps between them. SQLite cannot compare as `Intl.Collator`
 * does, so the order is kept as a column; a new entry gets a place between its neighbours, and where there
 * is no room left, those around it move apart.
 */
import { byName, type Named } from '../../../shared/name-order';
import { toText } from '../columns';
import type { Row, Sql } from '../database';
import { ListDamage } from './list-tables';

/** Between places that are given out in a row. */
export const GAP = 2 ** 20;
/** No two places are closer than this. */
const LEAST_GAP = 1;
/** Rows on either side that move apart where there is no room; twice as many if that is not enough. */
const MOVED_AROUND = 32;
/** A search for a gap takes some 20 steps among 100,000 rows; more than so many are none. */
const MOST_STEPS = 500;

/** Where a name belongs: the places right before and after it; null: none. */
interface Between {
  before: number | null;
  after: number | null;
}

const COLUMNS = 'SELECT place, name, organization_id AS id FROM organization_row';
const LAST_UP_TO = `${COLUMNS} WHERE place > ? AND place <= ? ORDER BY place DESC LIMIT 1`;
const FIRST_BEYOND = `${COLUMNS} WHERE place > ? AND place < ? ORDER BY place LIMIT 1`;

function namedOf(row: Row): Named {
  return { id: String(row['id']), name: toText(row['name']) };
}

/** Halves the range of places until no row is between its ends. */
function find(sql: Sql, named: Named, compare: ReturnType<typeof byName>): Between {
  // Each alone is found at an end of the index; together they would read all of it.
  const edges = sql.get(`SELECT (SELECT min(place) FROM organization_row) AS low,
    (SELECT max(place) FROM organization_row) AS high`);
  if (edges === null || edges['low'] === null) return { before: null, after: null };
  const found: Between = { before: null, after: null };
  let low = Number(edges['low']) - 1;
  let high = Number(edges['high']) + 1;
  if (!Number.isFinite(high - low)) throw new ListDamage('a place is no number');
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const middle = (low + high) / 2;
    const row = sql.get(LAST_UP_TO, low, middle) ?? sql.get(FIRST_BEYOND, middle, high);
    if (!row) return found;
    const place = Number(row['place']);
    if (compare(named, namedOf(row)) < 0) found.after = high = place;
    else found.before = low = place;
  }
  throw new ListDamage('the places are no order');
}

/** `count` places in a row within a gap, or null when they would be too close. */
function spread({ before, after }: Between, count: number): number[] | null {
  if (before === null && after === null) return Array.from({ length: count }, (_, n) => n * GAP);
  const step = before === null || after === null ? GAP : Math.floor((after - before) / (count + 1));
  if (step < LEAST_GAP) return null;
  const first = before ?? (after ?? 0) - step * (count + 1);
  return Array.from({ length: count }, (_, n) => first + step * (n + 1));
}

/** The places of at most `count` rows up to a place, or from it on; the nearest first. */
function nearest(sql: Sql, place: number | null, is: '<=' | '>=', count: number): number[] {
  if (place === null) return [];
  const order = is === '<=' ? 'DESC' : 'ASC';
  return sql
    .arrays(
      `SELECT place FROM organization_row WHERE place ${is} ? ORDER BY place ${order} LIMIT ?`,
      ...[place, count],
    )
    .map(([found]) => Number(found));
}

/** Moves the rows around a gap apart, so that `count` more fit into it; gives the gap as it is then. */
function makeRoom(sql: Sql, gap: Between, count: number): Between {
  for (let around = MOVED_AROUND; ; around *= 2) {
    const below = nearest(sql, gap.before, '<=', around + 1);
    const above = nearest(sql, gap.after, '>=', around + 1);
    // The last on either side stays where it is, unless there is nothing beyond it.
    const before = below.length > around ? (below.pop() ?? null) : null;
    const after = above.length > around ? (above.pop() ?? null) : null;
    const rows = [...below.reverse(), ...above];
    const places = spread({ before, after }, rows.length + count);
    if (!places) continue;
    const left = [...places.slice(0, below.length), ...places.slice(below.length + count)];
    move(sql, rows, left);
    return {
      before: left[below.length - 1] ?? before,
      after: left[below.length] ?? after,
    };
  }
}

/** Gives rows other places. On the way two may have the same one. */
function move(sql: Sql, from: readonly number[], to: readonly number[]): void {
  const ids = from.map((place) =>
    Number(sql.get('SELECT id FROM organization_row WHERE place = ?', place)?.['id']),
  );
  for (const [index, id] of ids.entries()) {
    sql.run('UPDATE organization_row SET place = ? WHERE id = ?', to[index] ?? 0, id);
  }
}

/**
 * Places for new rows. Those that belong into one gap are spread evenly over it.
 * @param named the new entries; none of them has a row
 * @param give called for each of them in the order of names, after others have moved where they had to
 */
export function givePlaces<T extends Named>(
  sql: Sql,
  named: readonly T[],
  give: (one: T, place: number) => void,
): void {
  const compare = byName();
  const waiting = named.toSorted(compare);
  while (waiting.length > 0) {
    const [first] = waiting;
    if (!first) return;
    const gap = find(sql, first, compare);
    const end = gap.after === null ? null : rowAt(sql, gap.after);
    const fitting = end ? waiting.findIndex((one) => compare(one, end) > 0) : -1;
    const group = waiting.splice(0, fitting < 0 ? waiting.length : fitting);
    const places =
      spread(gap, group.length) ?? spread(makeRoom(sql, gap, group.length), group.length) ?? [];
    for (const [index, one] of group.entries()) give(one, places[index] ?? 0);
  }
}

function rowAt(sql: Sql, place: number): Named | null {
  const row = sql.get(`${COLUMNS} WHERE place = ?`, place);
  return row && namedOf(row);
}
