/** Handlers of the namespace `organizations` for a single organization. Those for the list are in list.ts. */
import type { Handlers } from '../../shared/contract/bridge';
import { failed, success, type Outcome } from '../../shared/outcome';
import type { RichText } from '../../shared/letterhead';
import type { listCalls } from '../../shared/list-query';
import { ENTRY_KIND_OF, type EntryKind } from '../../shared/organization';
import type { OrganizationView } from '../../shared/organization';
import type { Store, Tables } from '../database';
import type { Timers } from '../lib/timers';
import type { SendStatus } from '../changes';
import { addById, isUsable, type AddByIdOptions } from './add';
import { copyLetterhead } from './letterhead';
import { removalOf, removeOrganization } from './remove';
import { markViewedOnOpen } from './mark-viewed';
import { viewOf } from './view';

/** How long a page must stay open before its profile is refreshed, in ms. */
export const REFRESH_DELAY_MS = 300;

/** Dependencies of the handlers. */
export interface OrganizationsOptions extends AddByIdOptions {
  sendStatus: SendStatus;
  /** Reads the profile from Cloudflare into the database; never rejects. */
  refresh: (organizationId: string) => Promise<unknown>;
  /** Called when a page is opened, to refresh it in the background. */
  refreshOnOpen: (organizationId: string) => void;
  removeSignIn: (signInId: string) => Promise<Outcome<null>>;
  /** Remembers which page is open, for the next start. Called inside `Store.write`. */
  rememberOpenPage: (tables: Tables, organizationId: string) => void;
  /** Copies a text to the clipboard; rejects if that fails. */
  copy: (content: RichText) => Promise<void>;
  /** Opens the page of an entry in Cloudflare's dashboard; rejects if the browser cannot be started. */
  openDashboard: (entry: { id: string; kind: EntryKind }) => Promise<void>;
}

/** The page of an organization; fails with `organization.not-saved-here`. */
export function pageOf(
  store: Store,
  sendStatus: SendStatus,
  id: string,
): Outcome<OrganizationView> {
  const read = store.read((tables) => viewOf(tables, id, sendStatus));
  if (!read.ok) return read;
  return read.value ? success(read.value) : failed('organization.not-saved-here');
}

/**
 * Returns a function to call whenever a page is opened. It refreshes the profile if no other page is opened within
 * `REFRESH_DELAY_MS`, so that walking through the list with the arrow keys does not use up the rate limit.
 *
 * @param refresh reads one profile from Cloudflare; never rejects
 */
export function createRefreshOnOpen(
  timers: Timers,
  refresh: (organizationId: string) => Promise<unknown>,
): (organizationId: string) => void {
  let timer: unknown = null;
  return (organizationId) => {
    timers.clear(timer);
    timer = timers.set(() => void refresh(organizationId), REFRESH_DELAY_MS);
  };
}

/** Creates the handlers. */
export function createOrganizations(
  options: OrganizationsOptions,
): Omit<Handlers<'organizations'>, keyof typeof listCalls> {
  const { store, sendStatus, refresh, now } = options;
  return {
    open({ organizationId: id }) {
      // The page is shown even if the database cannot record that it was viewed.
      const viewed = store.write((tables) => {
        if (tables.organizations.get(id)) options.rememberOpenPage(tables, id);
        return markViewedOnOpen(tables, id, now());
      });
      const remoteChanges = viewed.ok ? viewed.value : null;
      // Cloudflare's copy has changed since the last confirmed save, so "confirmed" is no longer true.
      if (remoteChanges) sendStatus.set(id, { remoteChanges, confirmed: null });
      else if (sendStatus.of(id).remoteChanges) sendStatus.set(id, { remoteChanges: null });
      const page = pageOf(store, sendStatus, id);
      if (page.ok) {
        sendStatus.opened(id);
        options.refreshOnOpen(id);
      }
      return page;
    },
    async refresh({ organizationId: id }) {
      await refresh(id);
      return pageOf(store, sendStatus, id);
    },
    addById: ({ signInId, organizationId }) => addById(options, signInId, organizationId),
    async openDashboard({ organizationId: id }) {
      const entry = store.read((tables) => tables.organizations.get(id));
      if (!entry.ok) return entry;
      if (!entry.value) return failed('organization.not-saved-here');
      await options.openDashboard({ id, kind: entry.value.kind });
      return success(null);
    },
    copyLetterhead: ({ organizationId }) => copyLetterhead(store, organizationId, options.copy),
    changeSignIn({ organizationId: id, signInId }) {
      const changed = store.write((tables) => {
        const organization = tables.organizations.get(id);
        if (!organization) return 'organization.not-saved-here';
        if (!isUsable(tables, signInId)) return 'sign-in.not-found';
        const signIn = tables.credentials.get(signInId);
        const kind = signIn ? ENTRY_KIND_OF[signIn.kind] : organization.kind;
        // Of an entry that was recovered from damage and never read since, the kind is not known.
        const isKnown = tables.profiles.get(id) !== null;
        if (isKnown && kind !== organization.kind) return 'sign-in.wrong-kind';
        tables.organizations.put({ ...organization, kind, credentialId: signInId });
        return null;
      });
      if (!changed.ok) return changed;
      if (changed.value) return failed(changed.value);
      return pageOf(store, sendStatus, id);
    },
    markViewed({ organizationIds }) {
      return store.write((tables) => {
        tables.profiles.markViewed(organizationIds);
        for (const id of organizationIds) tables.organizations.markViewed(id, now());
        return null;
      });
    },
    removal: ({ organizationId }) => removalOf(store, organizationId),
    async remove(confirmed) {
      const { organizationId } = confirmed;
      const { isWriting } = sendStatus;
      const { removeSignIn } = options;
      const removed = await removeOrganization({ store, isWriting, removeSignIn }, confirmed);
      const isSaved = store.read((tables) => tables.organizations.get(organizationId) !== null);
      if (isSaved.ok && !isSaved.value) sendStatus.forget(organizationId);
      return removed;
    },
  };
}
