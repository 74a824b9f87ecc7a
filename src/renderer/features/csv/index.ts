/** What the frame of the window uses of CSV files. */
export { default as CsvHost } from './CsvHost.svelte';
export { default as CsvStatus } from './CsvStatus.svelte';
