/**
 * The client for Cloudflare's API: the few requests Letterhead makes, every answer parsed, every
 * failure a value. API tokens are never sent: Cloudflare takes e-mail and Global API Key for profiles.
 */
import { failed, success, type Failure, type Notice, type Outcome } from '../../shared/failure';
import { organizationIdSchema } from '../../shared/organization';
import * as v from 'valibot';
import * as answers from './responses';
import type { RateLimiter } from '../rate-limit/rate-limiter';
import { exchange, type Exchange, type Fetch } from './http';
import { failureOf, type RequestKind } from './failures';
import { networkFailureCode } from './network-errors';
import { readNotices } from './notices';
import { realTimers, type Timers } from '../lib/timers';
import type { Answer, Authorization, Cloudflare, RequestOptions } from './types';

/** What the client needs. */
export interface CloudflareOptions {
  fetch: Fetch;
  /** Without a slash at its end, such as `https://api.cloudflare.com/client/v4`. */
  baseUrl: string;
  limiter: RateLimiter;
  /** Ms since the epoch. */
  now: () => number;
  /** Ms of a clock that cannot be set and counts sleep (monotonic-clock.ts). */
  elapsed: () => number;
  /** Limit for one whole answer, its body included, in ms. */
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

/** Probes carry no sign-in, so they count against no user's limit. */
const NO_USER = 'nobody';

/** Why a sign-in cannot be put into HTTP headers, or null. */
function unsendable({ email, key }: Authorization): Failure | null {
  if (email === '' || key === '') return { code: 'sign-in.missing' };
  // Outside printable ASCII Electron throws or sends something else.
  if (!/^[\x21-\x7e]+$/.test(key)) return { code: 'sign-in.malformed-key' };
  return /^[\x21-\x7e]+$/.test(email) ? null : { code: 'sign-in.malformed-email' };
}

function parseEnvelope(body: string): answers.Envelope | null {
  try {
    const parsed = v.safeParse(answers.envelopeSchema, JSON.parse(body));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Makes the client. */
export function createCloudflare(given: CloudflareOptions): Cloudflare {
  const { fetch, baseUrl, limiter, now, elapsed } = given;
  const timeLimitMs = given.timeLimitMs ?? 30_000;
  const timers = given.timers ?? realTimers;
  const listeners = new Set<(failure: Failure | null) => void>();

  function headers({ auth, body }: Request): Record<string, string> {
    return {
      Accept: 'application/json',
      'User-Agent': given.userAgent ?? 'Letterhead',
      ...(auth ? { 'X-Auth-Email': auth.email, 'X-Auth-Key': auth.key } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
  }

  /** The envelope of a successful answer (null for one without a body), or the failure. */
  function judge(request: Request, result: Exchange): Outcome<answers.Envelope | null> {
    if (result.end === 'stopped') return failed('app.stopping');
    if (result.end === 'timed-out') return failed('network.timed-out');
    if (result.end === 'too-large') return failed('cloudflare.unreadable');
    if (result.end === 'failed') return failed(networkFailureCode(result.error));
    const { status, body } = result;
    const envelope = parseEnvelope(body);
    const fine = status >= 200 && status < 300;
    if (fine && envelope?.success) return success(envelope);
    // PUT is answered with 204 and no content (Cloudflare API reference).
    if (fine && request.kind === 'write' && body === '') return success(null);
    const { auth, kind } = request;
    const secrets = auth ? [auth.key, auth.email] : [];
    return { ok: false, failure: failureOf({ ...result, kind, envelope }, now(), secrets) };
  }

  async function perform(request: Request): Promise<Outcome<answers.Envelope | null>> {
    const { auth, path, body, options } = request;
    const signal = options?.signal;
    const wrong = auth && unsendable(auth);
    if (wrong) return { ok: false, failure: wrong };
    if (signal?.aborted) return failed('app.stopping');
    const userId = auth?.userId ?? NO_USER;
    // What was set aside is lost when Cloudflare begins to refuse; then asking again says until when.
    for (let given = options?.reservation; !given?.take();) {
      const one = await limiter.reserve(userId, 1, options?.priority ?? 'person', signal);
      if (!one.ok) return one;
      given = one.value;
    }
    const sent = elapsed();
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
    limiter.answered(userId, header, elapsed() - sent);
    const outcome = judge(request, result);
    if (auth && !outcome.ok && outcome.failure.code === 'cloudflare.rate-limited') {
      limiter.block(userId, outcome.failure.retryAt ?? now());
    }
    for (const listener of listeners) listener(outcome.ok ? null : outcome.failure);
    return outcome;
  }

  /** Performs a request and reads its result with `read`; a result it cannot read is a failure. */
  async function ask<T>(
    request: Request,
    read: (envelope: answers.Envelope) => T | null,
  ): Promise<Outcome<Answer<T>>> {
    const outcome = await perform(request);
    if (!outcome.ok) return outcome;
    const value = outcome.value && read(outcome.value);
    if (value === null) return failed('cloudflare.unreadable');
    return success({ value, messages: noticesOf(request, outcome.value) });
  }

  function noticesOf({ auth }: Request, envelope: answers.Envelope | null): Notice[] {
    return readNotices(envelope?.messages, auth ? [auth.key, auth.email] : []);
  }

  /** Runs `work` for an organization's path; an id of another shape never leaves this computer. */
  async function within<T>(
    id: string,
    work: (path: string) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    const good = v.is(organizationIdSchema, id);
    return good ? work(`/organizations/${id}`) : failed('organization.invalid-id');
  }

  return {
    user: (auth, options) =>
      ask({ kind: 'user', path: '/user', auth, options }, answers.readUserResult),

    organizations(auth, pageToken, options) {
      const query = new URLSearchParams({ page_size: String(given.pageSize ?? 1_000) });
      if (pageToken !== null) query.set('page_token', pageToken);
      const path = `/organizations?${query.toString()}`;
      return ask({ kind: 'list', path, auth, options }, answers.readPageResult);
    },

    organization: (auth, id, options) =>
      within(id, (path) =>
        ask({ kind: 'organization', path, auth, options }, (envelope) =>
          answers.readOrganizationResult(envelope, id),
        ),
      ),

    readProfile: (auth, id, options) =>
      within(id, (path) =>
        ask({ kind: 'profile', path: `${path}/profile`, auth, options }, answers.readProfileResult),
      ),

    writeProfile: (auth, id, profile, options) =>
      within(id, async (path) => {
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
      const unheard = code.startsWith('network.') || code === 'app.stopping';
      return unheard ? outcome : success(null);
    },
  };
}
