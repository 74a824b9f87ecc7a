/**
 * What is under way for each organization. Kept in memory only: after an interruption everything
 * starts again, so nothing of this may be needed to go on.
 */
import type { Failure } from '../../shared/failure';
import type { OrganizationView, SENDING_STEPS } from '../../shared/organization';
import { FIELD_NAMES, type FieldName } from '../../shared/profile';

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

/** What is under way, for all organizations. */
export interface Progress {
  of(organizationId: string): OrganizationProgress;
  /** Changes what is under way, and tells. */
  set(organizationId: string, changes: Partial<OrganizationProgress>): void;
  /** A new edit: the last confirmation, and what was found changed, are no longer news. */
  edited(organizationId: string): void;
  /**
   * These fields were found changed at Cloudflare; told with those found before. An earlier confirmation
   * gives way.
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
  /** Tells that something of the organization changed in the database. */
  changed(organizationId: string): void;
  /** Counts copies put into the database: a read that began before the last one is out of date. */
  copies(organizationId: string): number;
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
 * @param onChange told the id of every organization of which something changed
 */
export function createProgress(onChange: (organizationId: string) => void): Progress {
  const known = new Map<string, OrganizationProgress>();
  const copies = new Map<string, number>();
  const draftNumbers = new Map<string, number>();
  let open: string | null = null;
  let held = 0;
  const of = (id: string): OrganizationProgress => known.get(id) ?? { ...NOTHING };
  const set = (id: string, changes: Partial<OrganizationProgress>): void => {
    known.set(id, { ...of(id), ...changes });
    onChange(id);
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
      const told = new Set([...(of(id).news?.fields ?? []), ...fields]);
      // What was saved and confirmed before is not what Cloudflare holds now.
      const confirmed = null;
      set(id, { confirmed, news: { at, fields: FIELD_NAMES.filter((field) => told.has(field)) } });
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
      if (open !== null) onChange(open);
    },
    heldUntil: () => held,
    changed: onChange,
    copies: (id) => copies.get(id) ?? 0,
    copied: (id) => copies.set(id, (copies.get(id) ?? 0) + 1),
    draftNumber: (id) => draftNumbers.get(id) ?? 0,
    setDraftNumber: (id, number) => void draftNumbers.set(id, number),
    forget: (id) => {
      if (open === id) open = null;
      known.delete(id);
      copies.delete(id);
      draftNumbers.delete(id);
    },
  };
}
