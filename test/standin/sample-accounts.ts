/** Sample accounts, the same at every launch: branches and companies with invented names. */
import { createHash } from 'node:crypto';
import { completeAccount } from './accounts';
import type { AccountState, OrganizationState } from './entry-types';

const hex = (seed: string) => createHash('sha256').update(seed).digest('hex').slice(0, 32);

/** The ids of the accounts that every stand-in has by default. */
export const sampleAccountIds = [hex('sample account 0'), hex('sample branch 1')];

const brands = ['Alder', 'Birchwood', 'Cedar Lane', 'Dunmore', 'Elmfield'];
const trades = ['Bakery', 'Joinery', 'Print Shop', 'Garden Center', 'Cycles', 'Books', 'Dental'];
const places = ['York', 'Bath', 'Cork', 'Leeds', 'Derry', 'Truro', 'Ely', 'Perth', 'Ayr', 'Wells'];

/** Names without repetition: the lengths of the lists make 70 combinations, then a number follows. */
function nameAt(index: number): string {
  if (index === 0) return 'Brightwater Bristol';
  if (index === 1) return 'Brightwater Online Shop';
  const at = (list: string[]) => list[index % list.length] ?? '';
  const round = Math.floor(index / 70);
  return `${at(brands)} ${at(trades)} ${at(places)}${round === 0 ? '' : ` ${round + 1}`}`;
}

/**
 * Creates `count` accounts. The first two belong to the first organization, each further one to the next
 * organization; every fifth, and all beyond the last organization, to none.
 */
export function sampleAccounts(count: number, organizations: OrganizationState[]): AccountState[] {
  return Array.from({ length: count }, (_, index) => {
    const parent = index % 5 === 4 ? undefined : organizations[Math.max(0, index - 1)];
    return completeAccount({
      id: sampleAccountIds[index] ?? hex(`sample branch ${index}`),
      name: nameAt(index),
      type: index === 0 ? 'enterprise' : 'standard',
      createdOn: new Date(Date.UTC(2026, 5, 2, 9, 0) + index * 3_600_000).toISOString(),
      managedBy: parent ? { parentOrgId: parent.id, parentOrgName: parent.name } : null,
      profile: {
        business_name: nameAt(index),
        business_email: 'office@branches.example',
        business_phone: '+44 20 7946 0100',
        business_address: '1 Mill Lane\nBristol',
        external_metadata: '{}',
      },
    });
  });
}
