/** Longest wait for the paint, in ms. */
const PAINT_MS = 2_000;

/**
 * Runs `work` once, after the next paint, so that the paint is not delayed. The first animation-frame callback runs before
 * that paint, the second after it. A window that is out of sight may get no frames; what waits for them, such as sending,
 * then starts after two seconds.
 */
export function afterPaint(work: () => void): void {
  let isOver = false;
  const once = (): void => {
    if (isOver) return;
    isOver = true;
    work();
  };
  requestAnimationFrame(() => requestAnimationFrame(once));
  setTimeout(once, PAINT_MS);
}
