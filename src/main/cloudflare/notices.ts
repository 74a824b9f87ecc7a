/**
 * Reduces Cloudflare's `errors` and `messages` to what may be shown. Their shape often differs from Cloudflare's
 * schema (strings, objects, `error_chain`), so nothing about it is assumed.
 */
import type { CloudflareNotice } from '../../shared/failure';
import { MAX_NOTICE_LENGTH, MAX_NOTICES } from '../../shared/limits';
import { isFieldName, type FieldName } from '../../shared/profile';
import { hasSecret, maskSecrets } from './masking';

/** In UTF-16 code units. */
const MAX_POINTER_LENGTH = 500;
/** The longest problem that is read, in UTF-16 code units. */
const MAX_PROBLEM_LENGTH = 100_000;
/** How many levels of `error_chain` are read. */
const MAX_CHAIN_DEPTH = 3;

/** Whether a value is an object, not an array. valibot's object schemas accept arrays, too. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The last profile field that a JSON pointer such as `/business_email` names, or null. */
function fieldOf(source: unknown): FieldName | null {
  const pointer = isObject(source) ? source['pointer'] : undefined;
  if (typeof pointer !== 'string' || pointer.length > MAX_POINTER_LENGTH) return null;
  return pointer.split(/[/#.]/).findLast(isFieldName) ?? null;
}

/**
 * The address of a page on developers.cloudflare.com, without query and fragment; null for anything else and if a
 * secret is in it. No other link is ever shown.
 */
export function trustedDocumentationUrl(value: unknown, secrets: readonly string[]): string | null {
  if (typeof value !== 'string' || value.length > MAX_NOTICE_LENGTH || !URL.canParse(value))
    return null;
  const url = new URL(value);
  const trusted =
    url.protocol === 'https:' &&
    url.host === 'developers.cloudflare.com' &&
    url.username === '' &&
    url.password === '';
  const page = `${url.origin}${url.pathname}`;
  return trusted && page.length <= MAX_NOTICE_LENGTH && !hasSecret(page, secrets) ? page : null;
}

/** A message without secrets, control and invisible characters, shortened; empty if it is neither a text nor a number. */
function redactedText(value: unknown, secrets: readonly string[]): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  let text = maskSecrets(String(value), secrets);
  // NUL, escape sequences, line breaks, what changes the direction of a text.
  text = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return text.length > MAX_NOTICE_LENGTH ? `${text.slice(0, MAX_NOTICE_LENGTH - 1)}…` : text;
}

/** Cloudflare's error code, which may be written as a text, or null. */
function codeOf(value: unknown): number | null {
  const code = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof code === 'number' && Number.isFinite(code) ? code : null;
}

/**
 * Parses `errors` or `messages` of any shape. Items of an `error_chain` follow the item they explain.
 *
 * @param secrets texts to replace with an ellipsis: the key and the email
 */
export function readNotices(value: unknown, secrets: readonly string[]): CloudflareNotice[] {
  const notices: CloudflareNotice[] = [];
  const add = (item: unknown, depth: number): void => {
    if (notices.length >= MAX_NOTICES || depth > MAX_CHAIN_DEPTH) return;
    const record: Record<string, unknown> = isObject(item) ? item : { message: item };
    const notice: CloudflareNotice = {
      code: codeOf(record['code']),
      message: redactedText(record['message'], secrets),
      field: fieldOf(record['source']),
      link: trustedDocumentationUrl(record['documentation_url'], secrets),
    };
    if (notice.code !== null || notice.message !== '') notices.push(notice);
    const chain = record['error_chain'];
    if (Array.isArray(chain)) for (const next of chain.slice(0, MAX_NOTICES)) add(next, depth + 1);
  };
  const items = Array.isArray(value) ? value.slice(0, MAX_NOTICES) : value == null ? [] : [value];
  for (const item of items) add(item, 0);
  return notices;
}

/** A problem in the sense of RFC 9457. */
export interface Problem {
  /** Cloudflare's own code of it (`error_code`), such as 1020 or 502, or null. */
  code: number | null;
  /** Its title, with a link to the page that is its `type`, and its detail. */
  notices: CloudflareNotice[];
}

/**
 * Parses what Cloudflare's edge sends instead of a page to those who accept JSON (changelog of 2026-03-11): a problem as
 * in RFC 9457. Its content type is that of the request's `Accept`, so its members tell. Null for anything else.
 */
export function readProblem(body: string, secrets: readonly string[]): Problem | null {
  if (body.length > MAX_PROBLEM_LENGTH) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  if (!isObject(parsed)) return null;
  const { type, title, status, detail, error_code } = parsed;
  if (typeof title !== 'string' || typeof status !== 'number') return null;
  const items = [
    { code: error_code, message: title, documentation_url: type },
    { message: detail },
  ];
  return { code: codeOf(error_code), notices: readNotices(items, secrets) };
}
