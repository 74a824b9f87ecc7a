/** Longest wait for the paint, in ms. */
const PAINT_LIMIT_MS = 2_000;

/**
 * Runs `work` after the next paint, so that the paint is not delayed, or after two seconds: a window that gets no frames
 * must still start what waits for its paint, such as sending. The first animation-frame callback runs before the paint,
 * the second after it.
 */
export function afterPaint(work: () => void): void {
  let isDone = false;
  const run = (): void => {
    if (isDone) return;
    isDone = true;
    work();
  };
  requestAnimationFrame(() => requestAnimationFrame(run));
  setTimeout(run, PAINT_LIMIT_MS);
}
