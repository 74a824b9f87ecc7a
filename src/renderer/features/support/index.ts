/** What other features may import from here. */
export { default as SupportDetails } from './SupportDetails.svelte';
