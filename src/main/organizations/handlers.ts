/** Handlers of the namespace `organizations` for a single organization. Those for the list are in list.ts. */
import type { SomeHandlers } from '../../shared/contract/bridge';
import { failed, success, type Result } from '../../shared/result';
import type { RichText } from '../../shared/letterhead';
import { ENTRY_KIND_OF, type EntryKind, type OrganizationView } from '../../shared/organization';
import type { Database, Tables } from '../database';
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
  refresh: (entryId: string) => Promise<unknown>;
  /** Called when a page is opened, to refresh it in the background. */
  refreshOnOpen: (entryId: string) => void;
  removeSignIn: (signInId: string) => Promise<Result<null>>;
  /** Remembers which page is open, for the next start. Called inside `Database.write`. */
  rememberOpenPage: (tables: Tables, entryId: string) => void;
  /** Copies a text to the clipboard; rejects if that fails. */
  copy: (content: RichText) => Promise<void>;
  /** Opens the page of an entry in Cloudflare's dashboard; rejects if the browser cannot be started. */
  openDashboard: (entry: { id: string; kind: EntryKind }) => Promise<void>;
}

/** The page of an organization; fails with `organization.not-saved-here`. */
export function organizationPage(
  database: Database,
  sendStatus: SendStatus,
  id: string,
): Result<OrganizationView> {
  const read = database.read((tables) => viewOf(tables, id, sendStatus));
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
  refresh: (entryId: string) => Promise<unknown>,
): (entryId: string) => void {
  let timer: unknown = null;
  return (entryId) => {
    timers.clear(timer);
    timer = timers.set(() => void refresh(entryId), REFRESH_DELAY_MS);
  };
}

/** Creates the handlers. */
export function createOrganizations(options: OrganizationsOptions) {
  const { database, sendStatus, refresh, now } = options;
  return {
    open({ entryId: id }) {
      // The page is shown even if the database cannot record that it was viewed.
      const viewed = database.write((tables) => {
        if (tables.organizations.get(id)) options.rememberOpenPage(tables, id);
        return markViewedOnOpen(tables, id, now());
      });
      const changedElsewhere = viewed.ok ? viewed.value : null;
      // Cloudflare's copy has changed since the last confirmed save, so "confirmed" is no longer true.
      if (changedElsewhere) sendStatus.set(id, { changedElsewhere, confirmed: null });
      else if (sendStatus.of(id).changedElsewhere) sendStatus.set(id, { changedElsewhere: null });
      const page = organizationPage(database, sendStatus, id);
      if (page.ok) {
        sendStatus.opened(id);
        options.refreshOnOpen(id);
      }
      return page;
    },
    view: ({ entryId }) => organizationPage(database, sendStatus, entryId),
    async refresh({ entryId: id }) {
      await refresh(id);
      return organizationPage(database, sendStatus, id);
    },
    addById: ({ signInId, entryId }) => addById(options, signInId, entryId),
    async openDashboard({ entryId: id }) {
      const entry = database.read((tables) => tables.organizations.get(id));
      if (!entry.ok) return entry;
      if (!entry.value) return failed('organization.not-saved-here');
      await options.openDashboard({ id, kind: entry.value.kind });
      return success(null);
    },
    copyLetterhead: ({ entryId }) => copyLetterhead(database, entryId, options.copy),
    changeSignIn({ entryId: id, signInId }) {
      const changed = database.write((tables) => {
        const organization = tables.organizations.get(id);
        if (!organization) return 'organization.not-saved-here';
        if (!isUsable(tables, signInId)) return 'sign-in.not-found';
        const signIn = tables.signIns.get(signInId);
        const kind = signIn ? ENTRY_KIND_OF[signIn.kind] : organization.kind;
        // Of an entry that was recovered from damage and never read since, the kind is not known.
        const isKnown = tables.profiles.get(id) !== null;
        if (isKnown && kind !== organization.kind) return 'sign-in.wrong-kind';
        tables.organizations.put({ ...organization, kind, signInId });
        return null;
      });
      if (!changed.ok) return changed;
      if (changed.value) return failed(changed.value);
      return organizationPage(database, sendStatus, id);
    },
    markViewed({ entryIds }) {
      return database.write((tables) => {
        tables.profiles.markViewed(entryIds);
        for (const id of entryIds) tables.organizations.markViewed(id, now());
        return null;
      });
    },
    removal: ({ entryId }) => removalOf(database, entryId),
    async remove(confirmed) {
      const { entryId } = confirmed;
      const { isWriting } = sendStatus;
      const { removeSignIn } = options;
      const removed = await removeOrganization({ database, isWriting, removeSignIn }, confirmed);
      const isSaved = database.read((tables) => tables.organizations.get(entryId) !== null);
      if (isSaved.ok && !isSaved.value) sendStatus.forget(entryId);
      return removed;
    },
  } satisfies SomeHandlers['organizations'];
}
