/** Windows in which the layout changes. The styles use the same sizes. */
import { MediaQuery } from 'svelte/reactivity';

/** Whether list and page do not fit side by side, so that only the page is in view or, without one, the list. */
export const narrow = new MediaQuery('(max-width: 560px)');

/** Whether several messages below a page leave no room for it. */
export const low = new MediaQuery('(max-height: 640px)');

/** Whether nothing inside a page has room to scroll, so that it scrolls as a whole. */
export const veryLow = new MediaQuery('(max-height: 440px)');
