/**
 * The first half of a background check: one list call tells of up to 1,000 organizations at once.
 * An embedded profile equal to the saved copy spares a request; nothing else is ever taken from it.
 */
import type { Failure } from '../../shared/failure';
import { sameProfile } from '../../shared/profile';
import { organizationPages } from '../cloudflare/organization-pages';
import type {
  Authorization,
  Cloudflare,
  OrganizationPage,
  RemoteOrganization,
} from '../cloudflare/types';
import type { RaisablePriority } from '../rate-limit/priority';
import type { ProfileRow, Store, Tables } from '../database/tables';

/** Organizations of a page that are compared in one go. */
const SLICE = 200;

/** What looking through the list needs. */
export interface CheckListOptions {
  store: Store;
  cloudflare: Cloudflare;
  now: () => number;
  /** Resolves after other work had its turn. */
  yieldToEventLoop: () => Promise<void>;
  signal: AbortSignal;
  priority: RaisablePriority;
  /** Called with those that were found as they are saved: the time of the check is noted. */
  onChecked: (organizationIds: readonly string[]) => void;
}

/** The sign-in whose list it is. */
export interface ListedSignIn {
  credentialId: string;
  auth: Authorization;
  /** How many saved organizations use it: when all were met, no further page is asked for. */
  uses: number;
}

/** Whether the embedded profile is the saved copy. One that lacks a field says nothing of that field. */
function isAsSaved(saved: ProfileRow | null, { profile }: RemoteOrganization): boolean {
  if (!saved?.fields || !profile || (profile.missing ?? []).length > 0) return false;
  return sameProfile(saved.fields, profile.fields);
}

/** Notes in the database what the list tells of these organizations, as far as they use the sign-in. */
function note(
  tables: Tables,
  listed: readonly RemoteOrganization[],
  credentialId: string,
  at: number,
): { met: number; checked: string[] } {
  let met = 0;
  const checked: string[] = [];
  for (const remote of listed) {
    const saved = tables.organizations.get(remote.id);
    if (saved?.credentialId !== credentialId) continue;
    met += 1;
    if (isAsSaved(tables.profiles.get(saved.id), remote)) checked.push(saved.id);
    // A name that is the id stands for none: what we have is better.
    if (remote.name !== saved.id && remote.name !== saved.name) {
      tables.organizations.put({ ...saved, name: remote.name });
    }
  }
  tables.profiles.markChecked(checked, at);
  return { met, checked };
}

/**
 * Looks through the list of one sign-in, until its last page or until all saved ones were met. Returns why
 * the list could not be read to the end, or null; what was found until then stands.
 */
export async function checkList(
  options: CheckListOptions,
  { credentialId, auth, uses }: ListedSignIn,
): Promise<Failure | null> {
  const { store, cloudflare, now, yieldToEventLoop, signal, priority, onChecked } = options;
  let left = uses;
  let storeFailure: Failure | null = null;
  const take = async ({ organizations }: OrganizationPage): Promise<boolean> => {
    for (let from = 0; from < organizations.length; from += SLICE) {
      const slice = organizations.slice(from, from + SLICE);
      const noted = store.write((tables) => note(tables, slice, credentialId, now()));
      if (!noted.ok) {
        storeFailure = noted.failure;
        return false;
      }
      left -= noted.value.met;
      onChecked(noted.value.checked);
      await yieldToEventLoop();
    }
    return left > 0;
  };
  const pages = await organizationPages(cloudflare, auth, take, { signal, priority });
  return pages.ok ? storeFailure : pages.failure;
}
