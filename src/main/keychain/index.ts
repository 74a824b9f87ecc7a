/** The keychain, as other modules may use it. */
export { Keychain, type KeychainOptions } from './credential-store';
export { INDEX_ID_FILE, indexIdIn, type IndexId } from './index-id';
export type { HelperProcess, HelperRequest } from './protocol';
export type { CredentialStore } from './types';
