/** Merge sort in slices, for arrays whose sorting would block the event loop for too long. */
import { chunks } from '../../lib/slices';

/** Items to sort or merge before the next yield: a few milliseconds of comparing names. */
const SLICE = 1_000;

/** Yields after every slice and returns the sorted array. Does not change `items`. */
export function* sortInSlices<T>(
  items: readonly T[],
  compare: (one: T, other: T) => number,
): Generator<void, T[]> {
  let runs: T[][] = [];
  for (const chunk of chunks(items, SLICE)) {
    runs.push(chunk.toSorted(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      merged.push(yield* merge(runs[at] ?? [], runs[at + 1] ?? [], compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (one: T, other: T) => number,
): Generator<void, T[]> {
  const merged: T[] = [];
  let [fromLeft, fromRight] = [0, 0];
  while (fromLeft < left.length && fromRight < right.length) {
    const [one, other] = [left[fromLeft] as T, right[fromRight] as T];
    const takesLeft = compare(one, other) <= 0;
    merged.push(takesLeft ? one : other);
    if (takesLeft) fromLeft += 1;
    else fromRight += 1;
    if (merged.length % SLICE === 0) yield;
  }
  return merged.concat(left.slice(fromLeft), right.slice(fromRight));
}
