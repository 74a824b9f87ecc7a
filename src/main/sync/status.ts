/**
 * What is under way for each organization. Kept in memory only: after an interruption everything
 * starts again, so nothing may depend on it.
 */
import type { Failure } from '../../shared/failure';
import type { OrganizationView, SENDING_STEPS } from '../../shared/organization';
import { FIELD_NAMES, type FieldName } from '../../shared/profile';
import type { ChangeFeed } from '../database/change-feed';

/** A confirmed save, to be shown until the next edit. */
export type Confirmed = NonNullable<OrganizationView['confirmed']>;

/** What is under way for one organization. */
export interface OrganizationProgress {
  /** What the sending machine does with its change right now, or null. */
  step: (typeof SENDING_STEPS)[number] | null;
  refreshing: boolean;
  /** Why the last refresh failed; null: it worked, or there was none. */
  refreshFailure: Failure | null;
  /** What changed at Cloudflare since the person last looked, until they edit or leave. */
  news: OrganizationView['news'];
  confirmed: Confirmed | null;
}

/** A read of a copy under way. */
export interface CopyRead {
  /** Whether another copy was put into the database since it began: what it reads may be older. */
  isOutdated(): boolean;
  end(): void;
}

/** What is under way, for all organizations. */
export interface SendStatus {
  of(organizationId: string): OrganizationProgress;
  /** Changes what is under way, and announces it. */
  set(organizationId: string, changes: Partial<OrganizationProgress>): void;
  /** A new edit: the last confirmation, and what was found changed, are no longer news. */
  edited(organizationId: string): void;
  /**
   * These fields were found changed at Cloudflare; reported with those found before. An earlier
   * confirmation gives way.
   */
  found(organizationId: string, at: number, fields: readonly FieldName[]): void;
  /** The person looks at this page now: what was news on the page they left is none any more. */
  opened(organizationId: string): void;
  /** Whether the person looks at this page, as far as we know. */
  isOpen(organizationId: string): boolean;
  /** The page the person looks at, as far as we know, or null. */
  openId(): string | null;
  /** No change is sent before this time (ms since the epoch), whatever its own says. */
  hold(until: number): void;
  heldUntil(): number;
  /** The page that is shown is out of date although nothing changed: it has to be read again. */
  changed(organizationId: string): void;
  /** A read of a copy begins; it must be ended. */
  beginRead(organizationId: string): CopyRead;
  /** A copy was put into the database. */
  copied(organizationId: string): void;
  /** The number of the last edit taken from the window for this organization; 0: none yet. */
  draftNumber(organizationId: string): number;
  setDraftNumber(organizationId: string, number: number): void;
  /** Forgets an organization that was removed. */
  forget(organizationId: string): void;
}

const NOTHING: Readonly<OrganizationProgress> = Object.freeze({
  step: null,
  refreshing: false,
  refreshFailure: null,
  news: null,
  confirmed: null,
});

/**
 * Makes an empty progress.
 * @param changes announces every organization of which something changed that is on screen
 */
export function createSendStatus(changes: Pick<ChangeFeed, 'memory'>): SendStatus {
  const known = new Map<string, OrganizationProgress>();
  /** Reads under way that are not outdated. */
  const reads = new Map<string, Set<CopyRead>>();
  const draftNumbers = new Map<string, number>();
  let open: string | null = null;
  let held = 0;
  const of = (id: string): OrganizationProgress => known.get(id) ?? NOTHING;
  const announce = (id: string): void => changes.memory((marks) => marks.organization(id));
  const set = (id: string, different: Partial<OrganizationProgress>): void => {
    const before = of(id);
    const after = { ...before, ...different };
    // Thousands are read in the background, and nothing is left to say of nearly all of them.
    const isNothing = Object.values(after).every((value) => value === null || value === false);
    if (isNothing) known.delete(id);
    else known.set(id, after);
    // A row shows the step only, everything else is on the page.
    if (id === open || before.step !== after.step) announce(id);
  };
  return {
    of,
    set,
    edited: (id) => {
      const { confirmed, news } = of(id);
      if (confirmed || news) set(id, { confirmed: null, news: null });
    },
    found(id, at, fields) {
      if (fields.length === 0) return;
      const all = new Set([...(of(id).news?.fields ?? []), ...fields]);
      // What was saved and confirmed before is not what Cloudflare holds now.
      const confirmed = null;
      set(id, { confirmed, news: { at, fields: FIELD_NAMES.filter((field) => all.has(field)) } });
    },
    opened(id) {
      const left = open;
      open = id;
      if (left !== null && left !== id && of(left).news) set(left, { news: null });
    },
    isOpen: (id) => id === open,
    openId: () => open,
    hold(until) {
      if (until === held) return;
      held = until;
      changes.memory((marks) => {
        marks.topic('connection');
        if (open !== null) marks.organization(open);
      });
    },
    heldUntil: () => held,
    changed: announce,
    beginRead(id) {
      const ofId = reads.get(id) ?? new Set<CopyRead>();
      reads.set(id, ofId);
      const read: CopyRead = {
        isOutdated: () => !ofId.has(read),
        end() {
          ofId.delete(read);
          if (ofId.size === 0 && reads.get(id) === ofId) reads.delete(id);
        },
      };
      ofId.add(read);
      return read;
    },
    copied(id) {
      reads.get(id)?.clear();
    },
    draftNumber: (id) => draftNumbers.get(id) ?? 0,
    setDraftNumber: (id, number) => void draftNumbers.set(id, number),
    forget: (id) => {
      if (open === id) open = null;
      known.delete(id);
      draftNumbers.delete(id);
    },
  };
}
