/** The organizations of the stand-in: who may see them, and how they appear in answers. */
import { randomBytes } from 'node:crypto';
import { profileKeys, type OrganizationState, type ProfileFields } from './entry-types';
import { failure, type Reply } from './envelope';
import { profileAnswer, type SentExtras } from './profile';
import type { Contents } from './records';
import type { Settings } from './settings';

/** The schema declares no format for ids; every known one is 32 lower-case hex characters. */
export const idShape = /^[0-9a-f]{32}$/;

export const emptyProfile = (): ProfileFields =>
  Object.fromEntries(profileKeys.map((key) => [key, ''])) as ProfileFields;

/** Whether a user may see an organization or account. */
export const maySee = ({ visibleTo }: Pick<OrganizationState, 'visibleTo'>, userId: string) =>
  visibleTo === 'everyone' || visibleTo.includes(userId);

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

/** The ids from the root to an organization. Organizations that no longer exist end the path. */
function pathTo(organization: OrganizationState, all: Map<string, OrganizationState>): string[] {
  const path = [organization.id];
  for (let parent = organization.parent; parent && !path.includes(parent.id);) {
    path.unshift(parent.id);
    parent = all.get(parent.id)?.parent ?? null;
  }
  return path;
}

/** The `meta` of an organization. Public sources show two styles of flags, so both occur, plus an unknown key. */
function metaOf(
  organization: OrganizationState,
  path: string[],
  style: 'flags' | 'tenant_flags' | 'none',
): Record<string, unknown> {
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
  return {
    hierarchy_tags: path,
    ...(style === 'flags' ? { flags } : {}),
    ...(style === 'tenant_flags' ? { tenant_flags: tenantFlags, managed_by: 'organization' } : {}),
    rollout_ring: { stage: 2, since: null },
    ...organization.meta,
  };
}

/** What the JSON of an organization depends on besides the organization. */
export interface ItemContext {
  organizations: Map<string, OrganizationState>;
  settings: Settings;
  sent: SentExtras;
  records: { shown: (id: string) => Contents };
}

/**
 * The JSON of an organization. Without a parent, `parent` is missing or `null`: both occur in practice.
 * @param index the position of the organization, which determines the variations
 */
export function organizationItem(
  organization: OrganizationState,
  index: number,
  { organizations, settings, sent, records }: ItemContext,
): Record<string, unknown> {
  const { id, name, createTime, parent } = organization;
  const embed =
    settings.embedProfiles === true || (settings.embedProfiles === 'sometimes' && index % 3 === 0);
  const contents = records.shown(id);
  const alternating = index % 2 === 1 ? 'flags' : 'tenant_flags';
  const style = settings.metaFlags === 'alternate' ? alternating : settings.metaFlags;
  return {
    id,
    name,
    create_time: createTime,
    meta: metaOf(organization, pathTo(organization, organizations), style),
    ...(parent === null ? (index % 4 === 1 ? { parent: null } : {}) : { parent }),
    ...(embed && contents.profile !== null
      ? { profile: profileAnswer(organization, contents, sent) }
      : {}),
  };
}

/** The answer for an unknown or invisible organization. The real status and codes are unverified. */
export function unknownOrganization(status: 403 | 404): Reply {
  return status === 403
    ? failure(403, [{ code: 9109, message: 'Unauthorized to access requested resource' }])
    : failure(404, [{ code: 1002, message: 'Organization not found' }]);
}
