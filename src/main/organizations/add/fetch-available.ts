/**
 * Fetches the organizations that a sign-in can see, page by page. There is one list at a time, in memory. After
 * a fetch was stopped or has failed, the next one for the same sign-in continues where it ended.
 */
import { ENTRY_KIND_OF, profileIdOf, type ListedEntry } from '../../../shared/organization';
import type { AdditionStatus, AvailableFetchResult } from '../../../shared/additions';
import { recoveryOf, type Failure } from '../../../shared/failure';
import { MAX_ORGANIZATIONS } from '../../../shared/limits';
import { failed, success, type Result } from '../../../shared/result';
import { authorizerOf, organizationPages } from '../../cloudflare';
import type { AuthorizationSource, Cloudflare, ListingPage } from '../../cloudflare';
import type { Database } from '../../database';
import { chunks } from '../../lib/slices';
import { AvailableList, type ListedOrganization } from './available-list';

/** The part of the sign-ins module that fetching uses. */
export interface AvailableFetchSignIns {
  authorizationOf: AuthorizationSource;
  /** Records that a sign-in does not work, or (null) that it works. */
  report(id: string, failure: Failure | null): void;
}

/** Dependencies of fetching. */
export interface AvailableFetchOptions {
  database: Database;
  cloudflare: Cloudflare;
  signIns: AvailableFetchSignIns;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** A list and where its fetch continues. */
interface PartialFetch {
  readonly signInId: string;
  readonly onlyNew: boolean;
  readonly list: AvailableList;
  /** The number of organizations that Cloudflare reports, or null if it reports none. */
  total: number | null;
  /** The token of the next page; null before the first and after the last. */
  nextPage: string | null;
}

/** How many organizations are looked up in one read of the database, which takes a few ms. */
const CHUNK_SIZE = 250;

/** Whether Cloudflare refused the page token, so that the next fetch must start over. */
function isRefused({ status = 0, code }: Failure): boolean {
  return status >= 400 && status < 500 && code !== 'cloudflare.rate-limited';
}

/** Creates the service. It sends no request before `list` is called. */
export function createAvailableFetch(options: AvailableFetchOptions) {
  const { database, cloudflare, signIns, yieldToEventLoop } = options;
  let current: PartialFetch | null = null;
  let controller = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  let isFetching = false;

  /** The current list, if it is for the same request and incomplete; else a new one. */
  function continueOrStart(signInId: string, onlyNew: boolean): PartialFetch {
    const canContinue =
      current?.signInId === signInId && current.onlyNew === onlyNew && current.nextPage !== null;
    if (canContinue && current) return current;
    return { signInId, onlyNew, list: new AvailableList(onlyNew), total: null, nextPage: null };
  }

  const publish = (): void =>
    database.changes.publishInMemory((changes) => changes.topic('additions'));

  /** Adds to these entries what is saved of them here. */
  async function withSaved(listed: readonly ListedEntry[]): Promise<Result<ListedOrganization[]>> {
    const all: ListedOrganization[] = [];
    for (const chunk of chunks(listed, CHUNK_SIZE)) {
      const read = database.read(({ organizations }) => {
        const profiles = new Set(chunk.map(profileIdOf));
        const shown = new Set([...profiles].filter((id) => organizations.showsProfile(id)));
        return chunk.map((entry) => ({
          ...entry,
          saved: organizations.get(entry.id) !== null,
          isShown: shown.has(profileIdOf(entry)),
        }));
      });
      if (!read.ok) return read;
      all.push(...read.value);
      await yieldToEventLoop();
    }
    return success(all);
  }

  /** Fetches page after page into the list. */
  async function fetchPages(into: PartialFetch, signal: AbortSignal): Promise<Result<null>> {
    const signIn = database.read(({ signIns }) => signIns.get(into.signInId));
    if (!signIn.ok) return signIn;
    if (!signIn.value) return failed('sign-in.not-found');
    const kind = ENTRY_KIND_OF[signIn.value.kind];
    const auth = authorizerOf(database, signIns.authorizationOf, into.signInId);
    let pageFailure: Result<never> | null = null;
    const addPage = async (page: ListingPage): Promise<boolean> => {
      if (into.list.found + page.organizations.length > MAX_ORGANIZATIONS) {
        // The next fetch must start over.
        into.nextPage = null;
        pageFailure = failed('cloudflare.unreadable');
        return false;
      }
      const listed = await withSaved(page.organizations);
      if (!listed.ok) {
        pageFailure = listed;
        return false;
      }
      into.list.add(listed.value);
      into.nextPage = page.nextPageToken;
      into.total = page.total;
      publish();
      return true;
    };
    const request = { from: into.nextPage, priority: 'person', signal } as const;
    const pages = await organizationPages(cloudflare, auth, kind, addPage, request);
    if (pages.ok) {
      signIns.report(into.signInId, null);
      return pageFailure ?? pages;
    }
    if (isRefused(pages.failure)) into.nextPage = null;
    if (recoveryOf(pages.failure.code) === 'sign-in') signIns.report(into.signInId, pages.failure);
    return pages;
  }

  async function run(
    into: PartialFetch,
    signal: AbortSignal,
  ): Promise<Result<AvailableFetchResult>> {
    const fetched = await fetchPages(into, signal);
    const { list } = into;
    await list.sort(yieldToEventLoop);
    if (fetched.ok) list.preselect();
    // A stopped fetch also ends with a failure, which is not reported.
    const failure = fetched.ok || signal.aborted ? null : fetched.failure;
    if (failure && list.found === 0) return { ok: false, failure };
    return success({ found: list.found, saved: list.saved, isComplete: fetched.ok, failure });
  }

  return {
    /**
     * Fetches the list, or the rest of an incomplete one. Stops a running fetch first. A failure after something was
     * found is part of the result; otherwise the call fails.
     */
    async list({
      signInId,
      onlyNew,
    }: {
      signInId: string;
      onlyNew: boolean;
    }): Promise<Result<AvailableFetchResult>> {
      controller.abort();
      const ownController = new AbortController();
      controller = ownController;
      // Two fetches must not fill one list.
      await running;
      if (ownController.signal.aborted) return failed('app.stopping');
      const into = continueOrStart(signInId, onlyNew);
      current = into;
      isFetching = true;
      const result = run(into, ownController.signal).finally(() => {
        isFetching = false;
        publish();
      });
      running = result;
      return result;
    },
    /** Stops fetching and keeps the list. */
    stop: (): void => controller.abort(),
    /** Stops fetching and forgets the list. */
    leave(): void {
      controller.abort();
      current = null;
    },
    /** The progress; null while nothing is being fetched. */
    status: (): AdditionStatus['listing'] =>
      isFetching && current ? { found: current.list.found, total: current.total } : null,
    /** The list and its sign-in, or null. */
    current: (): { signInId: string; list: AvailableList } | null => current,
  };
}
