/** The parts of the sidebar that its first paint does not show. Loaded after it. */
export { SelectionBar } from '../selection';
export { default as SidebarHandle } from './SidebarHandle.svelte';
export { default as ViewChips } from './ViewChips.svelte';
export { default as ViewChoices } from './ViewChoices.svelte';
