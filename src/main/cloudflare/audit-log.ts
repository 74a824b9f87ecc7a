/**
 * The audit log of an organization or account: who wrote which profile. Shapes: `resources/organizations/logs/audit` and
 * `resources/accounts/logs/audit` of the npm package `cloudflare` 7.3.0. That writes of profiles appear in them is not
 * documented, and every property of an entry is optional. So this file reads what it can and skips the rest.
 */
import { FIELD_NAMES, type Edits } from '../../shared/profile';
import { isObject } from './notices';
import type { Envelope } from './responses';
import { entryPath } from './routes';
import type { AuditEntry, AuditPage, AuditWindow, EntryRef } from './types';

/** Entries per page. */
const PAGE_SIZE = 100;
/** Largest accepted page, in bytes. Entries contain the bodies of requests. */
export const MAX_LOG_BYTES = 4_000_000;
/** The longest text that is read: an email, a path, a cursor. */
const MAX_TEXT = 1_000;
/** The longest name of a person or token, which the window shows in one line. */
const MAX_WHO = 320;

/** Methods other than PUT that write. Reads are not logged. */
const OTHER_METHODS = ['POST', 'PATCH', 'DELETE'];

/** The latest time that a date can have, in ms since the epoch. A damaged database may contain a later one. */
const LATEST = 8.64e15;

function toDate(time: number): string {
  return new Date(Math.min(Math.max(0, time), LATEST)).toISOString();
}

/**
 * The path of a page of a log. Cloudflare documents only filters that exclude, and not that they work with every
 * entry; so the entries are filtered here, too.
 */
export function auditLogPath(entry: EntryRef, { since, before, cursor }: AuditWindow): string {
  const query = new URLSearchParams({
    since: toDate(since),
    before: toDate(before),
    limit: String(PAGE_SIZE),
    direction: 'desc',
  });
  for (const method of OTHER_METHODS) query.append('raw_method.not', method);
  if (cursor !== null) query.set('cursor', cursor);
  return `${entryPath(entry)}/logs/audit?${query.toString()}`;
}

/**
 * The id of an answer, to compare it with others: without the location, such as -FRA, that may follow.
 * @param text `cf-ray` of an answer, or what the log says of it
 */
export function rayId(text: unknown): string | null {
  const [, id] = typeof text === 'string' ? (/^([\da-f]{8,64})(-\w{1,8})?$/i.exec(text) ?? []) : [];
  return id?.toLowerCase() ?? null;
}

const objectIn = (value: unknown): Readonly<Record<string, unknown>> =>
  isObject(value) ? value : {};

function textIn(value: unknown, max = MAX_TEXT): string {
  return typeof value === 'string' && value.length <= max ? value : '';
}

/** An email or a name for the window. What would not show in one line, or would change how it reads, is dropped. */
function nameIn(value: unknown): string {
  return textIn(value, MAX_WHO)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .trim();
}

const API_CONTEXTS: readonly unknown[] = ['api', 'api_key', 'api_token', 'oauth', 'origin_ca_key'];

function viaOf(context: unknown): AuditEntry['via'] {
  if (context === 'dash') return 'dashboard';
  return API_CONTEXTS.includes(context) ? 'api' : 'unknown';
}

function bodyOf(request: unknown): Edits {
  const body = objectIn(request);
  const texts: Edits = {};
  for (const field of FIELD_NAMES) {
    const text = body[field];
    if (typeof text === 'string') texts[field] = text;
  }
  return texts;
}

/** A write that worked, or null for anything else. */
function toWrite(item: unknown, hasKey: (text: string) => boolean): AuditEntry | null {
  const { action, actor: actorOf, raw: rawOf, resource } = objectIn(item);
  const { time, result } = objectIn(action);
  const actor = objectIn(actorOf);
  const raw = objectIn(rawOf);
  const at = Date.parse(textIn(time));
  if (!Number.isFinite(at) || raw['method'] !== 'PUT' || result === 'failure') return null;
  const status = raw['status_code'];
  if (typeof status === 'number' && (status < 200 || status > 299)) return null;
  const [email, token] = [nameIn(actor['email']), nameIn(actor['token_name'])];
  const who = email || token;
  return {
    at,
    actor: textIn(actor['id']) || email.toLowerCase() || textIn(actor['token_id']) || token,
    who: who === '' || hasKey(who) ? null : who,
    via: viaOf(actor['context']),
    ray: rayId(raw['cf_ray_id']),
    path: textIn(raw['uri'])
      .toLowerCase()
      .replace(/[?#].*$/s, '')
      .replace(/\/+$/, ''),
    userAgent: textIn(raw['user_agent']),
    texts: bodyOf(objectIn(resource)['request']),
  };
}

/**
 * Parses a page of a log; null if it is not one.
 * @param hasKey whether a text contains the key or token of the request
 */
export function readAuditPage(
  { result, result_info }: Envelope,
  hasKey: (text: string) => boolean,
): AuditPage | null {
  if (!Array.isArray(result) || result.length > 10 * PAGE_SIZE) return null;
  const info = objectIn(result_info);
  // The API reference has one, the npm package the other.
  const cursor = textIn(objectIn(info['cursors'])['after']) || textIn(info['cursor']);
  return {
    entries: result.flatMap((item: unknown) => toWrite(item, hasKey) ?? []),
    nextCursor: result.length > 0 && cursor !== '' ? cursor : null,
  };
}
