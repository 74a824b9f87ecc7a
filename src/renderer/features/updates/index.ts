/** What other features use of updates. */
export { default as UpdateBanner } from './UpdateBanner.svelte';
export { default as UpdateStatusPanel } from './UpdateStatusPanel.svelte';
