/** The table, which the window loads when a person first asks for it. */
export { default as TableView } from './TableView.svelte';
export { TableState } from './table-state.svelte';
