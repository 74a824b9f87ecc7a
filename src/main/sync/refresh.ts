/**
 * Asking Cloudflare for one profile: for its page, or in the background. What is found goes into the
 * database; what a person typed or submitted is never changed by it.
 */
import { healing, success, type Failure, type Outcome } from '../../shared/failure';
import type { Priority } from '../cloudflare/types';
import { comparePriorities, Urgency } from '../cloudflare/urgency';
import type { Tables } from '../store/tables';
import { orStopped, type SyncDependencies } from './dependencies';
import { createGroupedWrites } from './grouped-writes';
import { explainForbidden, isForbidden } from '../cloudflare/forbidden';
import { observe, type Found } from './observing';
import { readCopy } from './read-copy';

/** How to refresh. */
export interface RefreshOptions {
  /** Whether the person looks at this page: then what changed is no news to be marked. */
  looking: boolean;
  priority?: Priority;
  signal?: AbortSignal;
}

/** Refreshes profiles. */
export interface Refresher {
  /**
   * Reads the profile and stores what was found. A second call for the same organization joins the
   * one under way, which becomes as urgent as the more urgent of both. The failure is also kept in
   * `progress`.
   */
  refresh(organizationId: string, options: RefreshOptions): Promise<Outcome<null>>;
  stop(): void;
}

/** A refresh under way, and for whom. */
interface UnderWay {
  work: Promise<Outcome<null>>;
  looking: boolean;
  readonly urgency: Urgency;
}

/** What was found, and whether the person looked when it was stored. */
interface Taken extends Found {
  isSeen: boolean;
}

/** Makes a refresher. */
export function createRefresher(deps: SyncDependencies): Refresher {
  const { store, cloudflare, progress } = deps;
  const stopping = new AbortController();
  const writeGrouped = createGroupedWrites(store, deps.later ?? setImmediate);
  const underWay = new Map<string, UnderWay>();

  async function ask(
    organizationId: string,
    credentialId: string,
    looking: () => boolean,
    urgency: Urgency,
    signal: AbortSignal,
  ): Promise<Failure | null> {
    const auth = await orStopped(deps.authorizationOf(credentialId), signal);
    if (!auth.ok) return auth.failure;
    const request = { signal, priority: urgency };
    const copies = progress.copies(organizationId);
    const sending = progress.of(organizationId).step !== null;
    const copy = await readCopy(cloudflare, auth.value, organizationId, deps.now, request);
    if (!copy.ok) {
      const failure = isForbidden(copy.failure)
        ? await explainForbidden(cloudflare, auth.value, copy.failure, request)
        : copy.failure;
      const isOld = deps.isCurrent?.(credentialId, auth.value) === false;
      // Refused with a key that was replaced meanwhile: the new one is asked.
      if (isOld && healing(failure.code) === 'sign-in') {
        return ask(organizationId, credentialId, looking, urgency, signal);
      }
      return failure;
    }
    deps.onSignInWorks?.(credentialId);
    const take = (tables: Tables): Taken | Failure | null => {
      // A send stored a newer copy meanwhile: this one says nothing any more.
      if (progress.copies(organizationId) !== copies) return null;
      const isSeen = looking();
      const found = observe(tables, organizationId, copy.value, { looking: isSeen, sending });
      return 'code' in found ? found : { ...found, isSeen };
    };
    const isWaitedFor = comparePriorities(urgency.priority, 'send') <= 0;
    const stored = isWaitedFor ? store.write(take) : await writeGrouped(take);
    if (!stored.ok) return stored.failure;
    const taken = stored.value;
    if (taken === null || 'code' in taken) return taken;
    if (taken.isSeen) progress.found(organizationId, copy.value.at, taken.fields);
    if (taken.queued) deps.onQueued?.();
    return null;
  }

  async function work(
    organizationId: string,
    options: RefreshOptions,
    urgency: Urgency,
  ): Promise<Outcome<null>> {
    const signal = options.signal
      ? AbortSignal.any([options.signal, stopping.signal])
      : stopping.signal;
    const organization = store.read((tables) => tables.organizations.get(organizationId));
    if (!organization.ok) return organization;
    const credentialId = organization.value?.credentialId ?? null;
    const looking = (): boolean => underWay.get(organizationId)?.looking ?? options.looking;
    progress.set(organizationId, { refreshing: true });
    const failure: Failure | null = !organization.value
      ? { code: 'organization.not-saved-here' }
      : credentialId === null
        ? { code: 'sign-in.none' }
        : await ask(organizationId, credentialId, looking, urgency, signal);
    underWay.delete(organizationId);
    if (failure?.code === 'organization.not-saved-here') {
      // Removed meanwhile: added again, its page must not begin with this.
      progress.forget(organizationId);
      return { ok: false, failure };
    }
    const stopped = failure?.code === 'app.stopping';
    progress.set(organizationId, {
      refreshing: false,
      ...(stopped ? {} : { refreshFailure: failure }),
    });
    if (failure === null) return success(null);
    if (credentialId !== null && healing(failure.code) === 'sign-in') {
      deps.onSignInTrouble(credentialId, failure);
    }
    return { ok: false, failure };
  }

  return {
    refresh(organizationId, options) {
      const current = underWay.get(organizationId);
      if (current) {
        current.looking ||= options.looking;
        current.urgency.raise(options.priority ?? 'person');
        return current.work;
      }
      const urgency = new Urgency(options.priority ?? 'person');
      const entry: UnderWay = {
        work: Promise.resolve(success(null)),
        looking: options.looking,
        urgency,
      };
      underWay.set(organizationId, entry);
      entry.work = work(organizationId, options, urgency).catch((): Outcome<null> => {
        underWay.delete(organizationId);
        progress.set(organizationId, { refreshing: false });
        return { ok: false, failure: { code: 'app.unexpected' } };
      });
      return entry.work;
    },
    stop: () => stopping.abort(),
  };
}
