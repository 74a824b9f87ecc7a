/**
 * Maps an HTTP answer to a failure code. Some statuses settle it alone, such as 429. For the other 4xx
 * statuses Cloudflare's error codes decide, and the status only if none of them is known. The wording of a
 * message decides only between the two meanings of 10000, because it is documented only for some cases.
 */
import type { Failure, FailureCode, CloudflareNotice } from '../../shared/failure';
import type { EntryKind } from '../../shared/organization';
import type { SignInKind } from '../../shared/sign-in';
import { MAX_BLOCK_MS } from '../rate-limit';
import type { Envelope } from './responses';
import { hasSecret } from './masking';
import { readNotices, readProblem, type Problem } from './notices';

/**
 * The kind of request: GET /user, the check of a token, a list of entries, one entry, its profile, the PUT of a
 * profile, or an audit log. The same status means different things for different kinds.
 */
export type RequestKind = 'user' | 'token' | 'list' | 'entry' | 'profile' | 'write' | 'log';

/** The parts of an answer that determine a failure. */
export interface HttpAnswer {
  kind: RequestKind;
  /** The kind of entry that the request is about. */
  about: EntryKind;
  /** The kind of sign-in that it was sent with; null: without one. */
  signIn: SignInKind | null;
  status: number;
  header(name: string): string | null;
  /** The whole body as text. */
  body: string;
  /** The body's envelope, or null if the body is not one. */
  envelope: Envelope | null;
}

/** Wait after a 429 without a valid `retry-after`, in ms: the block that Cloudflare documents. */
export const DEFAULT_BLOCK_MS = 300_000;
const MIN_BLOCK_MS = 1_000;

/** Matches dates in HTTP headers (RFC 9110), except the obsolete asctime format. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*, .+ \d{2}:\d{2}:\d{2} GMT$/;

/** How long an answer asks to wait, in ms. Not finite if `retry-after` has neither seconds nor an HTTP date. */
function askedWait(header: string | null, now: number): number {
  const text = header?.trim() ?? '';
  const isSeconds = /^\d+(\.\d+)?$/.test(text);
  // `Date.parse` accepts much more than dates, for example "1-5" and "after 60".
  const date = HTTP_DATE.test(text) ? Date.parse(text) : NaN;
  return isSeconds ? Number(text) * 1000 : date - now;
}

/**
 * When to continue, in ms since the epoch; undefined if that is not for the answer to say. After a 429 there is always
 * a wait. Where Cloudflare has a problem, only if the answer asks for one (changelog of 2026-04-27: 500, 502, 504 and
 * 520 to 524), because the app waits by itself.
 *
 * @param header `retry-after`
 */
export function retryAt(code: FailureCode, header: string | null, now: number): number | undefined {
  const wait = askedWait(header, now);
  const isAsked = Number.isFinite(wait);
  const isLimited = code === 'cloudflare.rate-limited';
  if (!isLimited && !(code === 'cloudflare.unavailable' && isAsked && wait > 0)) return undefined;
  const ms = isAsked ? wait : DEFAULT_BLOCK_MS;
  return now + Math.min(Math.max(ms, MIN_BLOCK_MS), MAX_BLOCK_MS);
}

function isHtml(answer: HttpAnswer): boolean {
  const type = answer.header('content-type') ?? '';
  return /html/i.test(type) || /^\s*(<!doctype html|<html|<!--)/i.test(answer.body.slice(0, 500));
}

/** Whether this is a page, or one of the problems of Cloudflare's edge (1xxx), which say nothing about an entry. */
function isOfEdge(answer: HttpAnswer, problem: Problem | null): boolean {
  const code = problem?.code ?? null;
  return isHtml(answer) || (code !== null && code >= 1000 && code <= 1999);
}

/**
 * Whether 10000 says "Forbidden" (since August 2026) and not "Authentication error": the sign-in works, but may not do
 * this. Then the status decides.
 */
const saysForbidden = ({ code, message }: CloudflareNotice): boolean =>
  code === 10000 && /^forbidden\b/i.test(message);

/** Whether a 404 to a request of this kind is about its entry. A log names one, too, but may itself be missing. */
const isAboutEntry = (kind: RequestKind): boolean =>
  kind === 'entry' || kind === 'profile' || kind === 'write';

/**
 * The failure code for Cloudflare's own error codes, whatever the 4xx status; null if none is known. The comments
 * quote Cloudflare's messages. 6102, 6103 and 6111 come in the `error_chain` of 6003.
 */
function codeFromNotices(
  notices: readonly CloudflareNotice[],
  { kind, about, signIn }: HttpAnswer,
): FailureCode | null {
  const has = (...codes: number[]): boolean =>
    notices.some(({ code }) => code !== null && codes.includes(code));
  // "Please wait and consider throttling your request speed"
  if (has(971)) return 'cloudflare.rate-limited';
  if (signIn === 'token') {
    // 1000: "Invalid API Token". 6003: "Invalid request headers". 6111: "Invalid format for Authorization header".
    if (has(1000)) return 'token.unknown';
    if (has(6003, 6111)) return 'token.malformed';
    // 9109: "Unauthorized to access requested resource". 10000: "Authentication error".
    if (has(9109, 10000, 10001)) return 'token.refused';
  }
  // "Unknown X-Auth-Key or X-Auth-Email"
  if (has(9103)) return 'sign-in.unknown';
  // "Missing X-Auth-Key, X-Auth-Email or Authorization headers"
  if (has(9106)) return 'sign-in.not-received';
  // 6102: "Invalid format for X-Auth-Email header". 6103: "Invalid format for X-Auth-Key header".
  if (has(6102) && has(6103)) return 'sign-in.malformed';
  if (has(6103)) return 'sign-in.malformed-key';
  if (has(6102)) return 'sign-in.malformed-email';
  // 6003: "Invalid request headers". 6111: "Invalid format for Authorization header".
  if (has(6003, 6111)) return 'sign-in.malformed';
  // 7000: "No route for that URI". 7003: "Could not route to …, perhaps your object identifier is invalid?"
  if (has(7000, 7003) && isAboutEntry(kind)) return `${about}.invalid-id`;
  // "Unauthorized to access requested resource"
  if (has(9109)) return 'sign-in.not-permitted';
  // 10000: "Authentication error". 10001: "Unable to authenticate request".
  if (has(10000, 10001)) return 'sign-in.refused';
  return null;
}

/** The failure code for a 4xx status, if Cloudflare's own codes do not decide. */
function codeFromStatus({ status, kind, about, signIn }: HttpAnswer): FailureCode {
  const refused = signIn === 'token' ? 'token.refused' : 'sign-in.refused';
  switch (status) {
    case 401:
      return refused;
    case 403:
      if (kind === 'user' || kind === 'token') return refused;
      if (kind !== 'list') return `${about}.forbidden`;
      return about === 'account' ? 'accounts.not-listed' : 'organizations.not-enabled';
    case 404:
    case 410:
      return isAboutEntry(kind) ? `${about}.not-found` : 'cloudflare.unreadable';
    case 405:
      return signIn === 'token' ? refused : 'sign-in.not-permitted';
    case 408:
    case 409:
    case 425:
      return 'cloudflare.unavailable';
    default:
      return kind === 'write' ? 'profile.refused' : 'cloudflare.unreadable';
  }
}

function codeOf(
  answer: HttpAnswer,
  notices: readonly CloudflareNotice[],
  problem: Problem | null,
): FailureCode {
  const { status } = answer;
  const fromCloudflare = answer.header('cf-ray') !== null;
  if (status === 407) return 'network.proxy-sign-in';
  // By the Fetch standard, a redirect that is not followed has the status 0.
  if (status === 0 || (status >= 300 && status < 400)) return 'network.redirected';
  if (status === 429) return 'cloudflare.rate-limited';
  // 511: "Network Authentication Required" (RFC 6585), the standard status of captive portals.
  if (status === 511) return 'network.intercepted';
  // Every answer from Cloudflare has a ray id. A 404 from something else does not mean "organization not found",
  // and a proxy's 503 does not mean "Cloudflare has a problem".
  if (answer.envelope === null && !fromCloudflare) return 'network.intercepted';
  if (isOfEdge(answer, problem))
    return fromCloudflare ? 'cloudflare.unavailable' : 'network.intercepted';
  if (status >= 500) return 'cloudflare.unavailable';
  if (status < 300 || answer.envelope === null) return 'cloudflare.unreadable';
  const telling = status === 403 ? notices.filter((notice) => !saysForbidden(notice)) : notices;
  return codeFromNotices(telling, answer) ?? codeFromStatus(answer);
}

/**
 * The failure of an answer. Call it only for answers that are not a readable success.
 *
 * @param now ms since the epoch, to convert `retry-after` to a time
 * @param secrets texts to remove from what Cloudflare says
 */
export function failureOf(answer: HttpAnswer, now: number, secrets: readonly string[]): Failure {
  const { envelope } = answer;
  const ray = answer.header('cf-ray');
  // What something in between says is not shown as Cloudflare's words.
  const problem = envelope === null && ray !== null ? readProblem(answer.body, secrets) : null;
  const errors = problem?.notices ?? readNotices(envelope?.errors, secrets);
  const messages = readNotices(envelope?.messages, secrets);
  const code = codeOf(answer, errors, problem);
  const continues = retryAt(code, answer.header('retry-after'), now);
  return {
    code,
    status: answer.status,
    ...(ray !== null && /^[\w-]{1,64}$/.test(ray) && !hasSecret(ray, secrets) ? { ray } : {}),
    ...(continues === undefined ? {} : { retryAt: continues }),
    ...(errors.length > 0 ? { errors } : {}),
    ...(messages.length > 0 ? { messages } : {}),
  };
}
