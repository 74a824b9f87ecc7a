/** The types of what has a profile: organizations and accounts, and the fields of a profile. */

/** The five fields of a profile, all plain strings, all required in a PUT. */
export const profileKeys = [
  'business_name',
  'business_email',
  'business_phone',
  'business_address',
  'external_metadata',
] as const;
export type ProfileKey = (typeof profileKeys)[number];
export type ProfileFields = Record<ProfileKey, string>;
/** Fields that are missing or `null` in answers, whatever is stored. */
export type Withheld = Partial<Record<ProfileKey, 'missing' | 'null'>>;

/** What organizations and accounts have in common: a profile, or a share in the profile of another one. */
export interface ProfileHolder {
  id: string;
  /** `null`: there is no profile yet, and a GET is answered with 404. Ignored in favor of a shared record. */
  profile: ProfileFields | null;
  /** Profile keys the app does not know: sent in GET and expected back unchanged in PUT. Part of a shared record. */
  extraFields: Record<string, unknown>;
  /** Profile fields that are left out of answers about this entry, also of embedded profiles. */
  withheld: Withheld;
}

/** An organization in the stand-in. Tests may change it in place. */
export interface OrganizationState extends ProfileHolder {
  name: string;
  /** ISO 8601. */
  createTime: string;
  parent: { id: string; name: string } | null;
  meta: Record<string, unknown>;
  /** Ids of its accounts and of its users (`members`), for the `containing.*` filters. */
  accounts: string[];
  members: string[];
  /** Ids of the users who may see the organization. */
  visibleTo: 'everyone' | string[];
}

/** An account in the stand-in. Tests may change it in place. */
export interface AccountState extends ProfileHolder {
  name: string;
  type: 'standard' | 'enterprise';
  /** ISO 8601. */
  createdOn: string;
  /** Its parent organization, whose profile record it shares; `null` or unknown: it has a record of its own. */
  managedBy: { parentOrgId: string; parentOrgName: string } | null;
  /** Ids of the users who may see the account. A token sees it only if its list contains it, too. */
  visibleTo: 'everyone' | string[];
}
