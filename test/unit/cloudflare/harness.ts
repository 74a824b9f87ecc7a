/** A Cloudflare client and the stand-in, with a test clock. Both are closed after the test. */
import { onTestFinished } from 'vitest';
import { createRateLimiter, type RateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import { createCloudflare, type CloudflareOptions } from '../../../src/main/cloudflare/client';
import type { Fetch } from '../../../src/main/cloudflare/http';
import type { Cloudflare } from '../../../src/main/cloudflare/client';
import type { Authorization, Authorizer } from '../../../src/main/cloudflare/types';
import type { Failure } from '../../../src/shared/failure';
import { success } from '../../../src/shared/result';
import {
  sampleToken,
  startStandin,
  type ApiToken,
  type Standin,
  type StandinOptions,
} from '../../standin/index';
import { Clock } from './clock';
import { answerOf, nodeFetch } from './node-fetch';

export interface ClientHarness {
  standin: Standin;
  clock: Clock;
  limiter: RateLimiter;
  cloudflare: Cloudflare;
  auth: Authorization;
  /** The same for a saved sign-in: it holds no key. */
  authorizer: Authorizer;
  /** The id of an organization in the stand-in. */
  id: string;
  /** A token that may write, and the id of an account that it opens. */
  token: Authorization;
  accountId: string;
  /** The outcome of every request, in order; null: it succeeded. */
  outcomes: (Failure | null)[];
}

/** Node's fetch, with a count of the requests whose body is not read completely yet. */
export function countedFetch(): { fetch: Fetch; pending: () => number } {
  let count = 0;
  return {
    pending: () => count,
    fetch: async (url, init) => {
      count += 1;
      try {
        const response = await fetch(url, init);
        // Read the body here: the request is pending until then.
        const bytes = await response.arrayBuffer();
        const { status, headers } = response;
        const empty = status === 204 || status === 304;
        return answerOf(new Response(empty ? null : bytes, { status, headers }));
      } finally {
        count -= 1;
      }
    },
  };
}

/** The authorization of a token. */
export const tokenAuth = ({ value, userId }: ApiToken): Authorization => ({
  kind: 'token',
  email: '',
  key: value,
  userId,
});

/** An authorizer that always has this authorization. */
export const always = (auth: Authorization): Authorizer => ({
  userId: auth.userId,
  authorize: async () => success(auth),
});

/** Starts a stand-in and a client for it. */
export async function clientHarness(
  standinOptions: StandinOptions = {},
  options: Partial<CloudflareOptions> = {},
): Promise<ClientHarness> {
  const standin = await startStandin({ limits: false, ...standinOptions });
  onTestFinished(() => standin.close());
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const outcomes: (Failure | null)[] = [];
  const cloudflare = createCloudflare({
    fetch: nodeFetch,
    baseUrl: standin.url,
    limiter,
    now: clock.now,
    elapsed: clock.elapsed,
    timers: clock.timers,
    ...options,
  });
  cloudflare.onAnswer((failure) => outcomes.push(failure));
  const signIn = standin.signIns[0];
  const id = [...standin.organizations.keys()][0];
  if (!signIn || id === undefined) throw new Error('the stand-in has no samples');
  const { email, key, userId } = signIn;
  const auth = { kind: 'key' as const, email, key, userId };
  const authorizer = { userId: auth.userId, authorize: async () => success(auth) };
  const token = tokenAuth(sampleToken);
  const [accountId = ''] = standin.accounts.keys();
  return { standin, clock, limiter, cloudflare, auth, authorizer, id, token, accountId, outcomes };
}
