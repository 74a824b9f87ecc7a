/**
 * Who may call: only the main frame of our own window, while it shows our own page. A preload follows
 * its window to whatever page it shows, so the window alone proves nothing.
 */

/** The parts of Electron's WebFrameMain that the check looks at. */
export interface Frame {
  url: string;
  parent: Frame | null;
  detached?: boolean;
}

/** The parts of an IPC event that the check looks at. */
export interface SenderEvent {
  senderFrame: Frame | null;
  sender: { id: number };
}

/**
 * Whether an IPC event comes from our page.
 * @param windowId id of the web contents of our window, or null while there is none
 * @param pageUrl the address of our page; origin and path must match, query and hash may differ
 */
export function isTrustedFrame(
  event: SenderEvent,
  windowId: number | null,
  pageUrl: string,
): boolean {
  const { senderFrame: frame, sender } = event;
  if (frame === null || sender.id !== windowId) return false;
  try {
    // A frame that was disposed of throws when it is looked at.
    if (frame.detached === true || frame.parent !== null) return false;
    const at = new URL(frame.url);
    const page = new URL(pageUrl);
    // `origin` is "null" for our own scheme in Node's URL, so protocol and host are compared.
    return at.protocol === page.protocol && at.host === page.host && at.pathname === page.pathname;
  } catch {
    return false;
  }
}
