/** The types of sign-ins: users with an API key, and API tokens. */

/** A Cloudflare user with an email and a Global API Key. */
export interface KeySignIn {
  email: string;
  /** 37 characters `[0-9a-f]`, or a longer one starting with `cfk_`. */
  key: string;
  userId: string;
}

/** What a token may do. */
export interface TokenPermissions {
  /** `read`: GET of an account, its profile and its audit log; `write`: PUT of the profile, too. */
  accountSettings: 'none' | 'read' | 'write';
  /** `read`: GET of `/user` and of the list of organizations. */
  userDetails: 'none' | 'read';
}

/** An API token. A token owned by an account is refused where Cloudflare requires a user. */
export interface ApiToken {
  id: string;
  /** The name in the audit log. */
  name: string;
  /** The secret: 40 characters, or a longer one starting with `cfut_` or `cfat_`. */
  value: string;
  /** The user who owns the token or created it. */
  userId: string;
  ownedBy: 'user' | 'account';
  status: 'active' | 'disabled' | 'expired';
  /** ISO 8601. From then on, an active token counts as expired. */
  expiresOn?: string;
  /** ISO 8601. Until then, only verify accepts the token; that is our choice. */
  notBefore?: string;
  /** Ids of the accounts it may see. */
  accounts: string[];
  permissions: TokenPermissions;
  /** IP addresses it may be used from; by default all. Verify ignores them; that is our choice. */
  allowedAddresses?: string[];
}
