/** What other features may import from here: the dialog that replaces a key. */
export { default as ReplaceKey } from './ReplaceKey.svelte';
