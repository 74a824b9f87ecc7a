/** Work that would hold a paint up, and what it is for can wait until then. */

/** Runs `work` once what was just made is on screen: the frame after the next one begins then. */
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(work));
}
