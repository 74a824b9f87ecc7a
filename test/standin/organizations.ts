/** The organizations of the stand-in: who may see them, and how they appear in answers. */
import { randomBytes } from 'node:crypto';
import { failure, type Reply } from './envelope';
import { profileAnswer, type SentExtras } from './profile';
import { profileKeys, type OrganizationState, type ProfileFields, type Settings } from './types';

/** The schema declares no format for ids; every known one is 32 lower-case hex characters. */
export const idShape = /^[0-9a-f]{32}$/;

export const emptyProfile = (): ProfileFields =>
  Object.fromEntries(profileKeys.map((key) => [key, ''])) as ProfileFields;

export const maySee = (organization: OrganizationState, userId: string) =>
  organization.visibleTo === 'everyone' || organization.visibleTo.includes(userId);

/** Adds default values to an organization that a test describes in part. */
export function completeOrganization(given: Partial<OrganizationState>): OrganizationState {
  const id = given.id ?? randomBytes(16).toString('hex');
  return {
    id,
    name: `Organization ${id.slice(0, 6)}`,
    createTime: '2026-06-01T09:00:00.000000Z',
    parent: null,
    profile: emptyProfile(),
    extraFields: {},
    withheld: {},
    meta: {},
    accounts: [],
    members: [],
    visibleTo: 'everyone',
    ...given,
  };
}

/** The `meta` of an organization. Public sources show two styles of flags, so both occur, plus an unknown key. */
function metaOf(organization: OrganizationState, odd: boolean): Record<string, unknown> {
  const flags = {
    account_creation: 'allowed',
    account_deletion: 'allowed',
    account_migration: 'disallowed',
    account_mobility: 'disallowed',
    sub_org_creation: 'allowed',
  };
  const tenantFlags = {
    ...flags,
    account_creation_applies_tenant_defaults: 'disallowed',
    enterprise_capability: 'allowed',
    member_management: 'allowed',
  };
  const path = [organization.parent?.id, organization.id].filter((id) => id !== undefined);
  return {
    hierarchy_tags: path,
    ...(odd ? { flags } : { tenant_flags: tenantFlags, managed_by: 'organization' }),
    rollout_ring: { stage: 2, since: null },
    ...organization.meta,
  };
}

/**
 * The JSON of an organization. Without a parent, `parent` is missing or `null`: both occur in practice.
 * @param index the position of the organization, which determines the variations
 */
export function organizationItem(
  organization: OrganizationState,
  index: number,
  settings: Settings,
  sent: SentExtras,
): Record<string, unknown> {
  const { id, name, createTime, parent, profile } = organization;
  const embed =
    settings.embedProfiles === true || (settings.embedProfiles === 'sometimes' && index % 3 === 0);
  return {
    id,
    name,
    create_time: createTime,
    meta: metaOf(organization, index % 2 === 1),
    ...(parent === null ? (index % 4 === 1 ? { parent: null } : {}) : { parent }),
    ...(embed && profile !== null ? { profile: profileAnswer(organization, sent) } : {}),
  };
}

/** The answer for an unknown or invisible organization. The real status and codes are unverified. */
export function unknownOrganization(status: 403 | 404): Reply {
  return status === 403
    ? failure(403, [{ code: 9109, message: 'Unauthorized to access requested resource' }])
    : failure(404, [{ code: 1002, message: 'Organization not found' }]);
}
