/** Builds the question about a token: which accounts it opens, as Cloudflare lists them. */
import type { Authorizer } from '../cloudflare';
import type { TokenQuestion } from './confirm';
import type { SignInContext } from './context';
import type { TokenIdentity } from './verify';

/** How many accounts the question names. */
const MAX_NAMED = 3;

/**
 * The question about a token.
 * @param choices what the person chose (`TokenQuestion`)
 */
export async function tokenQuestion(
  { cloudflare }: Pick<SignInContext, 'cloudflare'>,
  auth: Authorizer,
  { tokenId }: TokenIdentity,
  choices: Pick<TokenQuestion, 'readOnly' | 'replaces'>,
): Promise<TokenQuestion> {
  const page = await cloudflare.list(auth, 'account', null, { priority: 'person' });
  const listed = page.ok ? page.value.value : { organizations: [], total: null };
  const accounts = listed.organizations.slice(0, MAX_NAMED).map(({ name }) => name);
  const total = listed.total ?? (page.ok ? listed.organizations.length : null);
  return { about: 'token', tokenId, accounts, total, ...choices };
}
