/**
 * Decides which frame may call main: only the main frame of our window, while it shows our page. The preload script
 * runs in every page that the window shows, so it is not enough to check the window.
 */

/** The part of Electron's WebFrameMain that is checked. */
export interface Frame {
  url: string;
  parent: Frame | null;
  detached?: boolean;
}

/** The part of an IPC event that is checked. */
export interface SenderEvent {
  senderFrame: Frame | null;
  sender: { id: number };
}

/**
 * Whether an IPC event comes from our page.
 * @param pages ids of the `webContents` of our windows (not of the windows); empty while there is no window
 * @param pageUrl URL of our page; origin and path must match, query and hash may differ
 */
export function isTrustedFrame(
  event: SenderEvent,
  pages: ReadonlySet<number>,
  pageUrl: string,
): boolean {
  const { senderFrame: frame, sender } = event;
  if (frame === null || !pages.has(sender.id)) return false;
  try {
    // Accessing a disposed frame throws.
    if (frame.detached === true || frame.parent !== null) return false;
    const at = new URL(frame.url);
    const page = new URL(pageUrl);
    // For our own scheme, `origin` of Node's URL is "null", so protocol and host are compared.
    return at.protocol === page.protocol && at.host === page.host && at.pathname === page.pathname;
  } catch {
    return false;
  }
}
