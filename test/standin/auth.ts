/**
 * Authentication: checks first the format of the credential headers (400), then their content (403, 401). Public
 * reports confirm the codes 9106, 9103, and 6003 with 6102, 6103 or 6111.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { failure, invalidHeaders, type Reply } from './envelope';
import type { ApiToken, Credential } from './types';

export type Scheme = 'key' | 'token';
/** The Cloudflare user who sent a request. */
export interface Caller {
  userId: string;
  scheme: Scheme;
  email: string;
  owner: 'user' | 'account';
}

/** Either the caller or a refusal. `violation` describes what a correct client would not have sent. */
export interface Authentication {
  caller?: Caller;
  refusal?: Reply;
  violation?: string;
  /** The user of the email or token, even if the key is wrong; recorded with the request. */
  userId: string | null;
  keyMatches: boolean;
}

const emailShape = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
/** Old keys: 37 hex characters. New keys: prefix, 40 characters, and a checksum of unverified length. */
const keyShape = /^(?:[0-9a-f]{37}|cfk_[A-Za-z0-9_-]{41,56})$/;
const bearerShape = /^Bearer (?:cf[ua]t_[A-Za-z0-9_-]{41,75}|(?!cfk_|cf[ua]t_)[A-Za-z0-9_-]{40})$/i;

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
  known: Credential[],
): Authentication {
  const unknown = { userId: null, keyMatches: false };
  if (!email || !key) {
    const message = 'Missing X-Auth-Key, X-Auth-Email or Authorization headers';
    return {
      ...unknown,
      refusal: failure(400, [{ code: 9106, message }]),
      ...(email || key ? { violation: 'only half of the pair X-Auth-Email and X-Auth-Key' } : {}),
    };
  }
  const chain = [];
  if (!emailShape.test(email))
    chain.push({ code: 6102, message: 'Invalid format for X-Auth-Email header' });
  if (!keyShape.test(key))
    chain.push({ code: 6103, message: 'Invalid format for X-Auth-Key header' });
  if (chain.length > 0) return { ...unknown, refusal: invalidHeaders(chain) };
  const user = known.find((entry) => entry.email.toLowerCase() === email.toLowerCase());
  if (user?.key !== key) {
    const refusal = failure(403, [{ code: 9103, message: 'Unknown X-Auth-Key or X-Auth-Email' }]);
    return { userId: user?.userId ?? null, keyMatches: false, refusal };
  }
  const caller: Caller = { userId: user.userId, scheme: 'key', email: user.email, owner: 'user' };
  return { userId: user.userId, keyMatches: true, caller };
}

function authenticateToken(
  header: string,
  known: ApiToken[],
  users: Credential[],
  verify: boolean,
): Authentication {
  const unknown = { userId: null, keyMatches: false };
  if (!bearerShape.test(header)) {
    const message = 'Invalid format for Authorization header';
    return { ...unknown, refusal: invalidHeaders([{ code: 6111, message }]) };
  }
  const token = known.find((entry) => entry.token === header.slice('Bearer '.length));
  if (!token || (verify && token.owner === 'account')) {
    // 401 with 1000 is confirmed only for verify; elsewhere 403 with 10000 is our choice.
    const refusal = verify
      ? failure(401, [{ code: 1000, message: 'Invalid API Token' }])
      : failure(403, [{ code: 10000, message: 'Authentication error' }]);
    return { userId: token?.userId ?? null, keyMatches: token !== undefined, refusal };
  }
  const email = users.find((user) => user.userId === token.userId)?.email ?? '';
  const caller: Caller = { userId: token.userId, scheme: 'token', email, owner: token.owner };
  return { userId: token.userId, keyMatches: true, caller };
}

/**
 * Authenticates a request. A request with both a key and a token is refused with a text of our own, because
 * Cloudflare's answer is unknown.
 * @param verify whether the request is for `/user/tokens/verify`, which answers differently
 */
export function authenticate(
  headers: IncomingHttpHeaders,
  users: Credential[],
  tokens: ApiToken[],
  verify: boolean,
): Authentication {
  const email = first(headers['x-auth-email']);
  const key = first(headers['x-auth-key']);
  const bearer = first(headers['authorization']);
  if (bearer !== undefined && (email !== undefined || key !== undefined)) {
    return {
      userId: null,
      keyMatches: false,
      refusal: failure(400, [
        { code: 6003, message: 'Stand-in: both credential schemes in one request' },
      ]),
      violation: 'both credential schemes in one request',
    };
  }
  if (bearer !== undefined) return authenticateToken(bearer, tokens, users, verify);
  const result = authenticatePair(email, key, users);
  if (verify && result.caller) {
    // No source confirms the status.
    const refusal = failure(400, [{ code: 1001, message: 'Missing "Authorization" header' }]);
    return { userId: result.userId, keyMatches: true, refusal };
  }
  return result;
}
