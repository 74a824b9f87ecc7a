/** What other features may use of the list. */
export { default as RowRefresh } from './RowRefresh.svelte';
