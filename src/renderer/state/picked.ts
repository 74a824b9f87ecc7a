/**
 * Picking some of ten thousand rows by id, in the order of all: one look-up for each that is picked,
 * instead of one in a set for each that there is.
 */

/** Where each row stands. */
export function placesOf(rows: readonly { id: string }[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ id }, place) => [id, place]));
}

/**
 * The rows with these ids, in the order of `rows`; an id nobody has is left out.
 * @param places of these `rows`
 */
export function picked<Row>(
  rows: readonly Row[],
  places: ReadonlyMap<string, number>,
  ids: readonly string[],
): readonly Row[] {
  const marks = new Uint8Array(rows.length);
  for (const id of ids) {
    const place = places.get(id);
    if (place !== undefined) marks[place] = 1;
  }
  return rows.filter((_, place) => marks[place] === 1);
}
