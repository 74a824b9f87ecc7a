/**
 * The send status: what is running for each organization (a send, a refresh), and the latest result. It is only
 * in memory, so nothing that must survive a restart may depend on it.
 */
import type { Failure } from '../../shared/failure';
import type { OrganizationView, SENDING_STEPS } from '../../shared/organization';
import { FIELD_NAMES, type Edits, type FieldName } from '../../shared/profile';
import type { ChangeFeed } from '../database';

/** A confirmed save, shown until the next edit. */
export interface Confirmed extends NonNullable<OrganizationView['confirmed']> {
  /** The texts that Cloudflare confirmed, of the fields in `replaced`. */
  texts: Edits;
}

/** The status of one organization. */
export interface OrganizationStatus {
  /** The current step of the running send, or null. */
  step: (typeof SENDING_STEPS)[number] | null;
  refreshing: boolean;
  /** Why the last refresh failed; null if it worked or there was none. */
  refreshFailure: Failure | null;
  /** What changed at Cloudflare since the person last viewed the page, until they edit or leave it. */
  changedElsewhere: OrganizationView['changedElsewhere'];
  confirmed: Confirmed | null;
}

const NOTHING: Readonly<OrganizationStatus> = Object.freeze({
  step: null,
  refreshing: false,
  refreshFailure: null,
  changedElsewhere: null,
  confirmed: null,
});

/**
 * Creates an empty status.
 * @param changes the feed that publishes each organization whose status changed on screen
 */
export function createSendStatus(changes: Pick<ChangeFeed, 'publishInMemory'>) {
  const statuses = new Map<string, OrganizationStatus>();
  /** Running reads that are not outdated. */
  const reads = new Map<string, Set<symbol>>();
  const editNumbers = new Map<string, number>();
  let viewNumber = 0;
  let open: string | null = null;
  let breakerUntil = 0;
  const of = (id: string): OrganizationStatus => statuses.get(id) ?? NOTHING;
  const publish = (id: string): void => changes.publishInMemory((marks) => marks.organization(id));
  /** Changes the status of an organization and publishes it. */
  const set = (id: string, patch: Partial<OrganizationStatus>): void => {
    const before = of(id);
    const after = { ...before, ...patch };
    // Background reads touch thousands of organizations, so keep no empty statuses.
    const isNothing = Object.values(after).every((value) => value === null || value === false);
    if (isNothing) statuses.delete(id);
    else statuses.set(id, after);
    // A row of the list shows only the step; everything else is on the page.
    if (id === open || before.step !== after.step) publish(id);
  };
  return {
    of,
    /** Whether the change of an organization is being written or read back right now. */
    isWriting: (id: string): boolean => {
      const { step } = of(id);
      return step === 'writing' || step === 'confirming';
    },
    set,
    /** Call after an edit: clears the last confirmation and the changes found. */
    edited: (id: string): void => {
      const { confirmed, changedElsewhere } = of(id);
      if (confirmed || changedElsewhere) set(id, { confirmed: null, changedElsewhere: null });
    },
    /** Adds fields that were found changed at Cloudflare (`at`: ms since the epoch). */
    changedElsewhere(id: string, at: number, fields: readonly FieldName[]): void {
      if (fields.length === 0) return;
      const all = new Set([...(of(id).changedElsewhere?.fields ?? []), ...fields]);
      set(id, {
        // Cloudflare no longer holds what was confirmed.
        confirmed: null,
        changedElsewhere: { at, fields: FIELD_NAMES.filter((field) => all.has(field)) },
      });
    },
    /** Call when a copy differs from the last confirmed save: clears the confirmation, also if no page is open. */
    superseded: (id: string): void => {
      if (of(id).confirmed) set(id, { confirmed: null });
    },
    /** Call when the person opens a page. Clears the changes that were found on the page open before. */
    opened(id: string): void {
      const before = open;
      open = id;
      if (before !== null && before !== id && of(before).changedElsewhere)
        set(before, { changedElsewhere: null });
    },
    /** Whether this is the page the person opened last. */
    isOpen: (id: string): boolean => id === open,
    /** The organization whose page the person opened last, or null. */
    openId: (): string | null => open,
    /** Sets the time (ms since the epoch) before which no change is sent, even if its own wait ends earlier. */
    breakerOpen(until: number): void {
      if (until === breakerUntil) return;
      breakerUntil = until;
      changes.publishInMemory((marks) => marks.topic('connection'));
    },
    breakerUntil: (): number => breakerUntil,
    /** Publishes a page although its data did not change, because the window shows an outdated version. */
    changed: publish,
    /** Starts to track a read of a copy. The caller must call `end` on it. */
    beginRead(id: string) {
      const ofId = reads.get(id) ?? new Set<symbol>();
      reads.set(id, ofId);
      const read = Symbol(id);
      ofId.add(read);
      return {
        /** Whether another copy was stored since this read began, so that the copy it reads may be older. */
        isOutdated: (): boolean => !ofId.has(read),
        end(): void {
          ofId.delete(read);
          if (ofId.size === 0 && reads.get(id) === ofId) reads.delete(id);
        },
      };
    },
    /** Call after a copy was stored. Running reads of the organization are outdated from then on. */
    copied(id: string): void {
      reads.get(id)?.clear();
    },
    /** The number of the next page that is built for the window; each is higher than the one before. */
    nextViewNumber: (): number => (viewNumber += 1),
    /** The number of the last edit stored for this organization; 0 before the first. */
    editNumber: (id: string): number => editNumbers.get(id) ?? 0,
    setEditNumber: (id: string, number: number): void => void editNumbers.set(id, number),
    /** Forgets an organization that was removed. */
    forget: (id: string): void => {
      if (open === id) open = null;
      statuses.delete(id);
      editNumbers.delete(id);
    },
  };
}

/** The status of all organizations. */
export type SendStatus = ReturnType<typeof createSendStatus>;
