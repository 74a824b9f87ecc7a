/** What other features may use of *Changes*. */
export { default as SaveExported } from './SaveExported.svelte';
