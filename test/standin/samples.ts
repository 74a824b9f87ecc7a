/**
 * Sample sign-ins and organizations, the same at every launch. All names are invented. Domains end in `.example`;
 * phone numbers come from reserved ranges or are clearly fictitious.
 */
import { createHash } from 'node:crypto';
import { completeOrganization } from './organizations';
import type { OrganizationState } from './entry-types';
import { sampleAccountIds } from './sample-accounts';
import { countries, special, type Sample } from './sample-texts';
import type { ApiToken, KeySignIn } from './sign-in-types';

const hex = (seed: string, length: number) =>
  createHash('sha256').update(seed).digest('hex').slice(0, length);

export const sampleSignIn: KeySignIn = {
  email: 'office@brightwater.example',
  key: hex('sample key', 37),
  userId: hex('sample user', 32),
};

/** An API key in the newer format, for tests that replace a key. */
export const sampleNewKey = `cfk_${hex('newer sample key', 40)}${hex('checksum', 8)}`;

/** A token of the sample user for the sample accounts, in the newer format. Known to a stand-in by default. */
export const sampleToken: ApiToken = {
  id: hex('sample token id', 32),
  name: 'Letterhead',
  value: `cfut_${hex('sample token', 40)}${hex('token checksum', 8)}`,
  userId: sampleSignIn.userId,
  ownedBy: 'user',
  status: 'active',
  accounts: sampleAccountIds,
  permissions: { accountSettings: 'write', userDetails: 'none' },
};

/** A second token with the same rights, for tests that replace a token. A stand-in does not know it by default. */
export const sampleNewToken: ApiToken = {
  ...sampleToken,
  id: hex('newer sample token id', 32),
  name: 'Letterhead (new)',
  value: `cfut_${hex('newer sample token', 40)}${hex('newer token checksum', 8)}`,
};

/** A token that may only read profiles. A stand-in does not know it by default. */
export const sampleReadOnlyToken: ApiToken = {
  ...sampleToken,
  id: hex('reading sample token id', 32),
  name: 'Letterhead (read only)',
  value: `cfut_${hex('reading sample token', 40)}${hex('reading token checksum', 8)}`,
  permissions: { accountSettings: 'read', userDetails: 'none' },
};

/** A token owned by an account, which Cloudflare refuses for all that needs a user. Known by default. */
export const sampleAccountToken: ApiToken = {
  ...sampleToken,
  id: hex('sample account token id', 32),
  name: 'Account token',
  value: `cfat_${hex('sample account token', 40)}${hex('checksum', 8)}`,
  ownedBy: 'account',
};

/** The sample at an index: first the hand-written special cases, then generated names in four languages. */
function sampleAt(index: number): Sample {
  const written = special[index];
  if (written) return written;
  const number = index - special.length;
  const country = countries[number % countries.length];
  if (!country) throw new Error('No sample countries');
  return country(Math.floor(number / countries.length));
}

/** The sample organization at an index, below `parent`. */
function organizationAt(index: number, parent: OrganizationState | undefined): OrganizationState {
  const { name, ...profile } = sampleAt(index);
  return completeOrganization({
    id: hex(`sample organization ${index}`, 32),
    name,
    createTime: new Date(Date.UTC(2026, 4, 21, 9, 0) + index * 5_400_000).toISOString(),
    parent: parent ? { id: parent.id, name: parent.name } : null,
    profile: {
      business_name: profile.business_name ?? name,
      business_email: profile.business_email,
      business_phone: profile.business_phone,
      business_address: profile.business_address,
      external_metadata: profile.external_metadata,
    },
    accounts: [hex(`sample account ${index}`, 32)],
    members: [sampleSignIn.userId],
  });
}

/** Creates `count` organizations. Their ids are hashes, so ids and names sort differently. */
export function sampleOrganizations(count: number): OrganizationState[] {
  const made: OrganizationState[] = [];
  for (let index = 0; index < count; index += 1) {
    made.push(organizationAt(index, index % 5 === 4 ? made[index - 4] : undefined));
  }
  return made;
}

/**
 * Creates one tree of organizations: a root, and `children` below each organization of a level, level by level.
 * Cloudflare allows five levels.
 */
export function sampleTree(levels: number, children: number): OrganizationState[] {
  const made: OrganizationState[] = [];
  let above: (OrganizationState | undefined)[] = [undefined];
  for (let level = 0; level < levels; level += 1) {
    const count = level === 0 ? 1 : children;
    above = above.flatMap((parent) =>
      Array.from({ length: count }, () => {
        const organization = organizationAt(made.length, parent);
        made.push(organization);
        return organization;
      }),
    );
  }
  return made;
}
