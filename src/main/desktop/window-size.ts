/** Sizes of the window, in CSS pixels. */

/** The smallest window the layout is made for. */
export const MIN_SIZE = { width: 860, height: 560 };

/** The size of a window that was never anywhere. */
export const DEFAULT_SIZE = { width: 1180, height: 800 };
