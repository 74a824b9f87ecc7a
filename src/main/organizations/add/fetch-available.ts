/**
 * Asks Cloudflare for the organizations of a sign-in, page by page. One list at a time is held, in memory;
 * one that was stopped or failed is continued where it ended.
 */
import type { AdditionStatus, Listed } from '../../../shared/additions';
import { failed, recoveryOf, success, type Failure, type Outcome } from '../../../shared/failure';
import { organizationPages } from '../../cloudflare/organization-pages';
import type { AuthorizationSource, Cloudflare, OrganizationPage } from '../../cloudflare/types';
import type { Store } from '../../database/tables';
import { AvailableList } from './available-list';

/** What listing needs of sign-ins. */
export interface AvailableFetchSignIns {
  authorizationOf: AuthorizationSource;
  /** Records that a sign-in does not work, or (null) that it does. */
  report(id: string, failure: Failure | null): void;
}

/** What listing needs. */
export interface AvailableFetchOptions {
  store: Store;
  cloudflare: Cloudflare;
  signIns: AvailableFetchSignIns;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** A list and where it continues. */
interface AvailableFetch {
  readonly signInId: string;
  readonly onlyNew: boolean;
  readonly list: AvailableList;
  /** How many there are at Cloudflare, if it said so. */
  total: number | null;
  /** The token of the next page; null at the beginning and at the end. */
  next: string | null;
}

/** Organizations looked up together: a few milliseconds. */
const LOOKED_UP = 250;

/** The list. */
export interface OrganizationListing {
  /** Asks for the list, or for the rest of it; an earlier call is stopped. */
  list(wanted: { signInId: string; onlyNew: boolean }): Promise<Outcome<Listed>>;
  /** Stops asking; what was found stays. */
  stop(): void;
  /** Stops asking and forgets the list. */
  leave(): void;
  status(): AdditionStatus['listing'];
  /** The list and whose it is, or null. */
  current(): { signInId: string; list: AvailableList } | null;
}

/** Whether Cloudflare no longer takes the token of the next page: then listing begins again. */
function isRefused({ status = 0, code }: Failure): boolean {
  return status >= 400 && status < 500 && code !== 'cloudflare.rate-limited';
}

/** Makes it; nothing is asked before `list`. */
export function createAvailableFetch(options: AvailableFetchOptions): OrganizationListing {
  const { store, cloudflare, signIns, yieldToEventLoop } = options;
  let listing: AvailableFetch | null = null;
  let stopper = new AbortController();
  let underWay: Promise<unknown> = Promise.resolve();
  let isPrompting = false;

  /** The list there is, if it is the same and has a rest; or a new one. */
  function begin(signInId: string, onlyNew: boolean): AvailableFetch {
    const isContinued =
      listing?.signInId === signInId && listing.onlyNew === onlyNew && listing.next !== null;
    if (isContinued && listing) return listing;
    return { signInId, onlyNew, list: new AvailableList(onlyNew), total: null, next: null };
  }

  const changed = (): void => store.changes.memory((changes) => changes.topic('additions'));

  /** Which of these ids are saved here. */
  async function savedOf(ids: readonly string[]): Promise<Outcome<Set<string>>> {
    const saved = new Set<string>();
    for (let from = 0; from < ids.length; from += LOOKED_UP) {
      const group = ids.slice(from, from + LOOKED_UP);
      const read = store.read(({ organizations }) =>
        group.filter((id) => organizations.get(id) !== null),
      );
      if (!read.ok) return read;
      for (const id of read.value) saved.add(id);
      await yieldToEventLoop();
    }
    return success(saved);
  }

  /** Takes page after page into the list, and says how that ended. */
  async function ask(into: AvailableFetch, signal: AbortSignal): Promise<Outcome<null>> {
    const authorization = await signIns.authorizationOf(into.signInId);
    if (!authorization.ok) return authorization;
    let unread: Outcome<never> | null = null;
    const take = async (page: OrganizationPage): Promise<boolean> => {
      const saved = await savedOf(page.organizations.map(({ id }) => id));
      if (!saved.ok) {
        unread = saved;
        return false;
      }
      into.list.add(
        page.organizations.map(({ id, name }) => ({ id, name, saved: saved.value.has(id) })),
      );
      into.next = page.nextPageToken;
      into.total = page.total;
      changed();
      return true;
    };
    const asked = { from: into.next, priority: 'person', signal } as const;
    const pages = await organizationPages(cloudflare, authorization.value, take, asked);
    if (pages.ok) {
      signIns.report(into.signInId, null);
      return unread ?? pages;
    }
    if (isRefused(pages.failure)) into.next = null;
    if (recoveryOf(pages.failure.code) === 'sign-in') signIns.report(into.signInId, pages.failure);
    return pages;
  }

  async function run(into: AvailableFetch, signal: AbortSignal): Promise<Outcome<Listed>> {
    const asked = await ask(into, signal);
    const { list } = into;
    await list.order(yieldToEventLoop);
    if (asked.ok) list.preselect();
    // A request that was stopped ends as a failure; that it was stopped is all there is to say.
    const failure = asked.ok || signal.aborted ? null : asked.failure;
    if (failure && list.found === 0) return { ok: false, failure };
    return success({ found: list.found, saved: list.saved, isComplete: asked.ok, failure });
  }

  return {
    async list({ signInId, onlyNew }) {
      stopper.abort();
      const mine = new AbortController();
      stopper = mine;
      // Two must not fill one list.
      await underWay;
      if (mine.signal.aborted) return failed('app.stopping');
      const into = begin(signInId, onlyNew);
      listing = into;
      isPrompting = true;
      const running = run(into, mine.signal).finally(() => {
        isPrompting = false;
        changed();
      });
      underWay = running;
      return running;
    },
    stop: () => stopper.abort(),
    leave() {
      stopper.abort();
      listing = null;
    },
    status: () =>
      isPrompting && listing ? { found: listing.list.found, total: listing.total } : null,
    current: () => listing,
  };
}
