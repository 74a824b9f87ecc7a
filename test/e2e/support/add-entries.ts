/** Adds entries by calls, for tests that are not about adding. */
import { createCalls } from '../../faults/support/calls';
import { sampleSignIn, sampleToken } from '../../standin';
import type { Letterhead } from './letterhead';

const SECRETS = {
  key: {
    kind: 'key',
    label: 'Head office',
    email: sampleSignIn.email,
    key: sampleSignIn.key,
  },
  token: { kind: 'token', label: 'Branches', key: sampleToken.value },
} as const;

/**
 * Adds the sample sign-in of a kind and these entries of it, and waits until their profiles are fetched. Returns the id
 * of the sign-in.
 */
export async function addEntries(
  letterhead: Letterhead,
  kind: 'key' | 'token',
  ids: readonly string[],
): Promise<string> {
  const { value } = createCalls(letterhead.page);
  const entered = { ...SECRETS[kind], keep: 'keychain', readOnly: false } as const;
  const { signInId } = await value('signIns', 'add', entered);
  await value('additions', 'list', { signInId, onlyNew: false });
  await value('additions', 'tick', { which: 'shown', ticked: false, filter: '' });
  await value('additions', 'tick', { which: [...ids], ticked: true, filter: '' });
  await value('additions', 'add');
  await value('additions', 'leave');
  await letterhead.waitUntilFetched();
  await letterhead.settleRows();
  return signInId;
}
