/**
 * The work of the window's main thread for one action: the CPU time of all its tasks from the key press until the
 * frame with the result. Excludes waiting for main or for a busy processor; includes the cost of measuring.
 */
import type { PageDebugger } from '../faults/support/debugger';
import { until } from '../faults/support/time';
import type { Standin } from '../standin';

/** The cost of a key press. */
export interface Work {
  /** CPU time of the window's main thread, in ms. */
  busy: number;
  /** Time from the press until painted, as a person waits, in ms; unreliable on a busy machine. */
  wall: number;
}

const metric =
  (name: string) =>
  async (page: PageDebugger): Promise<number> => {
    const { metrics } = await page.send('Performance.getMetrics');
    return (metrics as { name: string; value: number }[]).find((one) => one.name === name)!.value;
  };
const taskSeconds = metric('TaskDuration');

/** Starts counting CPU time. */
export async function countWork(page: PageDebugger): Promise<void> {
  await page.send('Performance.enable', { timeDomain: 'threadTicks' });
}

/** Time limit for a result, in ms. */
const LIMIT_MS = 30_000;

/** In the page: resolves two frames after the condition holds, with the ms since the next key press. */
const watch = (condition: string): string => `(() => {
  const holds = () => { try { return !!(${condition}); } catch { return false; } };
  let pressed = null;
  addEventListener('keydown', ({ timeStamp }) => (pressed = timeStamp), { capture: true, once: true });
  globalThis.painted = new Promise((resolve, reject) => {
    const state = () => JSON.stringify({
      pressed,
      windowHasFocus: document.hasFocus(),
      focused: document.activeElement?.outerHTML.slice(0, 200),
      focusedText: document.activeElement?.value,
      status: [...document.querySelectorAll('[role=alert], [aria-live]')].map((one) => one.textContent.trim()),
    });
    const over = setTimeout(
      () => reject(new Error('A key press had no effect: ' + state())), ${LIMIT_MS});
    const observer = new MutationObserver(check);
    // What is typed into a control changes no node.
    addEventListener('input', check);
    function check() {
      if (pressed === null || !holds()) return;
      observer.disconnect();
      removeEventListener('input', check);
      clearTimeout(over);
      requestAnimationFrame(() =>
        requestAnimationFrame(() => resolve(performance.now() - pressed)));
    }
    observer.observe(document.body, {
      subtree: true, childList: true, attributes: true, characterData: true,
    });
  });
})()`;

/** A key in Chromium's format. */
export interface Key {
  key: string;
  code?: string;
  /** The text it types. */
  text?: string;
  windowsVirtualKeyCode?: number;
  /** Modifier keys; 2 is Ctrl. */
  modifiers?: number;
}

const ENTER: Key = { key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 };
const DOWN: Key = { key: 'ArrowDown', code: 'ArrowDown', windowsVirtualKeyCode: 40 };
export const RIGHT: Key = { key: 'ArrowRight', code: 'ArrowRight', windowsVirtualKeyCode: 39 };
export const ESCAPE: Key = { key: 'Escape', code: 'Escape', windowsVirtualKeyCode: 27 };
export const HOME: Key = { key: 'Home', code: 'Home', windowsVirtualKeyCode: 36 };
export const BACKSPACE: Key = { key: 'Backspace', code: 'Backspace', windowsVirtualKeyCode: 8 };
export const SELECT_ALL: Key = {
  key: 'a',
  code: 'KeyA',
  windowsVirtualKeyCode: 65,
  modifiers: 2,
};
export const letter = (text: string): Key => ({ key: text, text });

/** Presses a key. */
export async function press(page: PageDebugger, key: Key): Promise<void> {
  await page.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
}

/** Presses a key, waits until its result is painted, and returns the work. */
export async function workOf(page: PageDebugger, key: Key, condition: string): Promise<Work> {
  await page.evaluate(watch(condition));
  const before = await taskSeconds(page);
  await press(page, key);
  const wall = await page.evaluate<number>('globalThis.painted');
  return { busy: ((await taskSeconds(page)) - before) * 1_000, wall };
}

/** In the page: the id of the active row, and whether it is the last one. */
const ACTIVE = `document.querySelector('[role=listbox]').getAttribute('aria-activedescendant')`;

const IS_LAST = `(() => {
  const row = document.getElementById(${ACTIVE});
  return row?.getAttribute('aria-posinset') === row?.getAttribute('aria-setsize');
})()`;

/** Puts the focus on the list of organizations. */
export async function focusList(page: PageDebugger): Promise<void> {
  await page.evaluate(`document.querySelector('[role=listbox]').focus()`);
  await until('an active row', () => page.evaluate<string | null>(ACTIVE));
}

/**
 * Moves down one row with the arrow key (from the last to the first) and opens it with Enter. Returns the work until
 * its saved copy is painted, or null if its page looks like the previous one.
 */
export async function openNext(page: PageDebugger, standin: Standin): Promise<Work | null> {
  // Enter has put the focus into the form of the page before.
  await focusList(page);
  const from = await page.evaluate<string | null>(ACTIVE);
  await press(page, (await page.evaluate<boolean>(IS_LAST)) ? HOME : DOWN);
  const active = await until('the next row', async () => {
    const now = await page.evaluate<string | null>(ACTIVE);
    return now !== from && now;
  });
  const organization = standin.organizations.get(active.slice(-32));
  if (!organization) throw new Error('The active row is not an organization.');
  const name = JSON.stringify(organization.name);
  const text = JSON.stringify(organization.profile?.business_email ?? '');
  const isShown = `document.querySelector('h1')?.textContent.trim() === ${name}.trim()
    && document.querySelector('.page [name=business_email]')?.value.trim() === ${text}.trim()`;
  const before = await page.evaluate<boolean>(
    `(() => { try { return ${isShown}; } catch { return false; } })()`,
  );
  return before ? null : workOf(page, ENTER, isShown);
}
