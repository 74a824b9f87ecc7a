/** What other features use of support. */
export { default as SupportDetails } from './SupportDetails.svelte';
