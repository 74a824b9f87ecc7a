/** What other features may use of *Changes*. */
export { default as BatchLine } from './BatchLine.svelte';
export { isBatchOver } from './group-text';
export { default as NotImported } from './NotImported.svelte';
export { default as ListExported } from './ListExported.svelte';
