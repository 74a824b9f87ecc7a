/** Runs `work` after the next paint, so as not to delay it: the second animation frame starts after it. */
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(work));
}
