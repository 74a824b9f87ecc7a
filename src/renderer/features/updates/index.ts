/** What other features may import from here. */
export { default as UpdateBanner } from './UpdateBanner.svelte';
export { default as UpdateStatusPanel } from './UpdateStatusPanel.svelte';
