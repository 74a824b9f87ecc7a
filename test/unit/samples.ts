/** What most rows and requests in tests have in common: sign-ins are keys, and entries are organizations. */
import type { EntryRef } from '../../src/main/cloudflare';

/** What a row says of an organization of which little is known. */
export const ORGANIZATION = {
  kind: 'organization',
  parent: null,
  createdAt: null,
} as const;

/** What a row says of a key that may write. */
export const KEY_SIGN_IN = { kind: 'key', tokenId: null, readOnly: null, expiresAt: null } as const;

/** Refers to the organization with this id. */
export const organizationRef = (id: string): EntryRef => ({ kind: 'organization', id });

/** Refers to the account with this id. */
export const accountRef = (id: string): EntryRef => ({ kind: 'account', id });
