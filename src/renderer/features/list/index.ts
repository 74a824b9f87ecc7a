/** What other features may use of the list. */
export { default as InlineSelect } from './InlineSelect.svelte';
export { default as RowRefresh } from './RowRefresh.svelte';
