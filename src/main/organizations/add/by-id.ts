/** Adds one organization or account by its id, after reading its profile. */
import { isNotFound, recoveryOf } from '../../../shared/failure';
import { failed, success, type Result } from '../../../shared/result';
import { ENTRY_KIND_OF, readEntryId, type ListedEntry } from '../../../shared/organization';
import { applyEvent, type JustSaved } from '../../changes';
import { authorizerOf, explainForbidden } from '../../cloudflare';
import type { Authorizer, AuthorizationSource, Cloudflare, EntryRef } from '../../cloudflare';
import type { OrganizationRecord, ProfileRow, Database } from '../../database';
import { isUsable } from './queue';

/** Dependencies of `addById`. */
export interface AddByIdOptions {
  database: Database;
  cloudflare: Cloudflare;
  authorizationOf: AuthorizationSource;
  now: () => number;
  justSaved: Pick<JustSaved, 'reasonToWait'>;
}

/** Fetches what Cloudflare says about an entry, and its profile. `fields` is null if there is no profile yet. */
async function fetchOrganization(
  cloudflare: Cloudflare,
  auth: Authorizer,
  entry: EntryRef,
): Promise<Result<{ listed: ListedEntry; fields: ProfileRow['fields'] }>> {
  const options = { priority: 'person' } as const;
  const profile = await cloudflare.readProfile(auth, entry, options);
  if (!profile.ok && !isNotFound(profile.failure)) {
    const { failure } = profile;
    const explained = await explainForbidden(cloudflare, auth, failure, entry.kind, options);
    return { ok: false, failure: explained };
  }
  const organization = await cloudflare.entry(auth, entry, options);
  // Saved without its organization, an account would seem to share its profile with no other entry.
  const hasFailed = !organization.ok && recoveryOf(organization.failure.code) === 'automatic';
  if (profile.ok && !hasFailed) {
    const { fields } = profile.value.value;
    // A readable profile proves that the organization exists. If the sign-in may not read its name, use the
    // business name or the id.
    const unlisted = {
      ...entry,
      name: fields.business_name || entry.id,
      parent: null,
      createdAt: null,
    };
    return success({ listed: organization.ok ? organization.value.value : unlisted, fields });
  }
  if (!organization.ok) return organization;
  return success({ listed: organization.value.value, fields: null });
}

/**
 * Verifies an organization, or the account of a token, by reading its profile, then saves both.
 *
 * @param typed the id as the person typed it
 * @returns the id as it is saved. Fails with `organization.*`, `account.*`, `sign-in.*`, `token.*`, Cloudflare's
 *   refusal, `keychain.*` or `database.*`.
 */
export async function addById(
  options: AddByIdOptions,
  signInId: string,
  typed: string,
): Promise<Result<{ entryId: string }>> {
  const { database, cloudflare, authorizationOf, now } = options;
  const id = readEntryId(typed);
  const known = database.read((tables) => ({
    entry: id === null ? null : tables.organizations.get(id),
    signIn: tables.signIns.get(signInId),
  }));
  if (!known.ok) return known;
  if (known.value.entry) return failed('organization.already-added');
  if (!known.value.signIn) return failed('sign-in.not-found');
  const kind = ENTRY_KIND_OF[known.value.signIn.kind];
  if (id === null) return failed(`${kind}.invalid-id`);

  const auth = authorizerOf(database, authorizationOf, signInId);
  const fetched = await fetchOrganization(cloudflare, auth, { kind, id });
  if (!fetched.ok) return fetched;

  const at = now();
  const { fields, listed } = fetched.value;
  const record: OrganizationRecord = { ...listed, id, kind, signInId, addedAt: at, viewedAt: null };
  const saved = database.write((tables) => {
    // During the requests, the organization may have been added or the sign-in removed.
    if (tables.organizations.get(id)) return 'organization.already-added';
    if (!isUsable(tables, signInId)) return 'sign-in.not-found';
    tables.organizations.put(record);
    // Where it is too early for a copy, the reading queue reads it later.
    if (!options.justSaved.reasonToWait(tables, id))
      applyEvent(tables, id, { type: 'observe', copy: fields ?? 'none' }, { at });
    return null;
  });
  if (!saved.ok) return saved;
  if (saved.value) return failed(saved.value);
  return success({ entryId: id });
}
