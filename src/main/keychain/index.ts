/** The keychain, as other modules may use it. */
export { SystemKeychain, type KeychainOptions } from './system-keychain';
export type { FolderKey } from './folder-key';
export { INDEX_ID_FILE, indexIdIn, type IndexId } from './index-id';
export type { HelperRequest, KeychainHelper } from './protocol';
