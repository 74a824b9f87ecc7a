/**
 * Everything the window shows besides the list, the banners and the welcome page. Loaded after the first
 * paint, so that the paint does not wait for this code (docs/performance.md).
 */
export { default as AdditionProgress } from './features/add/AdditionProgress.svelte';
export { default as AddScreen } from './features/add/AddScreen.svelte';
export { CsvHost, CsvStatus } from './features/csv';
export { default as BulkHost } from './features/bulk/BulkHost.svelte';
export { default as JobsPanel } from './features/bulk/JobsPanel.svelte';
export { default as SelectionActionsStatus } from './features/bulk/SelectionActionsStatus.svelte';
export { default as SupportHost } from './features/support/SupportHost.svelte';
export { default as OrganizationPage } from './features/organization/OrganizationPage.svelte';
export { default as SettingsScreen } from './features/settings/SettingsScreen.svelte';
