/**
 * Reads Cloudflare's copy of a profile: for a send, for its page, or in the background. The result goes
 * through the change machine. Never changes a typed text; may confirm a pending change.
 */
import {
  failed,
  recoveryOf,
  success,
  type Failure,
  type Notice,
  type Outcome,
} from '../../shared/failure';
import type { Profile } from '../../shared/profile';
import { applyEvent } from '../changes/repository';
import type { RemoteCopy } from '../changes/machine';
import { explainForbidden, isForbidden } from '../cloudflare/forbidden';
import type { Authorization, RemoteProfile, RequestOptions } from '../cloudflare/types';
import { comparePriorities, RaisablePriority, type Priority } from '../rate-limit/priority';
import type { Store, Tables } from '../database/tables';
import { orStopped, type SyncDependencies } from './dependencies';
import { createWriteBatch } from './write-batch';

/** Cloudflare's copy as it was read. */
export interface FetchedCopy {
  copy: RemoteCopy;
  /** Fields we do not know, to be sent back. */
  extra: Record<string, unknown>;
  messages: Notice[];
  /** When it was read, ms since the epoch. */
  at: number;
}

/** Whether a field that an answer lacks has a text here: it must not be taken for an empty one. */
function lacksText(
  store: Store,
  organizationId: string,
  { missing = [] }: RemoteProfile,
): Outcome<boolean> {
  if (missing.length === 0) return success(false);
  return store.read(({ profiles, outbox, abandoned }) => {
    const saved = profiles.get(organizationId)?.fields;
    const change = outbox.get(organizationId);
    // Texts a discarded write may have put there count, too.
    const left = abandoned.get(organizationId);
    return missing.some((field) =>
      [saved?.[field], change?.attempted[field], change?.patch[field]?.base, left[field]].some(
        Boolean,
      ),
    );
  });
}

/**
 * Fetches the copy. A 404 asks for the organization itself: only if that is there, there is no profile.
 * Fails as the requests do; an organization that is unknown fails with `organization.not-found`, an answer
 * without a field that had a text with `cloudflare.unreadable`.
 */
export async function fetchCopy(
  { cloudflare, store, now }: Pick<SyncDependencies, 'cloudflare' | 'store' | 'now'>,
  auth: Authorization,
  organizationId: string,
  options: RequestOptions,
): Promise<Outcome<FetchedCopy>> {
  const profile = await cloudflare.readProfile(auth, organizationId, options);
  const at = now();
  if (profile.ok) {
    const { value, messages } = profile.value;
    const lacks = lacksText(store, organizationId, value);
    if (!lacks.ok) return lacks;
    if (lacks.value) return failed('cloudflare.unreadable');
    return success({ copy: value.fields, extra: value.extra, messages, at });
  }
  if (profile.failure.code !== 'organization.not-found') return profile;
  const organization = await cloudflare.organization(auth, organizationId, options);
  if (!organization.ok) return organization;
  const { messages } = organization.value;
  return success({ copy: 'none', extra: {}, messages, at });
}

/** The failure of a copy that is gone though one was saved. */
export const PROFILE_GONE: Failure = { code: 'profile.gone', status: 404 };

/** How to refresh. */
export interface RefreshOptions {
  /** Whether the person looks at this page: then what changed is not marked. */
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
  readonly priority: RaisablePriority;
}

/** Makes a refresher. */
export function createRefresher(deps: SyncDependencies): Refresher {
  const { store, cloudflare, progress } = deps;
  const stopping = new AbortController();
  const writeBatched = createWriteBatch(store, deps.later ?? setImmediate);
  const underWay = new Map<string, UnderWay>();

  /** Gives a copy to the machine. Returns the fields to report, or why it could not be taken. */
  function observe(
    tables: Tables,
    organizationId: string,
    { copy, at }: FetchedCopy,
    looking: boolean,
  ): { found: readonly (keyof Profile)[] } | Failure {
    const applied = applyEvent(
      tables,
      organizationId,
      { type: 'observe', copy },
      { at, looking, failure: PROFILE_GONE },
    );
    if (!applied) return { code: 'organization.not-saved-here' };
    if (applied.stop === 'gone') return PROFILE_GONE;
    const isFirst = applied.before.saved === 'unread';
    return { found: isFirst ? [] : applied.found };
  }

  async function ask(
    organizationId: string,
    credentialId: string,
    looking: () => boolean,
    priority: RaisablePriority,
    signal: AbortSignal,
  ): Promise<Failure | null> {
    const auth = await orStopped(deps.authorizationOf(credentialId), signal);
    if (!auth.ok) return auth.failure;
    const request = { signal, priority };
    const isSending = (): boolean => progress.of(organizationId).step !== null;
    const wasSending = isSending();
    const read = progress.beginRead(organizationId);
    const fetched = await fetchCopy(deps, auth.value, organizationId, request);
    if (!fetched.ok) {
      read.end();
      const failure = isForbidden(fetched.failure)
        ? await explainForbidden(cloudflare, auth.value, fetched.failure, request)
        : fetched.failure;
      const isOld = deps.isCurrent?.(credentialId, auth.value) === false;
      // Refused with a key that was replaced meanwhile: the new one is asked.
      if (isOld && recoveryOf(failure.code) === 'sign-in') {
        return ask(organizationId, credentialId, looking, priority, signal);
      }
      return failure;
    }
    deps.onSignInWorks?.(credentialId);
    let isSeen = false;
    const take = (tables: Tables): ReturnType<typeof observe> | null => {
      // It may be older than what a send wrote or stored: only a copy whose request began after the last
      // send ended, and after the copy stored last, says how our writes ended.
      if (wasSending || isSending() || read.isOutdated()) return null;
      isSeen = looking();
      return observe(tables, organizationId, fetched.value, isSeen);
    };
    const isWaitedFor = comparePriorities(priority.current, 'send') <= 0;
    const stored = isWaitedFor ? store.write(take) : await writeBatched(take);
    read.end();
    if (!stored.ok) return stored.failure;
    const taken = stored.value;
    if (taken === null) return null;
    if ('code' in taken) return taken;
    progress.copied(organizationId);
    if (isSeen) progress.found(organizationId, fetched.value.at, [...taken.found]);
    return null;
  }

  async function work(
    organizationId: string,
    options: RefreshOptions,
    priority: RaisablePriority,
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
        : await ask(organizationId, credentialId, looking, priority, signal);
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
    if (credentialId !== null && recoveryOf(failure.code) === 'sign-in') {
      deps.onSignInIssue(credentialId, failure);
    }
    return { ok: false, failure };
  }

  return {
    refresh(organizationId, options) {
      const current = underWay.get(organizationId);
      if (current) {
        current.looking ||= options.looking;
        current.priority.raise(options.priority ?? 'person');
        return current.work;
      }
      const priority = new RaisablePriority(options.priority ?? 'person');
      const entry: UnderWay = {
        work: Promise.resolve(success(null)),
        looking: options.looking,
        priority,
      };
      underWay.set(organizationId, entry);
      entry.work = work(organizationId, options, priority).catch((): Outcome<null> => {
        underWay.delete(organizationId);
        progress.set(organizationId, { refreshing: false });
        return { ok: false, failure: { code: 'app.unexpected' } };
      });
      return entry.work;
    },
    stop: () => stopping.abort(),
  };
}
