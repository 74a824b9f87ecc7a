/** What other features and the frame of the window may import from here. */
export { default as CsvHost } from './CsvHost.svelte';
export { default as CsvStatus } from './CsvStatus.svelte';
export { default as ImportProgress } from './ImportProgress.svelte';
