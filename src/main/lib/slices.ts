/** Work on many items in slices, so that main stays responsive. */
import { success, type Outcome } from '../../shared/outcome';

/** How long one slice may block main, in ms, not counting its commit. */
export const SLICE_MS = 2;
/** Items processed before the clock is read again. */
export const GROUP_SIZE = 8;

/** Items that are read together. */
const READ_GROUP_SIZE = 500;

/**
 * Reads items in groups, and yields to the event loop after each.
 * @param work reads a group; false: the rest is not needed
 * @returns the first failure
 */
export async function forEachGroup<T>(
  items: readonly T[],
  work: (group: readonly T[]) => Outcome<boolean>,
  yieldToEventLoop: () => Promise<void>,
): Promise<Outcome<null>> {
  for (let from = 0; from < items.length; from += READ_GROUP_SIZE) {
    const outcome = work(items.slice(from, from + READ_GROUP_SIZE));
    if (!outcome.ok) return outcome;
    if (!outcome.value) break;
    await yieldToEventLoop();
  }
  return success(null);
}

/** Processes items until the time of a slice is used up. Returns the remaining items. */
export function processSlice<T>(items: readonly T[], work: (item: T) => void): readonly T[] {
  const start = performance.now();
  for (const [index, item] of items.entries()) {
    if (index % GROUP_SIZE === 0 && performance.now() - start > SLICE_MS) return items.slice(index);
    work(item);
  }
  return [];
}
