/** What is behind *View*, and what it has set. Loaded after the first paint. */
export { default as ViewChips } from './ViewChips.svelte';
export { default as ViewChoices } from './ViewChoices.svelte';
