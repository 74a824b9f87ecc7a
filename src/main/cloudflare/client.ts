/**
 * The client for Cloudflare's API. Parses every answer and returns every failure as a value. Never sends a key and a
 * token together.
 */
import type { Failure } from '../../shared/failure';
import { failed, success, type Result } from '../../shared/result';
import {
  ENTRY_KIND_OF,
  entryIdSchema,
  type EntryKind,
  type ListedEntry,
} from '../../shared/organization';
import * as v from 'valibot';
import { auditLogPath, MAX_LOG_BYTES, rayId, readAuditPage } from './audit-log';
import { hasSecret } from './masking';
import * as responses from './responses';
import type { RateLimiter } from '../rate-limit';
import { exchange, type ExchangeResult, type Fetch } from './http';
import { failureOf, type RequestKind } from './failures';
import { networkFailureCode } from './network-errors';
import { admit, NO_USER } from './authorizer';
import { readNotices } from './notices';
import { realTimers, type Timers } from '../lib/timers';
import { entryPath, listPath, PAGE_SIZES, profilePath } from './routes';
import type {
  Answer,
  AuditPage,
  AuditWindow,
  Authorization,
  Authorizer,
  EntryRef,
  ListingPage,
  RemoteProfile,
  RequestOptions,
  TokenStatus,
} from './types';

/** Options of the client. */
export interface CloudflareOptions {
  fetch: Fetch;
  /** Without a trailing slash, such as `https://api.cloudflare.com/client/v4`. */
  baseUrl: string;
  limiter: RateLimiter;
  /** Ms since the epoch. */
  now: () => number;
  /** Ms of the monotonic clock, which counts sleep (monotonic-clock.ts). */
  elapsed: () => number;
  /** Time limit of a request until the end of the answer's body, in ms. */
  timeLimitMs?: number;
  timers?: Timers;
  /** Entries per page of a list; default: the most that Cloudflare allows (routes.ts). */
  pageSize?: number;
  userAgent?: string;
  /**
   * Why no request with a sign-in may be sent now, or null: its result could not be stored. Asked before a request
   * waits for the rate limit, and again after that.
   */
  blocked?: () => Failure | null;
}

interface Request {
  kind: RequestKind;
  /** The kind of entry it is about; default: an organization. */
  about?: EntryKind;
  path: string;
  auth: Authorization | Authorizer | null;
  body?: string;
  options: RequestOptions | undefined;
}

/** A successful answer. */
interface SuccessfulAnswer extends Answer<responses.Envelope | null> {
  /** The id of the answer (`rayId`), or null. */
  ray: string | null;
  /** Whether a text contains the key or token of the request. */
  hasKey(text: string): boolean;
}

/** Why a sign-in cannot be sent in HTTP headers, or null. */
function unsendableReason({ kind, email, key }: Authorization): Result<never> | null {
  if (key === '' || (kind === 'key' && email === '')) return failed('sign-in.not-received');
  // For characters outside printable ASCII, Electron throws or sends different ones.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    return failed(kind === 'key' ? 'sign-in.malformed-key' : 'token.malformed');
  }
  if (kind === 'token') return null;
  return /^[\x21-\x7e]+$/.test(email) ? null : failed('sign-in.malformed-email');
}

/** The headers that carry a sign-in. */
function authorizationHeaders({ kind, email, key }: Authorization): Record<string, string> {
  if (kind === 'token') return { Authorization: `Bearer ${key}` };
  return { 'X-Auth-Email': email, 'X-Auth-Key': key };
}

/**
 * Whether a sign-in is of the kind that a request needs. A database that was altered may say otherwise, but a token is
 * never sent to an organization, nor a key to an account.
 */
function fits(auth: Authorization, { kind, about = 'organization' }: Request): boolean {
  const isAboutEntries = kind !== 'user' && kind !== 'token';
  return !isAboutEntries || ENTRY_KIND_OF[auth.kind] === about;
}

function parseEnvelope(body: string): responses.Envelope | null {
  try {
    const parsed = v.safeParse(responses.envelopeSchema, JSON.parse(body));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Creates the client. */
export function createCloudflare(config: CloudflareOptions) {
  const { fetch, baseUrl, limiter, now, elapsed } = config;
  const timeLimitMs = config.timeLimitMs ?? 30_000;
  const timers = config.timers ?? realTimers;
  const listeners = new Set<(failure: Failure | null) => void>();

  function headers(auth: Authorization | null, body?: string): Record<string, string> {
    return {
      Accept: 'application/json',
      'User-Agent': config.userAgent ?? 'Letterhead',
      ...(auth ? authorizationHeaders(auth) : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
  }

  /** The envelope of a successful answer (null without a body) with its messages, or the failure. */
  function toResult(
    { kind, about = 'organization' }: Request,
    exchanged: ExchangeResult,
    auth: Authorization | null,
  ): Result<SuccessfulAnswer> {
    if (exchanged.end === 'stopped') return failed('app.stopping');
    if (exchanged.end === 'timed-out') return failed('network.timed-out');
    if (exchanged.end === 'too-large') return failed('cloudflare.unreadable');
    if (exchanged.end === 'failed') return failed(networkFailureCode(exchanged.error));
    const { status, body } = exchanged;
    const secrets = auth ? [auth.key, auth.email] : [];
    const envelope = parseEnvelope(body);
    const isSuccess = status >= 200 && status < 300;
    const details = {
      ray: rayId(exchanged.header('cf-ray')),
      hasKey: (text: string) => hasSecret(text, auth ? [auth.key] : []),
    };
    if (isSuccess && envelope?.success) {
      const messages = readNotices(envelope.messages, secrets);
      return success({ value: envelope, messages, ...details });
    }
    // Cloudflare answers a PUT with 204 and no body (API reference).
    if (isSuccess && kind === 'write' && body === '') {
      return success({ value: null, messages: [], ...details });
    }
    const answer = { ...exchanged, kind, about, signIn: auth?.kind ?? null, envelope };
    return { ok: false, failure: failureOf(answer, now(), secrets) };
  }

  async function perform(request: Request): Promise<Result<SuccessfulAnswer>> {
    const { kind, path, body, options } = request;
    const blocked = (): Failure | null => (request.auth && config.blocked?.()) ?? null;
    const cause = blocked();
    if (cause) return { ok: false, failure: cause };
    // After the wait, and before the request counts: what is refused here is never reported to the limiter.
    const problemOf = (authorization: Authorization): Result<never> | null => {
      const blockedNow = blocked();
      if (blockedNow) return { ok: false, failure: blockedNow };
      const isWrongKind = !fits(authorization, request);
      return unsendableReason(authorization) ?? (isWrongKind ? failed('sign-in.wrong-kind') : null);
    };
    const admitted = await admit(limiter, request.auth, options, problemOf);
    if (!admitted.ok) return admitted;
    // From here on nothing waits for the rate limit, so the key may be in memory.
    const auth = admitted.value;
    const userId = request.auth?.userId ?? NO_USER;
    const sentAt = elapsed();
    options?.onSent?.(sentAt);
    const exchanged = await exchange(
      fetch,
      baseUrl + path,
      {
        method: kind === 'write' ? 'PUT' : 'GET',
        headers: headers(auth, body),
        ...(body === undefined ? {} : { body }),
      },
      {
        timers,
        timeLimitMs,
        signal: options?.signal,
        maxBytes: kind === 'log' ? MAX_LOG_BYTES : undefined,
      },
    );
    const header = exchanged.end === 'answered' ? exchanged.header : null;
    const tookMs = elapsed() - sentAt;
    limiter.answered(userId, header, tookMs);
    // Timers stand still while the computer sleeps: an answer that it delivers afterwards is as late as any other.
    const isLate = exchanged.end === 'answered' && tookMs > timeLimitMs;
    const result = toResult(request, isLate ? { end: 'timed-out' } : exchanged, auth);
    const isLimited = !result.ok && result.failure.code === 'cloudflare.rate-limited';
    // A log may have a limit of its own, so its 429 blocks nothing else. If it was the user's, the next request finds out.
    if (auth && isLimited && kind !== 'log') {
      limiter.block(userId, result.failure.retryAt ?? now());
    }
    // See `auditLog`.
    if (kind === 'log') return result;
    for (const listener of listeners) listener(result.ok ? null : result.failure);
    return result;
  }

  /** Performs a request and parses its result with `read`. If `read` returns null, the request fails. */
  async function performAndRead<T>(
    request: Request,
    read: (envelope: responses.Envelope, hasKey: SuccessfulAnswer['hasKey']) => T | null,
  ): Promise<Result<Answer<T>>> {
    const result = await perform(request);
    if (!result.ok) return result;
    const { value: envelope, messages, hasKey } = result.value;
    const value = envelope && read(envelope, hasKey);
    return value === null ? failed('cloudflare.unreadable') : success({ value, messages });
  }

  /** Runs `work` for an entry. An invalid id is never sent. */
  async function withEntry<T>(
    { kind, id }: EntryRef,
    work: () => Promise<Result<T>>,
  ): Promise<Result<T>> {
    return v.is(entryIdSchema, id) ? work() : failed(`${kind}.invalid-id`);
  }

  return {
    /** GET /user: the user that a key belongs to. */
    user: (
      auth: Authorization | Authorizer,
      options?: RequestOptions,
    ): Promise<Result<Answer<{ id: string; email: string }>>> =>
      performAndRead({ kind: 'user', path: '/user', auth, options }, responses.readUserResult),

    /** GET /user/tokens/verify. Fails with `token.disabled` or `token.expired` if the token says so of itself. */
    async token(
      auth: Authorization | Authorizer,
      options?: RequestOptions,
    ): Promise<Result<Answer<TokenStatus>>> {
      const request: Request = { kind: 'token', path: '/user/tokens/verify', auth, options };
      const answer = await performAndRead(request, responses.readTokenResult);
      if (!answer.ok) return answer;
      const { status, ...token } = answer.value.value;
      // Cloudflare answers a verification with success also for a token that no longer works.
      if (status !== 'active')
        return failed(status === 'expired' ? 'token.expired' : 'token.disabled');
      return success({ ...answer.value, value: token });
    },

    /** One page of the list of organizations (up to 1,000) or accounts (up to 50). */
    list(
      auth: Authorization | Authorizer,
      kind: EntryKind,
      pageToken: string | null,
      options?: RequestOptions,
    ): Promise<Result<Answer<ListingPage>>> {
      const pageSize = config.pageSize ?? PAGE_SIZES[kind];
      const path = listPath(kind, pageToken, pageSize);
      return performAndRead({ kind: 'list', about: kind, path, auth, options }, (envelope) =>
        kind === 'account'
          ? responses.readAccountPage(envelope, pageSize)
          : responses.readOrganizationPage(envelope, pageSize),
      );
    },

    /** An organization or account itself. */
    entry: (
      auth: Authorization | Authorizer,
      entry: EntryRef,
      options?: RequestOptions,
    ): Promise<Result<Answer<ListedEntry>>> =>
      withEntry(entry, () =>
        performAndRead(
          { kind: 'entry', about: entry.kind, path: entryPath(entry), auth, options },
          (envelope) => responses.readEntryResult(envelope, entry),
        ),
      ),

    /** The profile of an entry. A failure for which `isNotFound` is true may also mean "no profile yet". */
    readProfile: (
      auth: Authorization | Authorizer,
      entry: EntryRef,
      options?: RequestOptions,
    ): Promise<Result<Answer<RemoteProfile>>> =>
      withEntry(entry, () =>
        performAndRead(
          { kind: 'profile', about: entry.kind, path: profilePath(entry), auth, options },
          responses.readProfileResult,
        ),
      ),

    /**
     * Replaces all fields of the profile of an entry. The answer has no body, but an id (`rayId` in audit-log.ts), or
     * null.
     */
    writeProfile: (
      auth: Authorization | Authorizer,
      entry: EntryRef,
      profile: RemoteProfile,
      options?: RequestOptions,
    ): Promise<Result<Answer<{ ray: string | null }>>> =>
      withEntry(entry, async () => {
        const body = JSON.stringify({ ...profile.extra, ...profile.fields });
        const path = profilePath(entry);
        const result = await perform({
          kind: 'write',
          about: entry.kind,
          path,
          auth,
          body,
          options,
        });
        if (!result.ok) return result;
        const { messages, ray } = result.value;
        return success({ value: { ray }, messages });
      }),

    /**
     * One page of the audit log of an organization or account, newest first. Listeners of `onAnswer` are not called,
     * because what happens to a log says nothing about the connection.
     */
    auditLog: (
      auth: Authorization | Authorizer,
      entry: EntryRef,
      window: AuditWindow,
      options?: RequestOptions,
    ): Promise<Result<Answer<AuditPage>>> =>
      withEntry(entry, () =>
        performAndRead(
          { kind: 'log', about: entry.kind, path: auditLogPath(entry, window), auth, options },
          readAuditPage,
        ),
      ),

    /**
     * Calls `listener` after every request except for audit logs: null for a success, else the failure. The result
     * unsubscribes.
     */
    onAnswer(listener: (failure: Failure | null) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    /** GET /user without credentials. Succeeds if Cloudflare itself answers, whatever the answer is. */
    async probe(options?: RequestOptions): Promise<Result<null>> {
      const result = await perform({ kind: 'user', path: '/user', auth: null, options });
      if (result.ok) return success(null);
      const { code } = result.failure;
      const isUnanswered = code.startsWith('network.') || code === 'app.stopping';
      return isUnanswered ? result : success(null);
    },
  };
}

/** The requests the app makes. Every failure is a value of shared/failure.ts. */
export type Cloudflare = ReturnType<typeof createCloudflare>;
