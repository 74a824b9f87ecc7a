/** The keychain, as other modules may use it. */
export { SystemKeychain, type KeychainOptions } from './system-keychain';
export { INDEX_ID_FILE, indexIdIn, type IndexId } from './index-id';
export type { HelperRequest, KeychainHelper } from './protocol';
