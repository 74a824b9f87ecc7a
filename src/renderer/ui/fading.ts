/** Dismisses a notice that only informs after a while. */
import type { Attachment } from 'svelte/attachments';

/** How long it stays, in ms: long enough to read two sentences. */
const NOTICE_MS = 10_000;

/**
 * Calls `dismiss` once the element could be read for ten seconds: in the window in front, without pointer and focus in
 * the element. Null for a notice that needs a person.
 */
export const fading =
  (dismiss: (() => unknown) | null): Attachment<HTMLElement> =>
  (element) => {
    if (!dismiss) return;
    const listening = new AbortController();
    const { signal } = listening;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = (): void => clearTimeout(timer);
    const start = (): void => {
      stop();
      const isInFront = document.visibilityState === 'visible' && document.hasFocus();
      if (!isInFront || element.matches(':hover, :focus-within')) return;
      timer = setTimeout(dismiss, NOTICE_MS);
    };
    // The focus is nowhere while it moves.
    const later = (): void => void setTimeout(() => signal.aborted || start());
    start();
    element.addEventListener('pointerenter', stop, { signal });
    element.addEventListener('pointerleave', start, { signal });
    element.addEventListener('focusin', stop, { signal });
    element.addEventListener('focusout', later, { signal });
    window.addEventListener('focus', start, { signal });
    window.addEventListener('blur', stop, { signal });
    document.addEventListener('visibilitychange', start, { signal });
    return () => {
      stop();
      listening.abort();
    };
  };
