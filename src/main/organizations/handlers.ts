/** The calls about single organizations: the page, adding by ID, removing. Those about the list are in list.ts. */
import type { Handlers } from '../../shared/contract/bridge';
import { failed, success, type Outcome } from '../../shared/failure';
import type { listCalls } from '../../shared/list-query';
import type { OrganizationView } from '../../shared/organization';
import type { Store } from '../database/tables';
import type { SendStatus } from '../sync/status';
import { addById, isUsable, type AddByIdOptions } from './add';
import { removalOf, removeOrganization } from './remove';
import { see } from './mark-viewed';
import { viewOf } from './view';

/** What the calls need. */
export interface OrganizationsOptions extends AddByIdOptions {
  progress: SendStatus;
  /** Reads the profile from Cloudflare and puts it into the database; never rejects. */
  refresh: (organizationId: string) => Promise<unknown>;
  /** Told when a page is opened, to check it in the background. */
  looking: (organizationId: string) => void;
  removeSignIn: (signInId: string) => Promise<Outcome<null>>;
}

/** The page of an organization as the window sees it. */
export function pageOf(store: Store, progress: SendStatus, id: string): Outcome<OrganizationView> {
  const read = store.read((tables) => viewOf(tables, id, progress));
  if (!read.ok) return read;
  return read.value ? success(read.value) : failed('organization.not-saved-here');
}

/** Builds the calls. */
export function createOrganizations(
  options: OrganizationsOptions,
): Omit<Handlers<'organizations'>, keyof typeof listCalls> {
  const { store, progress, refresh, now } = options;
  return {
    open({ organizationId: id }) {
      // Failing to note that it is looked at is no reason not to show it.
      const seen = store.write((tables) => see(tables, id, now()));
      const found = seen.ok ? seen.value : null;
      // Found since the last save: that it was confirmed is not what Cloudflare holds now.
      if (found) progress.set(id, { news: found, confirmed: null });
      else if (progress.of(id).news) progress.set(id, { news: null });
      const page = pageOf(store, progress, id);
      if (page.ok) {
        progress.opened(id);
        options.looking(id);
      }
      return page;
    },
    async refresh({ organizationId: id }) {
      await refresh(id);
      return pageOf(store, progress, id);
    },
    addById: ({ signInId, organizationId }) => addById(options, signInId, organizationId),
    changeSignIn({ organizationId: id, signInId }) {
      const changed = store.write((tables) => {
        const organization = tables.organizations.get(id);
        if (!organization) return 'organization.not-saved-here';
        if (!isUsable(tables, signInId)) return 'sign-in.none';
        tables.organizations.put({ ...organization, credentialId: signInId });
        return null;
      });
      if (!changed.ok) return changed;
      if (changed.value) return failed(changed.value);
      return pageOf(store, progress, id);
    },
    markViewed({ organizationIds }) {
      return store.write((tables) => {
        tables.profiles.markViewed(organizationIds);
        for (const id of organizationIds) tables.organizations.markViewed(id, now());
        return null;
      });
    },
    removal: ({ organizationId }) => removalOf(store, organizationId),
    async remove({ organizationId, signInToo }) {
      const removed = await removeOrganization(
        store,
        organizationId,
        signInToo,
        options.removeSignIn,
      );
      const still = store.read((tables) => tables.organizations.get(organizationId) !== null);
      if (still.ok && !still.value) progress.forget(organizationId);
      return removed;
    },
  };
}
