/**
 * The first pass of a background check: one list request covers up to 1,000 organizations.
 *
 * The list may embed each organization's profile. If it matches our saved copy, the organization needs no
 * request of its own. Embedded profiles are used for nothing else: the field is optional, and Cloudflare's
 * own acceptance tests expect it to be missing or out of date (terraform-provider-cloudflare,
 * organization/resource_test.go). If an outdated embedded profile matches our outdated copy, the change at
 * Cloudflare stays unnoticed until the person opens the page.
 */
import type { Failure } from '../../shared/failure';
import type { EntryKind } from '../../shared/organization';
import { sameProfile } from '../../shared/profile';
import { siblingWrites } from '../changes';
import { organizationPages } from '../cloudflare';
import type { Authorizer, Cloudflare, OrganizationPage, RemoteOrganization } from '../cloudflare';
import type { RaisablePriority } from '../rate-limit';
import type { ProfileRow, Store, Tables } from '../database';

/** How many organizations are compared and stored in one transaction before yielding to the event loop. */
const SLICE = 200;

/** Dependencies and callbacks of the list pass. */
export interface CheckListOptions {
  store: Store;
  cloudflare: Cloudflare;
  now: () => number;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
  signal: AbortSignal;
  priority: RaisablePriority;
  /** Called with the organizations whose profile matches the saved copy, once the check time is stored. */
  onChecked: (organizationIds: readonly string[]) => void;
}

/** The sign-in whose list is read. */
export interface ListedSignIn {
  credentialId: string;
  kind: EntryKind;
  auth: Authorizer;
  /** How many saved organizations use this sign-in. Once all are found, no further page is requested. */
  entryCount: number;
}

/** Whether the embedded profile equals the saved copy. False if there is none, or if it lacks a field. */
function equalsSaved(saved: ProfileRow | null, { profile }: RemoteOrganization): boolean {
  if (!saved?.fields || !profile || (profile.missing ?? []).length > 0) return false;
  return sameProfile(saved.fields, profile.fields);
}

/**
 * Stores names, parents and check times for the listed organizations that are saved here with this sign-in.
 * @returns how many of them there are, and the ids of those whose profile matches the saved copy
 */
function storeListed(
  tables: Tables,
  listed: readonly RemoteOrganization[],
  credentialId: string,
  at: number,
): { found: number; checked: string[] } {
  let found = 0;
  const checked: string[] = [];
  for (const remote of listed) {
    const saved = tables.organizations.get(remote.id);
    if (saved?.credentialId !== credentialId) continue;
    found += 1;
    // An embedded profile may be older than what we wrote through another entry of its record.
    const isCurrent = siblingWrites(tables, saved.id, at).length === 0;
    if (isCurrent && equalsSaved(tables.profiles.get(saved.id), remote)) checked.push(saved.id);
    // Without a name, the client puts the id there. Then keep the name we have.
    const name = remote.name === saved.id ? saved.name : remote.name;
    const { parent, createdAt } = remote;
    const isSame =
      name === saved.name &&
      createdAt === saved.createdAt &&
      parent?.id === saved.parent?.id &&
      parent?.name === saved.parent?.name;
    if (!isSame) tables.organizations.put({ ...saved, name, parent, createdAt });
  }
  tables.profiles.markChecked(checked, at);
  return { found, checked };
}

/**
 * Reads the list of one sign-in until the last page, or until all its saved organizations were found. Results
 * are stored page by page, so a failure loses only the rest.
 * @returns why reading stopped early. Null if it did not: either the last page was reached, or every saved
 *   organization was found before it
 */
export async function checkList(
  options: CheckListOptions,
  { credentialId, kind, auth, entryCount }: ListedSignIn,
): Promise<Failure | null> {
  const { store, cloudflare, now, yieldToEventLoop, signal, priority, onChecked } = options;
  let remaining = entryCount;
  let storeFailure: Failure | null = null;
  const onPage = async ({ organizations }: OrganizationPage): Promise<boolean> => {
    for (let from = 0; from < organizations.length; from += SLICE) {
      const slice = organizations.slice(from, from + SLICE);
      const stored = store.write((tables) => storeListed(tables, slice, credentialId, now()));
      if (!stored.ok) {
        storeFailure = stored.failure;
        return false;
      }
      remaining -= stored.value.found;
      onChecked(stored.value.checked);
      await yieldToEventLoop();
    }
    return remaining > 0;
  };
  const pages = await organizationPages(cloudflare, auth, kind, onPage, { signal, priority });
  return pages.ok ? storeFailure : pages.failure;
}
