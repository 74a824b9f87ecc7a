/**
 * Runs `work` after the next paint, so that the paint is not delayed. The first animation-frame callback runs
 * before that paint, the second after it.
 */
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(work));
}
