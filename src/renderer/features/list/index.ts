/** What other features may use of the list. */
export { default as Highlight } from './Highlight.svelte';
export { default as InlineSelect } from './InlineSelect.svelte';
export { default as RowRefresh } from './RowRefresh.svelte';
export { default as ListFilterBox } from './ListFilterBox.svelte';
export { default as EmptyList } from './EmptyList.svelte';
export { default as ListMenu } from './ListMenu.svelte';
export { default as SearchBox } from './SearchBox.svelte';
export { default as SidebarFooter } from './SidebarFooter.svelte';
export { default as BuildingList } from './BuildingList.svelte';
export { default as ViewChips } from './ViewChips.svelte';
export { default as ViewChoices } from './ViewChoices.svelte';
export { default as ViewMenu } from './ViewMenu.svelte';
export { default as ViewSwitch } from './ViewSwitch.svelte';
export { orderOptions, stateOf } from './list-text';
