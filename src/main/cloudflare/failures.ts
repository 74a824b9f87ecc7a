/**
 * Maps an HTTP answer to a failure code. The status decides first, then Cloudflare's codes. The wording of a
 * message never decides, because it is documented only for some cases.
 */
import type { Failure, FailureCode, Notice } from '../../shared/failure';
import { MAX_BLOCK_MS } from '../rate-limit';
import type { Envelope } from './responses';
import { readNotices } from './notices';

/** The kind of request. The same status means different things for different kinds. */
export type RequestKind = 'user' | 'list' | 'organization' | 'profile' | 'write';

/** The parts of an answer that determine a failure. */
export interface HttpAnswer {
  kind: RequestKind;
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

/** When to continue after a 429, ms since the epoch. `header`: `retry-after`, in seconds or an HTTP date. */
export function retryAt(header: string | null, now: number): number {
  const text = header?.trim() ?? '';
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  // A date must contain letters, because Date.parse also accepts "-5".
  const isKnownFormat = /^\d/.test(text) || /[a-z]{3}/i.test(text);
  if (!isKnownFormat || !Number.isFinite(wait)) return now + DEFAULT_BLOCK_MS;
  return now + Math.min(Math.max(wait, MIN_BLOCK_MS), MAX_BLOCK_MS);
}

function isHtml(answer: HttpAnswer): boolean {
  const type = answer.header('content-type') ?? '';
  return /html/i.test(type) || /^\s*(<!doctype html|<html|<!--)/i.test(answer.body.slice(0, 500));
}

/** The failure code for Cloudflare's own error codes, whatever the 4xx status; null if none is known. */
function codeFromNotices(notices: readonly Notice[], kind: RequestKind): FailureCode | null {
  const has = (...codes: number[]): boolean =>
    notices.some(({ code }) => code !== null && codes.includes(code));
  if (has(971)) return 'cloudflare.rate-limited';
  if (has(9103)) return 'sign-in.unknown';
  if (has(9106)) return 'sign-in.missing';
  if (has(6102) && has(6103)) return 'sign-in.malformed';
  if (has(6103)) return 'sign-in.malformed-key';
  if (has(6102)) return 'sign-in.malformed-email';
  if (has(6003, 6111)) return 'sign-in.malformed';
  if (has(7000, 7003) && kind !== 'user' && kind !== 'list') return 'organization.invalid-id';
  if (has(9109)) return 'sign-in.not-permitted';
  if (has(10000, 10001)) return 'sign-in.refused';
  return null;
}

/** The failure code for a status, if Cloudflare's own codes do not decide. */
function codeFromStatus(status: number, kind: RequestKind): FailureCode {
  const isAboutOrganization = kind !== 'user' && kind !== 'list';
  switch (status) {
    case 401:
      return 'sign-in.refused';
    case 403:
      if (kind === 'user') return 'sign-in.refused';
      return kind === 'list' ? 'organizations.not-enabled' : 'organization.forbidden';
    case 404:
    case 410:
      return isAboutOrganization ? 'organization.not-found' : 'cloudflare.unreadable';
    case 405:
      return 'sign-in.not-permitted';
    case 408:
    case 409:
    case 425:
      return 'cloudflare.trouble';
    default:
      return kind === 'write' ? 'profile.refused' : 'cloudflare.unreadable';
  }
}

function codeOf(answer: HttpAnswer, notices: readonly Notice[]): FailureCode {
  const { status, kind } = answer;
  const fromCloudflare = answer.header('cf-ray') !== null;
  if (status === 407) return 'network.proxy-sign-in';
  if (status === 0 || (status >= 300 && status < 400)) return 'network.redirected';
  if (status === 429) return 'cloudflare.rate-limited';
  // 511: "Network Authentication Required" (RFC 6585), the standard status of captive portals.
  if (status === 511) return 'network.intercepted';
  // Every answer from Cloudflare has a ray id. A 404 from something else does not mean "organization not found",
  // and a proxy's 503 does not mean "Cloudflare has a problem".
  if (answer.envelope === null && !fromCloudflare) return 'network.intercepted';
  if (isHtml(answer)) return fromCloudflare ? 'cloudflare.trouble' : 'network.intercepted';
  if (status >= 500) return 'cloudflare.trouble';
  if (status < 300 || answer.envelope === null) return 'cloudflare.unreadable';
  return codeFromNotices(notices, kind) ?? codeFromStatus(status, kind);
}

/**
 * The failure of an answer. Call it only for answers that are not a readable success.
 *
 * @param now ms since the epoch, to convert `retry-after` to a time
 * @param secrets texts to remove from Cloudflare's messages
 */
export function failureOf(answer: HttpAnswer, now: number, secrets: readonly string[]): Failure {
  const errors = readNotices(answer.envelope?.errors, secrets);
  const messages = readNotices(answer.envelope?.messages, secrets);
  const code = codeOf(answer, errors);
  const ray = answer.header('cf-ray');
  return {
    code,
    status: answer.status,
    ...(ray !== null && /^[\w-]{1,64}$/.test(ray) ? { ray } : {}),
    ...(code === 'cloudflare.rate-limited'
      ? { retryAt: retryAt(answer.header('retry-after'), now) }
      : {}),
    ...(errors.length > 0 ? { errors } : {}),
    ...(messages.length > 0 ? { messages } : {}),
  };
}
