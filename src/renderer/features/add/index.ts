/** What other features may import from here: the field for a key, and the choice of where to store the key. */
export { default as KeyField } from './KeyField.svelte';
export { default as KeychainChoiceBox } from './KeychainChoiceBox.svelte';
export { KeychainChoice } from './keychain-choice.svelte';
