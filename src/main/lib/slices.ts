/** Work on many items in slices, so that main stays responsive. */
import { success, type Result } from '../../shared/result';

/** How long one slice may block main, in ms, not counting its commit. */
const SLICE_MS = 2;
/** Items processed before the clock is read again. */
const GROUP_SIZE = 8;

/** Items that are read together. */
const READ_CHUNK_SIZE = 500;

/** Splits items into chunks of this size; the last one may be smaller. */
export function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/**
 * Reads items in chunks, and yields to the event loop after each.
 * @param work reads a chunk; false: the rest is not needed
 * @returns the first failure
 */
export async function forEachChunk<T>(
  items: readonly T[],
  work: (chunk: readonly T[]) => Result<boolean>,
  yieldToEventLoop: () => Promise<void>,
): Promise<Result<null>> {
  for (const chunk of chunks(items, READ_CHUNK_SIZE)) {
    const result = work(chunk);
    if (!result.ok) return result;
    if (!result.value) break;
    await yieldToEventLoop();
  }
  return success(null);
}

/** Processes items, and yields to the event loop whenever the time of a slice is used up, and at the end. */
export async function processAll<T>(
  items: readonly T[],
  work: (item: T) => void,
  yieldToEventLoop: () => Promise<void>,
): Promise<void> {
  let rest = items;
  do {
    rest = processSlice(rest, work);
    await yieldToEventLoop();
  } while (rest.length > 0);
}

/** How long a slice that changes drafts may block main, in ms. Updating the list takes about as long again. */
export const DRAFT_SLICE_MS = 3;

/**
 * Processes items until the time of a slice is used up. Returns the remaining items.
 * @param ms the time of a slice
 */
export function processSlice<T>(
  items: readonly T[],
  work: (item: T) => void,
  ms = SLICE_MS,
): readonly T[] {
  return processGroups(items, (group) => group.forEach(work), ms, GROUP_SIZE);
}

/** Like `processSlice`, for work that reads what it needs of several items at once. */
export function processGroups<T>(
  items: readonly T[],
  work: (group: readonly T[]) => void,
  ms: number,
  size = 2 * GROUP_SIZE,
): readonly T[] {
  const start = performance.now();
  for (let from = 0; from < items.length; from += size) {
    if (performance.now() - start > ms) return items.slice(from);
    work(items.slice(from, from + size));
  }
  return [];
}
