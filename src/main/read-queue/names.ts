/**
 * Reads the list of a sign-in, because only the list has the current names and parents of its entries. One request
 * covers up to 1,000 entries. The profiles that a list may embed are not used: the field is optional, and Cloudflare's
 * own acceptance tests expect it to be missing or out of date (terraform-provider-cloudflare,
 * organization/resource_test.go).
 */
import { recoveryOf, type Failure } from '../../shared/failure';
import { ENTRY_KIND_OF, type ListedEntry } from '../../shared/organization';
import { authorizerOf, organizationPages } from '../cloudflare';
import type { AuthorizationSource, Cloudflare, ListingPage, RequestOptions } from '../cloudflare';
import type { Database, Tables } from '../database';
import { chunks } from '../lib/slices';

/** How many entries are compared and stored in one transaction before yielding to the event loop. */
const CHUNK_SIZE = 200;

/** Dependencies of `refreshNames`. */
export interface NamesOptions {
  database: Database;
  cloudflare: Cloudflare;
  authorizationOf: AuthorizationSource;
  /** See `SignIns.versionOf`. A refusal of a replaced email or key is ignored. */
  versionOf?: (signInId: string) => string;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** Stores the names and parents of the listed entries that are saved with this sign-in. Returns how many those are. */
function storeNames(
  { organizations }: Tables,
  listed: readonly ListedEntry[],
  signInId: string,
): number {
  let found = 0;
  // In one query, because most of a list may be saved with other sign-ins.
  const signIns = organizations.signInsOf(listed.map(({ id }) => id));
  for (const remote of listed) {
    if (signIns.get(remote.id) !== signInId) continue;
    const saved = organizations.get(remote.id);
    if (!saved) continue;
    found += 1;
    const { parent, createdAt } = remote;
    // Without a name, the client puts the id there. Then keep the name we have.
    const name = remote.name === saved.id ? saved.name : remote.name;
    const isSame =
      name === saved.name &&
      createdAt === saved.createdAt &&
      parent?.id === saved.parent?.id &&
      parent?.name === saved.parent?.name;
    if (!isSame) organizations.put({ ...saved, name, parent, createdAt });
  }
  return found;
}

/**
 * Reads the list until the last page, or until all saved entries of the sign-in were found. Results are stored page by
 * page, so a failure loses only the rest.
 * @returns why reading stopped early, or null; `replaced` if the email or key that was refused is not used any more
 */
export async function refreshNames(
  { database, cloudflare, authorizationOf, versionOf, yieldToEventLoop }: NamesOptions,
  signInId: string,
  request: RequestOptions,
): Promise<Failure | 'replaced' | null> {
  const version = versionOf?.(signInId);
  const known = database.read(({ signIns, list }) => ({
    kind: signIns.get(signInId)?.kind,
    count: list.bySignIn().get(signInId) ?? 0,
  }));
  if (!known.ok) return known.failure;
  const { kind, count } = known.value;
  if (kind === undefined || count === 0) return null;
  let remaining = count;
  let databaseFailure: Failure | null = null;
  const onPage = async ({ organizations }: ListingPage): Promise<boolean> => {
    for (const chunk of chunks(organizations, CHUNK_SIZE)) {
      const stored = database.write((tables) => storeNames(tables, chunk, signInId));
      if (!stored.ok) {
        databaseFailure = stored.failure;
        return false;
      }
      remaining -= stored.value;
      await yieldToEventLoop();
    }
    return remaining > 0;
  };
  const auth = authorizerOf(database, authorizationOf, signInId);
  const pages = await organizationPages(cloudflare, auth, ENTRY_KIND_OF[kind], onPage, request);
  if (pages.ok) return databaseFailure;
  const isReplaced = versionOf?.(signInId) !== version;
  return isReplaced && recoveryOf(pages.failure.code) === 'sign-in' ? 'replaced' : pages.failure;
}
