/** What other features may import from here: the bar of the selection. */
export { default as SelectionBar } from './SelectionBar.svelte';
