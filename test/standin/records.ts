/**
 * The profile records behind organizations and accounts. Cloudflare API reference, "Update account profile": the
 * profile belongs to the customer record of the account's parent organization, and a change applies to every
 * account and organization that shares it.
 */
import type { AccountState, OrganizationState, ProfileFields, ProfileHolder } from './entry-types';

/** The contents of a record. */
export interface Contents {
  profile: ProfileFields | null;
  extraFields: Record<string, unknown>;
}

/** An entry that shows old contents for a while after a write through another entry. */
interface Delay {
  ms: number;
  until: number;
  old: Contents | null;
}

/** Finds the record of an entry, and delays what an entry shows of it. */
export class Records {
  readonly #organizations: Map<string, OrganizationState>;
  readonly #accounts: Map<string, AccountState>;
  /** By id, the id of the entry whose record is used instead. Only ids of own records are keys. */
  readonly #ties = new Map<string, string>();
  readonly #delays = new Map<string, Delay>();
  readonly #now: () => number;

  constructor(
    organizations: Map<string, OrganizationState>,
    accounts: Map<string, AccountState>,
    now: () => number,
  ) {
    this.#now = now;
    this.#organizations = organizations;
    this.#accounts = accounts;
  }

  /** The organization or account with this id. Throws if there is none. */
  entry(id: string): ProfileHolder {
    const found = this.#organizations.get(id) ?? this.#accounts.get(id);
    if (!found) throw new Error(`The stand-in has no organization or account ${id}`);
    return found;
  }

  /** The entry that keeps the record of this one: itself, its parent organization, or the one it is tied to. */
  holder(id: string): ProfileHolder {
    const parent = this.#accounts.get(id)?.managedBy?.parentOrgId;
    const tied = this.#ties.get(id);
    // After the removal of the other entry, this one has its own record again.
    if (tied !== undefined && this.#exists(tied)) return this.holder(tied);
    if (parent !== undefined && this.#organizations.has(parent)) return this.holder(parent);
    return this.entry(id);
  }

  /** Lets all these entries use the record of the first one. */
  share(first: string, others: string[]): void {
    const { id } = this.holder(first);
    for (const other of others) {
      const holder = this.holder(other);
      if (holder.id !== id) this.#ties.set(holder.id, id);
    }
  }

  /** After each write through another entry, this one shows the old contents for so many ms. */
  delay(id: string, ms: number): void {
    if (ms > 0) this.#delays.set(this.entry(id).id, { ms, until: -Infinity, old: null });
    else this.#delays.delete(id);
  }

  /** What an entry shows. */
  shown(id: string): Contents {
    const delay = this.#delays.get(id);
    return delay?.old && this.#now() < delay.until ? delay.old : this.holder(id);
  }

  /** Changes a record through an entry. */
  write(id: string, change: (contents: Contents) => void): void {
    const holder = this.holder(id);
    for (const [other, delay] of this.#delays) {
      if (other === id) delay.until = -Infinity;
      else if (this.#exists(other) && this.holder(other) === holder) {
        const { profile, extraFields } = this.shown(other);
        delay.old = structuredClone({ profile, extraFields });
        delay.until = this.#now() + delay.ms;
      }
    }
    change(holder);
  }

  #exists(id: string): boolean {
    return this.#organizations.has(id) || this.#accounts.has(id);
  }
}
