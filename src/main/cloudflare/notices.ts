/**
 * Reduces Cloudflare's `errors` and `messages` to what may be shown. Their shape often differs from Cloudflare's
 * schema (strings, objects, `error_chain`), so nothing about it is assumed.
 */
import type { Notice } from '../../shared/failure';
import { isFieldName, type FieldName } from '../../shared/profile';

const MAX_NOTICES = 20;
const MAX_MESSAGE = 500;
const MAX_LINK = 500;
const MAX_CHAIN_DEPTH = 3;

type Loose = Record<string, unknown>;

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field at the end of a JSON pointer such as `/business_email`, or null. */
function fieldOf(source: unknown): FieldName | null {
  const pointer = isObject(source) ? source['pointer'] : undefined;
  if (typeof pointer !== 'string' || pointer.length > MAX_LINK) return null;
  return pointer.split(/[/#.]/).findLast(isFieldName) ?? null;
}

/** The URL if it is a page on developers.cloudflare.com, else null. No other link is ever shown. */
export function documentationLink(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_LINK || !URL.canParse(value)) return null;
  const url = new URL(value);
  const trusted =
    url.protocol === 'https:' &&
    url.host === 'developers.cloudflare.com' &&
    url.username === '' &&
    url.password === '';
  return trusted && url.href.length <= MAX_LINK ? url.href : null;
}

function textOf(value: unknown, secrets: readonly string[]): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  let text = String(value);
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, '…');
  // Replace control characters (NUL, escape sequences).
  text = text.replace(/\p{Cc}+/gu, ' ').trim();
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 1)}…` : text;
}

function codeOf(value: unknown): number | null {
  const code = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof code === 'number' && Number.isFinite(code) ? code : null;
}

/**
 * Parses `errors` or `messages` of any shape. Items of an `error_chain` follow the item they explain.
 *
 * @param secrets texts to replace by an ellipsis: the key and the email
 */
export function readNotices(value: unknown, secrets: readonly string[] = []): Notice[] {
  const notices: Notice[] = [];
  const add = (item: unknown, depth: number): void => {
    if (notices.length >= MAX_NOTICES || depth > MAX_CHAIN_DEPTH) return;
    const loose = isObject(item) ? item : { message: item };
    const notice: Notice = {
      code: codeOf(loose['code']),
      message: textOf(loose['message'], secrets),
      field: fieldOf(loose['source']),
      link: documentationLink(loose['documentation_url']),
    };
    if (notice.code !== null || notice.message !== '') notices.push(notice);
    const chain = loose['error_chain'];
    if (Array.isArray(chain)) for (const next of chain.slice(0, MAX_NOTICES)) add(next, depth + 1);
  };
  const items = Array.isArray(value) ? value.slice(0, MAX_NOTICES) : value == null ? [] : [value];
  for (const item of items) add(item, 0);
  return notices;
}
