/** What other features use of adding: the field for a key, and where the key is stored. */
export { default as KeyField } from './KeyField.svelte';
export { default as KeychainChoiceBox } from './KeychainChoiceBox.svelte';
export { KeychainChoice } from './keychain-choice.svelte';
