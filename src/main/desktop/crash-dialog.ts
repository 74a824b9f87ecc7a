/**
 * The question after a crash: a sentence, and the ways out. *Copy details* does its work and asks
 * again, so that whoever copied them can still choose.
 */
import { clipboard, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron';
import { m } from '../../shared/messages';

/** What a person may choose. */
export type CrashAnswer = 'restart' | 'wait' | 'quit';

/** What is asked. */
export interface CrashQuestion {
  title: string;
  text: string;
  /** The label of the main way out. */
  restart: string;
  /** Whether waiting is a way out, too. */
  wait?: boolean;
  /** The window it is about, or null without one. */
  window: BrowserWindow | null;
  /** What *Copy details* copies; it holds nothing of what a person typed. */
  details: () => string;
  /** Takes the question back: it has become pointless. */
  signal?: AbortSignal;
}

function show(window: BrowserWindow | null, options: MessageBoxOptions) {
  const open = window && !window.isDestroyed() && window.isVisible();
  return open ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options);
}

/**
 * Copies a text; whether the system took it. Electron 33 has copied when the call returns, from 44 on
 * a promise says so.
 */
async function copy(text: string): Promise<boolean> {
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Asks until one of the ways out is chosen; a question taken back counts as waiting. */
export async function askAfterCrash(question: CrashQuestion): Promise<CrashAnswer> {
  const { title, text, restart, wait = false, window, details, signal } = question;
  const ways = [
    { label: restart, way: 'restart' as const },
    ...(wait ? [{ label: m.support_crash_wait(), way: 'wait' as const }] : []),
    { label: m.support_crash_copy(), way: 'copy' as const },
    { label: m.desktop_quit(), way: 'quit' as const },
  ];
  for (let copied = false; ;) {
    const { response } = await show(window, {
      type: 'error',
      title: m.app_name(),
      message: title,
      detail: copied ? `${text}\n\n${m.support_crash_copied()}` : text,
      buttons: ways.map(({ label }) => label),
      defaultId: 0,
      // Escape is the way that takes nothing away.
      cancelId: wait ? 1 : 0,
      noLink: true,
      ...(signal ? { signal } : {}),
    });
    if (signal?.aborted) return 'wait';
    const way = ways[response]?.way ?? 'restart';
    if (way !== 'copy') return way;
    copied = await copy(details());
  }
}
