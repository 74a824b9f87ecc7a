/** Work on many items in slices, so that main stays responsive. */

/** How long one slice may block main, in ms, not counting its commit. */
export const SLICE_MS = 2;
/** Items processed before the clock is read again. */
export const GROUP_SIZE = 8;

/** Processes items until the time of a slice is used up. Returns the remaining items. */
export function processSlice<T>(items: readonly T[], work: (item: T) => void): readonly T[] {
  const start = performance.now();
  for (const [index, item] of items.entries()) {
    if (index % GROUP_SIZE === 0 && performance.now() - start > SLICE_MS) return items.slice(index);
    work(item);
  }
  return [];
}
