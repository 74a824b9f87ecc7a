/**
 * The client for Cloudflare's API. Parses every answer and returns every failure as a value. Authorizes with
 * email and Global API Key, because Cloudflare does not accept API tokens for profiles.
 */
import type { Failure } from '../../shared/failure';
import { failed, success, type Outcome } from '../../shared/outcome';
import { organizationIdSchema } from '../../shared/organization';
import * as v from 'valibot';
import * as responses from './responses';
import type { RateLimiter } from '../rate-limit';
import { exchange, type ExchangeResult, type Fetch } from './http';
import { failureOf, type RequestKind } from './failures';
import { networkFailureCode } from './network-errors';
import { admit, NO_USER } from './authorizer';
import { readNotices } from './notices';
import { realTimers, type Timers } from '../lib/timers';
import type { Answer, Authorization, Authorizer, Cloudflare, RequestOptions } from './types';

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
  auth: Authorization | Authorizer | null;
  body?: string;
  options: RequestOptions | undefined;
}

/** Why a sign-in cannot be sent in HTTP headers, or null. */
function unsendableReason({ email, key }: Authorization): Outcome<never> | null {
  if (email === '' || key === '') return failed('sign-in.not-received');
  // For characters outside printable ASCII, Electron throws or sends different ones.
  if (!/^[\x21-\x7e]+$/.test(key)) return failed('sign-in.malformed-key');
  return /^[\x21-\x7e]+$/.test(email) ? null : failed('sign-in.malformed-email');
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
  const pageSize = config.pageSize ?? 1_000;
  const listeners = new Set<(failure: Failure | null) => void>();

  function headers(auth: Authorization | null, body?: string): Record<string, string> {
    return {
      Accept: 'application/json',
      'User-Agent': config.userAgent ?? 'Letterhead',
      ...(auth ? { 'X-Auth-Email': auth.email, 'X-Auth-Key': auth.key } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
  }

  /** The envelope of a successful answer (null without a body) with its messages, or the failure. */
  function toOutcome(
    kind: RequestKind,
    result: ExchangeResult,
    secrets: readonly string[],
  ): Outcome<Answer<responses.Envelope | null>> {
    if (result.end === 'stopped') return failed('app.stopping');
    if (result.end === 'timed-out') return failed('network.timed-out');
    if (result.end === 'too-large') return failed('cloudflare.unreadable');
    if (result.end === 'failed') return failed(networkFailureCode(result.error));
    const { status, body } = result;
    const envelope = parseEnvelope(body);
    const isSuccess = status >= 200 && status < 300;
    if (isSuccess && envelope?.success) {
      return success({ value: envelope, messages: readNotices(envelope.messages, secrets) });
    }
    // Cloudflare answers a PUT with 204 and no body (API reference).
    if (isSuccess && kind === 'write' && body === '') return success({ value: null, messages: [] });
    return { ok: false, failure: failureOf({ ...result, kind, envelope }, now(), secrets) };
  }

  async function perform(request: Request): Promise<Outcome<Answer<responses.Envelope | null>>> {
    const { kind, path, body, options } = request;
    const admitted = await admit(limiter, request.auth, options, unsendableReason);
    if (!admitted.ok) return admitted;
    // From here on nothing waits for the rate limit, so the key may be in memory.
    const auth = admitted.value;
    const userId = request.auth?.userId ?? NO_USER;
    const sentAt = elapsed();
    const result = await exchange(
      fetch,
      baseUrl + path,
      {
        method: kind === 'write' ? 'PUT' : 'GET',
        headers: headers(auth, body),
        ...(body === undefined ? {} : { body }),
      },
      { timers, timeLimitMs, signal: options?.signal },
    );
    const header = result.end === 'answered' ? result.header : null;
    limiter.answered(userId, header, elapsed() - sentAt);
    const outcome = toOutcome(kind, result, auth ? [auth.key, auth.email] : []);
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
    const { value: envelope, messages } = outcome.value;
    const value = envelope && read(envelope);
    return value === null ? failed('cloudflare.unreadable') : success({ value, messages });
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
      const query = new URLSearchParams({ page_size: String(pageSize) });
      if (pageToken !== null) query.set('page_token', pageToken);
      const path = `/organizations?${query.toString()}`;
      return performAndRead({ kind: 'organizations', path, auth, options }, (envelope) =>
        responses.readPageResult(envelope, pageSize),
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
        return success({ value: null, messages: outcome.value.messages });
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
