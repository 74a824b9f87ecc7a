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
import type { ProfileRow, Store, Tables } from '../store/tables';

/** What looking through the list needs. */
export interface CheckListOptions {
  store: Store;
  cloudflare: Cloudflare;
  now: () => number;
  signal: AbortSignal;
  priority: RaisablePriority;
  /** Told, after each page, which were found as they are saved and which have another name now. */
  onPage: (found: PageFindings) => void;
}

/** What a page of the list told. */
export interface PageFindings {
  /** Found as they are saved: the time of the check is noted. */
  checked: string[];
  renamed: string[];
}

/** Whether the embedded profile is the saved copy. One that lacks a field says nothing of that field. */
function isAsSaved(saved: ProfileRow | null, { profile }: RemoteOrganization): boolean {
  if (!saved?.fields || !profile || (profile.missing ?? []).length > 0) return false;
  return sameProfile(saved.fields, profile.fields);
}

/** Notes in the database what a page tells of these organizations. */
function note(
  tables: Tables,
  listed: ReadonlyMap<string, RemoteOrganization>,
  at: number,
): PageFindings {
  const checked: string[] = [];
  const renamed: string[] = [];
  for (const { organization, profile } of tables.organizations.entries([...listed.keys()])) {
    const { id } = organization;
    const remote = listed.get(id);
    if (!remote) continue;
    if (isAsSaved(profile, remote)) checked.push(id);
    // A name that is the id stands for none: what we have is better.
    if (remote.name !== id && remote.name !== organization.name) {
      tables.organizations.put({ ...organization, name: remote.name });
      renamed.push(id);
    }
  }
  tables.profiles.markChecked(checked, at);
  return { checked, renamed };
}

/**
 * Looks through the list of one sign-in, until its last page or until all in `wanted` were met.
 * Returns why the list could not be read to the end, or null; what was found until then stands.
 *
 * @param wanted the saved organizations of this sign-in
 */
export async function checkList(
  options: CheckListOptions,
  auth: Authorization,
  wanted: ReadonlySet<string>,
): Promise<Failure | null> {
  const { store, cloudflare, now, signal, priority, onPage } = options;
  const left = new Set(wanted);
  let storeFailure: Failure | null = null;
  const take = ({ organizations }: OrganizationPage): boolean => {
    const listed = new Map(
      organizations.filter(({ id }) => left.delete(id)).map((one) => [one.id, one]),
    );
    if (listed.size > 0) {
      const noted = store.write((tables) => note(tables, listed, now()));
      if (noted.ok) onPage(noted.value);
      else storeFailure = noted.failure;
    }
    return left.size > 0 && storeFailure === null;
  };
  const pages = await organizationPages(cloudflare, auth, take, { signal, priority });
  return pages.ok ? storeFailure : pages.failure;
}
