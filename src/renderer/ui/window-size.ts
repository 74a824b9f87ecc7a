/** Windows in which the layout changes. The styles use the same sizes. */
import { MediaQuery } from 'svelte/reactivity';

/** Whether list and page do not fit side by side, so that only the page is in view or, without one, the list. */
export const narrow = new MediaQuery('(max-width: 560px)');

/** Whether nothing inside a page has room to scroll, so that it scrolls as a whole. */
export const low = new MediaQuery('(max-height: 440px)');
