/** What other features use of the settings: the dialog that replaces a key. */
export { default as ReplaceKey } from './ReplaceKey.svelte';
