/** Adds one organization by its id, after reading its profile. */
import { failed, success, type Outcome } from '../../../shared/outcome';
import { readOrganizationId } from '../../../shared/organization';
import { applyEvent } from '../../changes';
import { authorizerOf, explainForbidden, isForbidden } from '../../cloudflare';
import type { Authorizer, AuthorizationSource, Cloudflare } from '../../cloudflare';
import type { OrganizationRecord, ProfileRow, Store } from '../../database';
import { isUsable } from './queue';

/** Dependencies of `addById`. */
export interface AddByIdOptions {
  store: Store;
  cloudflare: Cloudflare;
  authorizationOf: AuthorizationSource;
  now: () => number;
}

/** Fetches an organization's name and profile. `fields` is null if there is no profile yet. */
async function fetchOrganization(
  cloudflare: Cloudflare,
  auth: Authorizer,
  id: string,
): Promise<Outcome<{ name: string; fields: ProfileRow['fields'] }>> {
  const options = { priority: 'person' } as const;
  const profile = await cloudflare.readProfile(auth, id, options);
  if (!profile.ok && profile.failure.code !== 'organization.not-found') {
    const { failure } = profile;
    if (!isForbidden(failure)) return profile;
    return { ok: false, failure: await explainForbidden(cloudflare, auth, failure, options) };
  }
  const organization = await cloudflare.organization(auth, id, options);
  if (profile.ok) {
    const { fields } = profile.value.value;
    // A readable profile proves that the organization exists. If the sign-in may not read its name, use the
    // business name or the id.
    const name = organization.ok ? organization.value.value.name : fields.business_name;
    return success({ name: name || id, fields });
  }
  if (!organization.ok) return organization;
  return success({ name: organization.value.value.name || id, fields: null });
}

/**
 * Verifies an organization by reading its profile, then saves the organization and its profile.
 *
 * @param typed the id as the person typed it
 * @returns the id as it is saved. Fails with `organization.*`, `sign-in.*`, Cloudflare's refusal, `keychain.*` or
 *   `store.*`.
 */
export async function addById(
  options: AddByIdOptions,
  credentialId: string,
  typed: string,
): Promise<Outcome<{ organizationId: string }>> {
  const { store, cloudflare, authorizationOf, now } = options;
  const id = readOrganizationId(typed);
  if (id === null) return failed('organization.invalid-id');
  const known = store.read((tables) => tables.organizations.get(id));
  if (!known.ok) return known;
  if (known.value) return failed('organization.already-added');

  const auth = authorizerOf(store, authorizationOf, credentialId);
  const fetched = await fetchOrganization(cloudflare, auth, id);
  if (!fetched.ok) return fetched;

  const at = now();
  const { name, fields } = fetched.value;
  const record: OrganizationRecord = { id, name, credentialId, addedAt: at, viewedAt: null };
  const saved = store.write((tables) => {
    // During the requests, the organization may have been added or the sign-in removed.
    if (tables.organizations.get(id)) return 'organization.already-added';
    if (!isUsable(tables, credentialId)) return 'sign-in.not-found';
    tables.organizations.put(record);
    applyEvent(tables, id, { type: 'observe', copy: fields ?? 'none' }, { at });
    return null;
  });
  if (!saved.ok) return saved;
  if (saved.value) return failed(saved.value);
  return success({ organizationId: id });
}
