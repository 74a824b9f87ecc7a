/** The keys of the help window that main handles. Finding text, and Esc, are the page's (build/help/find.js). */
import type { Input } from 'electron';

/** What a key does in the help window. */
export type HelpAction =
  'close' | 'guide' | 'back' | 'forward' | 'zoom-in' | 'zoom-out' | 'zoom-reset';

/** The part of Electron's input event that is read. */
export type HelpKey = Pick<Input, 'type' | 'key' | 'control' | 'meta' | 'alt' | 'shift'>;

/** By key, with Ctrl or, on a Mac, Command. `+` may need Shift, and `=` is on the same key. */
const WITH_COMMAND: Readonly<Record<string, HelpAction>> = {
  w: 'close',
  '+': 'zoom-in',
  '=': 'zoom-in',
  '-': 'zoom-out',
  '0': 'zoom-reset',
};

/** The action of a key, or null when the page gets it. */
export function helpActionOf(input: HelpKey, platform: NodeJS.Platform): HelpAction | null {
  if (input.type !== 'keyDown') return null;
  const { key, control, meta, alt } = input;
  const mac = platform === 'darwin';
  const command = mac ? meta && !control : control && !meta;
  if (command && !alt) {
    if (mac && key === '[') return 'back';
    if (mac && key === ']') return 'forward';
    return WITH_COMMAND[key.toLowerCase()] ?? null;
  }
  if (control || meta) return null;
  if (alt) {
    if (mac) return null;
    if (key === 'ArrowLeft') return 'back';
    return key === 'ArrowRight' ? 'forward' : null;
  }
  return key === 'F1' ? 'guide' : null;
}

/** One step of Chromium's zoom level, and its limits: 58 % to 300 %. */
const STEP = 0.5;
const MIN_LEVEL = -3;
const MAX_LEVEL = 6;

/** The zoom level after an action; 0 is 100 %. */
export function zoomAfter(action: 'zoom-in' | 'zoom-out' | 'zoom-reset', level: number): number {
  if (action === 'zoom-reset') return 0;
  const next = level + (action === 'zoom-in' ? STEP : -STEP);
  return Math.min(MAX_LEVEL, Math.max(MIN_LEVEL, next));
}
