/** What other rooms may use of the keychain room. */
export { Keychain, type KeychainOptions } from './credential-store';
export type { HelperProcess, HelperRequest } from './protocol';
export type { CredentialStore } from './types';
