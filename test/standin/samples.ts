/**
 * Sample sign-ins and organizations, the same at every launch. All names are invented. Domains end in `.example`;
 * phone numbers come from reserved ranges or are clearly fictitious.
 */
import { createHash } from 'node:crypto';
import { completeOrganization } from './organizations';
import { countries, special, type Sample } from './sample-texts';
import type { ApiToken, Credential, OrganizationState } from './types';

const hex = (seed: string, length: number) =>
  createHash('sha256').update(seed).digest('hex').slice(0, length);

export const sampleCredential: Credential = {
  email: 'office@brightwater.example',
  key: hex('sample key', 37),
  userId: hex('sample user', 32),
};

/** An API key in the newer format, for tests that replace a key. */
export const sampleNewKey = `cfk_${hex('newer sample key', 40)}${hex('checksum', 8)}`;

export const sampleToken: ApiToken = {
  token: hex('sample token', 40),
  userId: sampleCredential.userId,
  owner: 'user',
};

export const sampleAccountToken: ApiToken = {
  token: `cfat_${hex('sample account token', 40)}${hex('checksum', 8)}`,
  userId: sampleCredential.userId,
  owner: 'account',
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

/** Creates `count` organizations. Their ids are hashes, so ids and names sort differently. */
export function sampleOrganizations(count: number): OrganizationState[] {
  const made: OrganizationState[] = [];
  for (let index = 0; index < count; index += 1) {
    const { name, ...profile } = sampleAt(index);
    const root = index % 5 === 4 ? made[index - 4] : undefined;
    made.push(
      completeOrganization({
        id: hex(`sample organization ${index}`, 32),
        name,
        createTime: new Date(Date.UTC(2026, 4, 21, 9, 0) + index * 5_400_000).toISOString(),
        parent: root ? { id: root.id, name: root.name } : null,
        profile: {
          business_name: profile.business_name ?? name,
          business_email: profile.business_email,
          business_phone: profile.business_phone,
          business_address: profile.business_address,
          external_metadata: profile.external_metadata,
        },
        accounts: [hex(`sample account ${index}`, 32)],
        members: [sampleCredential.userId],
      }),
    );
  }
  return made;
}
