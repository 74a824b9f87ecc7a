/** What other features may import from here: the field for a key or token, and the choice of where to store it. */
export { default as KeyField } from './KeyField.svelte';
export { default as KeychainChoiceBox } from './KeychainChoiceBox.svelte';
export { KeychainChoice } from './keychain-choice.svelte';
export { secretHelp } from './secret-texts';
