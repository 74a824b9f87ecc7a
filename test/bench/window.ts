/**
 * What the window's main thread works for one thing a person does: the processor time of all its tasks
 * from the key press until the frame with the result is made. Waiting for main, or for a busy
 * processor, is not in it; what the measuring itself costs is.
 */
import type { PageDebugger } from '../faults/support/debugger';

/** What one key press took. */
export interface Work {
  /** Processor time of the window's main thread, ms. */
  busy: number;
  /** From the press until painted as a person sees it, ms; on a busy machine it says little. */
  wall: number;
}

const metric =
  (name: string) =>
  async (page: PageDebugger): Promise<number> => {
    const { metrics } = await page.send('Performance.getMetrics');
    return (metrics as { name: string; value: number }[]).find((one) => one.name === name)!.value;
  };
const taskSeconds = metric('TaskDuration');

/** Counts processor time from now on. */
export async function countWork(page: PageDebugger): Promise<void> {
  await page.send('Performance.enable', { timeDomain: 'threadTicks' });
}

/** Gives up waiting for a result after so long, ms. */
const LIMIT_MS = 30_000;

/** In the page: resolves two frames after the condition holds, with the ms since the next key press. */
const watch = (condition: string): string => `(() => {
  const holds = () => { try { return !!(${condition}); } catch { return false; } };
  let pressed = null;
  addEventListener('keydown', ({ timeStamp }) => (pressed = timeStamp), { capture: true, once: true });
  globalThis.painted = new Promise((resolve, reject) => {
    const over = setTimeout(() => reject(new Error('Nothing came of a key press.')), ${LIMIT_MS});
    const observer = new MutationObserver(look);
    function look() {
      if (pressed === null || !holds()) return;
      observer.disconnect();
      clearTimeout(over);
      requestAnimationFrame(() =>
        requestAnimationFrame(() => resolve(performance.now() - pressed)));
    }
    observer.observe(document.body, {
      subtree: true, childList: true, attributes: true, characterData: true,
    });
  });
})()`;

/** A key as Chromium wants it. */
export interface Key {
  key: string;
  code?: string;
  /** What it types. */
  text?: string;
  windowsVirtualKeyCode?: number;
}

export const ENTER: Key = { key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 };
export const DOWN: Key = { key: 'ArrowDown', code: 'ArrowDown', windowsVirtualKeyCode: 40 };
export const BACKSPACE: Key = { key: 'Backspace', code: 'Backspace', windowsVirtualKeyCode: 8 };
export const letter = (text: string): Key => ({ key: text, text });

/** Presses a key. */
export async function press(page: PageDebugger, key: Key): Promise<void> {
  await page.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
}

/** Presses a key, waits until its result is painted, and gives the work. */
export async function workOf(page: PageDebugger, key: Key, condition: string): Promise<Work> {
  await page.evaluate(watch(condition));
  const before = await taskSeconds(page);
  await press(page, key);
  const wall = await page.evaluate<number>('globalThis.painted');
  return { busy: ((await taskSeconds(page)) - before) * 1_000, wall };
}
