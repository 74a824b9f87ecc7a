/**
 * Authentication: checks first the format of the credential headers (400), then their content (403, 401). Public
 * reports confirm the codes 9106, 9103, and 6003 with 6102, 6103 or 6111.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { failure, invalidHeaders, type Reply } from './envelope';
import type { Settings } from './settings';
import type { ApiToken, KeySignIn } from './sign-in-types';
import { invalidToken, isUsable } from './tokens';

export type Scheme = 'key' | 'token';
/** The Cloudflare user who sent a request. */
export interface Caller {
  userId: string;
  scheme: Scheme;
  email: string;
  owner: 'user' | 'account';
  /** The token, if the request has one. */
  token: ApiToken | null;
}

/** What a request is authenticated against. */
export interface Known {
  users: KeySignIn[];
  tokens: ApiToken[];
  settings: Settings;
  now: () => number;
}

/** Either the caller or a refusal. `violation` describes what a correct client would not have sent. */
export interface Authentication {
  caller?: Caller;
  refusal?: Reply;
  violation?: string;
  /** The user of the email or token, even if the key is wrong; recorded with the request. */
  userId: string | null;
  /** The id of the token, if it is known. */
  tokenId: string | null;
  /** Whose rate limit counts the request: a user's, for keys and tokens together, or that of an account's token. */
  countsFor: string | null;
  keyMatches: boolean;
}

const emailShape = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
/** Old keys: 37 hex characters. New keys: prefix, 40 characters, and a checksum of unverified length. */
const keyShape = /^(?:[0-9a-f]{37}|cfk_[A-Za-z0-9_-]{41,56})$/;
const bearerShape = /^Bearer (?:cf[ua]t_[A-Za-z0-9_-]{41,75}|(?!cfk_|cf[ua]t_)[A-Za-z0-9_-]{40})$/i;

const anonymous = { userId: null, tokenId: null, countsFor: null, keyMatches: false };
const someone = (userId: string) => ({ userId, tokenId: null, countsFor: `user ${userId}` });

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

/** The API key and token in these headers, to check that they appear nowhere else. */
export function secretsIn(headers: IncomingHttpHeaders): string[] {
  const token = first(headers['authorization'])?.replace(/^Bearer /i, '');
  return [first(headers['x-auth-key']), token].filter(
    (text) => text !== undefined && text !== '',
  ) as string[];
}

function authenticatePair(
  email: string | undefined,
  key: string | undefined,
  known: KeySignIn[],
): Authentication {
  if (!email || !key) {
    const message = 'Missing X-Auth-Key, X-Auth-Email or Authorization headers';
    return {
      ...anonymous,
      refusal: failure(400, [{ code: 9106, message }]),
      ...(email || key ? { violation: 'only half of the pair X-Auth-Email and X-Auth-Key' } : {}),
    };
  }
  const chain = [];
  if (!emailShape.test(email))
    chain.push({ code: 6102, message: 'Invalid format for X-Auth-Email header' });
  if (!keyShape.test(key))
    chain.push({ code: 6103, message: 'Invalid format for X-Auth-Key header' });
  if (chain.length > 0) return { ...anonymous, refusal: invalidHeaders(chain) };
  const user = known.find((entry) => entry.email.toLowerCase() === email.toLowerCase());
  if (user?.key !== key) {
    const refusal = failure(403, [{ code: 9103, message: 'Unknown X-Auth-Key or X-Auth-Email' }]);
    return user
      ? { ...someone(user.userId), keyMatches: false, refusal }
      : { ...anonymous, refusal };
  }
  const { userId } = user;
  const caller: Caller = { userId, scheme: 'key', email: user.email, owner: 'user', token: null };
  return { ...someone(userId), keyMatches: true, caller };
}

function authenticateToken(
  header: string,
  { users, tokens, settings, now }: Known,
  address: string,
  verify: boolean,
): Authentication {
  if (!bearerShape.test(header)) {
    const message = 'Invalid format for Authorization header';
    return { ...anonymous, refusal: invalidHeaders([{ code: 6111, message }]) };
  }
  // 401 with 1000 is confirmed only for verify; elsewhere the answer is our choice.
  const refusal = verify
    ? invalidToken()
    : failure(settings.refusedToken, [{ code: 10000, message: 'Authentication error' }]);
  const token = tokens.find((entry) => entry.value === header.slice('Bearer '.length));
  if (!token) return { ...anonymous, refusal };
  const { id, userId, ownedBy } = token;
  const known = {
    userId,
    tokenId: id,
    countsFor: ownedBy === 'account' ? `token ${id}` : `user ${userId}`,
    keyMatches: true,
  };
  if (verify ? ownedBy === 'account' : !isUsable(token, now(), address)) {
    return { ...known, refusal };
  }
  const email = users.find((user) => user.userId === userId)?.email ?? '';
  return { ...known, caller: { userId, scheme: 'token', email, owner: ownedBy, token } };
}

/**
 * Authenticates a request. A request with both a key and a token is refused with a text of our own, because
 * Cloudflare's answer is unknown.
 * @param address the IP address that it comes from
 * @param verify whether the request is for `/user/tokens/verify`, which answers differently
 */
export function authenticate(
  headers: IncomingHttpHeaders,
  known: Known,
  address: string,
  verify: boolean,
): Authentication {
  const email = first(headers['x-auth-email']);
  const key = first(headers['x-auth-key']);
  const bearer = first(headers['authorization']);
  if (bearer !== undefined && (email !== undefined || key !== undefined)) {
    return {
      ...anonymous,
      refusal: failure(400, [
        { code: 6003, message: 'Stand-in: both credential schemes in one request' },
      ]),
      violation: 'both credential schemes in one request',
    };
  }
  if (bearer !== undefined) return authenticateToken(bearer, known, address, verify);
  const { caller, ...result } = authenticatePair(email, key, known.users);
  // No source confirms the status.
  return verify && caller
    ? {
        ...result,
        refusal: failure(400, [{ code: 1001, message: 'Missing "Authorization" header' }]),
      }
    : { ...result, ...(caller && { caller }) };
}
