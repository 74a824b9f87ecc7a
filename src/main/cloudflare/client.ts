/**
 * The client for Cloudflare's API. Parses every answer and returns every failure as a value. Authorizes with
 * email and Global API Key, because Cloudflare does not accept API tokens for profiles.
 */
import type { Failure, Notice } from '../../shared/failure';
import { failed, success, type Outcome } from '../../shared/outcome';
import { organizationIdSchema } from '../../shared/organization';
import * as v from 'valibot';
import * as responses from './responses';
import type { RateLimiter } from '../rate-limit';
import { exchange, type ExchangeResult, type Fetch } from './http';
import { failureOf, type RequestKind } from './failures';
import { networkFailureCode } from './network-errors';
import { readNotices } from './notices';
import { realTimers, type Timers } from '../lib/timers';
import type { Answer, Authorization, Cloudflare, RequestOptions } from './types';

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
  /** Organizations per page of the list; Cloudflare's maximum is 1,000. */
  pageSize?: number;
  userAgent?: string;
}

interface Request {
  kind: RequestKind;
  path: string;
  auth: Authorization | null;
  body?: string;
  options: RequestOptions | undefined;
}

/** User id for the rate limiter in probes, which have no sign-in and so count against no Cloudflare user. */
const NO_USER = 'nobody';

/** Why a sign-in cannot be sent in HTTP headers, or null. */
function unsendableReason({ email, key }: Authorization): Failure | null {
  if (email === '' || key === '') return { code: 'sign-in.not-received' };
  // For characters outside printable ASCII, Electron throws or sends different ones.
  if (!/^[\x21-\x7e]+$/.test(key)) return { code: 'sign-in.malformed-key' };
  return /^[\x21-\x7e]+$/.test(email) ? null : { code: 'sign-in.malformed-email' };
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
export function createCloudflare(config: CloudflareOptions): Cloudflare {
  const { fetch, baseUrl, limiter, now, elapsed } = config;
  const timeLimitMs = config.timeLimitMs ?? 30_000;
  const timers = config.timers ?? realTimers;
  const listeners = new Set<(failure: Failure | null) => void>();

  function headers({ auth, body }: Request): Record<string, string> {
    return {
      Accept: 'application/json',
      'User-Agent': config.userAgent ?? 'Letterhead',
      ...(auth ? { 'X-Auth-Email': auth.email, 'X-Auth-Key': auth.key } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
  }

  /** The envelope of a successful answer (null without a body), or the failure. */
  function toOutcome(request: Request, result: ExchangeResult): Outcome<responses.Envelope | null> {
    if (result.end === 'stopped') return failed('app.stopping');
    if (result.end === 'timed-out') return failed('network.timed-out');
    if (result.end === 'too-large') return failed('cloudflare.unreadable');
    if (result.end === 'failed') return failed(networkFailureCode(result.error));
    const { status, body } = result;
    const envelope = parseEnvelope(body);
    const isSuccess = status >= 200 && status < 300;
    if (isSuccess && envelope?.success) return success(envelope);
    // Cloudflare answers a PUT with 204 and no body (API reference).
    if (isSuccess && request.kind === 'write' && body === '') return success(null);
    const { auth, kind } = request;
    const secrets = auth ? [auth.key, auth.email] : [];
    return { ok: false, failure: failureOf({ ...result, kind, envelope }, now(), secrets) };
  }

  async function perform(request: Request): Promise<Outcome<responses.Envelope | null>> {
    const { auth, path, body, options } = request;
    const signal = options?.signal;
    const unsendable = auth && unsendableReason(auth);
    if (unsendable) return { ok: false, failure: unsendable };
    if (signal?.aborted) return failed('app.stopping');
    const userId = auth?.userId ?? NO_USER;
    // A reservation is void once Cloudflare refuses this user. Reserving again then fails, and the failure says
    // when the block ends.
    for (let reservation = options?.reservation; !reservation?.take();) {
      const reserved = await limiter.reserve(userId, 1, options?.priority ?? 'person', signal);
      if (!reserved.ok) return reserved;
      reservation = reserved.value;
    }
    const sentAt = elapsed();
    const result = await exchange(
      fetch,
      baseUrl + path,
      {
        method: request.kind === 'write' ? 'PUT' : 'GET',
        headers: headers(request),
        ...(body === undefined ? {} : { body }),
      },
      { timers, timeLimitMs, signal },
    );
    const header = result.end === 'answered' ? result.header : null;
    limiter.answered(userId, header, elapsed() - sentAt);
    const outcome = toOutcome(request, result);
    if (auth && !outcome.ok && outcome.failure.code === 'cloudflare.rate-limited') {
      limiter.block(userId, outcome.failure.retryAt ?? now());
    }
    for (const listener of listeners) listener(outcome.ok ? null : outcome.failure);
    return outcome;
  }

  /** Performs a request and parses its result with `read`. If `read` returns null, the request fails. */
  async function performAndRead<T>(
    request: Request,
    read: (envelope: responses.Envelope) => T | null,
  ): Promise<Outcome<Answer<T>>> {
    const outcome = await perform(request);
    if (!outcome.ok) return outcome;
    const value = outcome.value && read(outcome.value);
    if (value === null) return failed('cloudflare.unreadable');
    return success({ value, messages: noticesOf(request, outcome.value) });
  }

  function noticesOf({ auth }: Request, envelope: responses.Envelope | null): Notice[] {
    return readNotices(envelope?.messages, auth ? [auth.key, auth.email] : []);
  }

  /** Runs `work` with an organization's path. An invalid id is never sent. */
  async function withOrganization<T>(
    id: string,
    work: (path: string) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    const isValid = v.is(organizationIdSchema, id);
    return isValid ? work(`/organizations/${id}`) : failed('organization.invalid-id');
  }

  return {
    user: (auth, options) =>
      performAndRead({ kind: 'user', path: '/user', auth, options }, responses.readUserResult),

    organizations(auth, pageToken, options) {
      const query = new URLSearchParams({ page_size: String(config.pageSize ?? 1_000) });
      if (pageToken !== null) query.set('page_token', pageToken);
      const path = `/organizations?${query.toString()}`;
      return performAndRead(
        { kind: 'organizations', path, auth, options },
        responses.readPageResult,
      );
    },

    organization: (auth, id, options) =>
      withOrganization(id, (path) =>
        performAndRead({ kind: 'organization', path, auth, options }, (envelope) =>
          responses.readOrganizationResult(envelope, id),
        ),
      ),

    readProfile: (auth, id, options) =>
      withOrganization(id, (path) =>
        performAndRead(
          { kind: 'profile', path: `${path}/profile`, auth, options },
          responses.readProfileResult,
        ),
      ),

    writeProfile: (auth, id, profile, options) =>
      withOrganization(id, async (path) => {
        const body = JSON.stringify({ ...profile.extra, ...profile.fields });
        const request: Request = { kind: 'write', path: `${path}/profile`, auth, body, options };
        const outcome = await perform(request);
        if (!outcome.ok) return outcome;
        return success({ value: null, messages: noticesOf(request, outcome.value) });
      }),

    onAnswer(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    async probe(options) {
      const outcome = await perform({ kind: 'user', path: '/user', auth: null, options });
      if (outcome.ok) return success(null);
      const { code } = outcome.failure;
      const isUnanswered = code.startsWith('network.') || code === 'app.stopping';
      return isUnanswered ? outcome : success(null);
    },
  };
}
