/** Dismisses a notice that only informs after a while. */
import type { Attachment } from 'svelte/attachments';

/** How long it stays, in ms: long enough to read two sentences. */
const NOTICE_MS = 10_000;

/**
 * Calls `dismiss` after ten seconds without pointer and focus in the element. Null for a notice that needs a person.
 */
export const fading =
  (dismiss: (() => unknown) | null): Attachment<HTMLElement> =>
  (element) => {
    if (!dismiss) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = (): void => clearTimeout(timer);
    const start = (): void => {
      stop();
      if (element.matches(':hover, :focus-within')) return;
      timer = setTimeout(dismiss, NOTICE_MS);
    };
    // The focus is nowhere while it moves.
    const later = (): void => void setTimeout(start);
    start();
    const events = { pointerenter: stop, pointerleave: start, focusin: stop, focusout: later };
    for (const [name, listen] of Object.entries(events)) element.addEventListener(name, listen);
    return () => {
      stop();
      for (const [name, listen] of Object.entries(events))
        element.removeEventListener(name, listen);
    };
  };
