/** Steps that several scenes take. */
import type { KeySignIn, OrganizationState, Standin } from '../standin';
import type { Letterhead, SignInInput } from '../e2e/support/letterhead';

/** Every size of a picture, for screens whose layout differs most. */
export const ALL_SIZES = ['small', 'zoomed', 'usual', 'large', 'huge'] as const;

/** A second Cloudflare user. */
export const COLLEAGUE: KeySignIn = {
  email: 'it@brightwater.example',
  key: 'e'.repeat(37),
  userId: 'f'.repeat(32),
};

/** The organizations of the stand-in, in its order. */
export const organizationsOf = (standin: Standin): OrganizationState[] => [
  ...standin.organizations.values(),
];

/** Completes the first run with these organizations and fetches their profiles. */
export async function addAndFetch(
  letterhead: Letterhead,
  organizations: readonly OrganizationState[],
  signIn?: SignInInput,
): Promise<void> {
  await letterhead.setUp(
    organizations.map(({ name }) => name),
    signIn,
  );
  await letterhead.waitUntilFetched();
}

/** Adds organizations with another sign-in. Does not wait for their profiles. */
export async function addWithNewSignIn(
  letterhead: Letterhead,
  organizations: readonly OrganizationState[],
  signIn: SignInInput,
): Promise<void> {
  await letterhead.openAdd();
  await letterhead.signIn(signIn);
  await letterhead.choose(organizations.map(({ name }) => name));
}
