/**
 * GET /organizations/{id}/logs/audit and GET /accounts/{id}/logs/audit: filters, order, pages. Query and answer as in
 * the npm package `cloudflare` 7.3.0, whose pages read `result_info.cursors.after`. The API reference has
 * `result_info.cursor`, so both are sent.
 */
import { createHash } from 'node:crypto';
import { mayUseSettings } from './account-routes';
import { seesAccount, unknownAccount } from './accounts';
import type { AuditEntry } from './audit-log';
import type { Caller } from './auth';
import { failure, notRouted, success, type Reply } from './envelope';
import { idShape, maySee, unknownOrganization } from './organizations';
import { forbidden, notAllowed, type IncomingRequest } from './requests';
import type { StandinState } from './state';

/** The filters: each as `name` with the wanted values, or as `name.not` with the unwanted ones. */
const filters: Record<string, (entry: AuditEntry) => unknown> = {
  id: ({ id }) => id,
  action_result: ({ action }) => action.result,
  action_type: ({ action }) => action.type,
  actor_context: ({ actor }) => actor.context,
  actor_email: ({ actor }) => actor.email,
  actor_id: ({ actor }) => actor.id,
  actor_ip_address: ({ actor }) => actor.ip_address,
  actor_token_id: ({ actor }) => actor.token_id,
  actor_token_name: ({ actor }) => actor.token_name,
  actor_type: ({ actor }) => actor.type,
  raw_cf_ray_id: ({ raw }) => raw.cf_ray_id,
  raw_method: ({ raw }) => raw.method,
  raw_status_code: ({ raw }) => raw.status_code,
  raw_uri: ({ raw }) => raw.uri,
  resource_id: ({ resource }) => resource.id,
  resource_product: ({ resource }) => resource.product,
  resource_scope: ({ resource }) => resource.scope,
  resource_type: ({ resource }) => resource.type,
};
const knownQueries = new Set([
  'since',
  'before',
  'cursor',
  'limit',
  'direction',
  ...Object.keys(filters).flatMap((name) => [name, `${name}.not`]),
]);

/** A route of the audit log of an organization or account; the id may be malformed. */
export const auditRoute = /^\/(organizations|accounts)\/([^/]*)\/logs\/audit$/;

/** Whether an entry passes the filters of a query. */
function passes(entry: AuditEntry, query: URLSearchParams): boolean {
  return Object.entries(filters).every(([name, read]) => {
    const value = String(read(entry) ?? '');
    const wanted = query.getAll(name);
    const unwanted = query.getAll(`${name}.not`);
    return (wanted.length === 0 || wanted.includes(value)) && !unwanted.includes(value);
  });
}

/** A date (in UTC) or RFC 3339 timestamp in ms; `null` if it is neither. */
function timeOf(text: string | null): number | null {
  const shape = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/i;
  const time = text !== null && shape.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

/** A cursor stands for the last entry of a page. It is valid only for the same log and query. */
function sealOf(owner: string, query: URLSearchParams): string {
  const bound = [...query].filter(([key]) => key !== 'cursor' && key !== 'limit').sort();
  return createHash('sha256')
    .update(JSON.stringify([owner, bound]))
    .digest('base64url')
    .slice(0, 16);
}
const makeCursor = (id: string, seal: string) => Buffer.from(`${id}.${seal}`).toString('base64url');

/** The id of the entry that a cursor stands for; `null` if it belongs to a different query. */
function readCursor(cursor: string, seal: string): string | null {
  const text = Buffer.from(cursor, 'base64url').toString();
  return text.endsWith(`.${seal}`) ? text.slice(0, -seal.length - 1) : null;
}

/** What `odd` makes of an entry: in turn, something is missing or has an unknown type. */
function oddEntry(entry: AuditEntry, index: number): unknown {
  const { id, action, actor, raw, resource } = entry;
  const { time: _time, ...timeless } = action;
  const variants = [
    { id, action, raw, resource },
    { id, action: timeless, actor, raw: null, resource },
    { ...entry, id: 7, action: { ...action, type: 'reticulate', result: null } },
    { ...entry, actor: { ...actor, type: 'robot', context: 'telepathy', email: null } },
    { ...entry, action: { ...action, time: 'yesterday' }, raw: { ...raw, status_code: '204' } },
    { ...entry, resource: 'profile', raw: { ...raw, cf_ray_id: null, user_agent: ['a', 'b'] } },
  ];
  return variants[index % variants.length];
}

/** A list of entries, and the protocol violation of the client, if any. */
interface ListAnswer {
  reply: Reply;
  violation?: string;
}

const refuse = (message: string, violation: string): ListAnswer => ({
  reply: failure(400, [{ code: 1004, message }]),
  violation,
});

/** A page of the log of an organization or account. Newest first, 100 per page by default, at most 1000. */
function listEntries(
  owner: string,
  { auditLog, settings }: StandinState,
  query: URLSearchParams,
): ListAnswer {
  const unknown = [...query.keys()].find((key) => !knownQueries.has(key));
  if (unknown !== undefined) {
    return refuse(`Unknown query parameter ${unknown}`, `an unknown query parameter, ${unknown}`);
  }
  const since = timeOf(query.get('since'));
  const before = timeOf(query.get('before'));
  if (since === null || before === null) {
    const message = 'since and before must be dates or RFC 3339 timestamps';
    return refuse(message, 'an audit log without since and before');
  }
  const limitText = query.get('limit') ?? '100';
  const limit = /^\d{1,4}$/.test(limitText) ? Number(limitText) : 0;
  if (limit < 1 || limit > 1000) {
    return refuse('limit must be between 1 and 1000', 'limit outside 1 to 1000');
  }
  const direction = query.get('direction') ?? 'desc';
  if (direction !== 'asc' && direction !== 'desc') {
    return refuse('direction must be asc or desc', 'a direction other than asc and desc');
  }
  const seal = sealOf(owner, query);
  const cursor = query.get('cursor');
  const after = cursor === null ? '' : readCursor(cursor, seal);
  if (after === null)
    return refuse('Invalid cursor', 'a cursor that does not belong to this query');
  const matching = auditLog
    .filter((entry) => {
      const time = Date.parse(entry.action.time);
      const inTime = time >= since && time < before;
      return (entry.account ?? entry.organization)?.id === owner && inTime && passes(entry, query);
    })
    .sort((one, other) => Date.parse(one.action.time) - Date.parse(other.action.time));
  if (direction === 'desc') matching.reverse();
  const found = settings.audit.answer === 'empty' ? [] : matching;
  const rest = found.slice(after === '' ? 0 : found.findIndex(({ id }) => id === after) + 1);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const next = last !== undefined && rest.length > limit ? makeCursor(last.id, seal) : null;
  const info = {
    count: page.length,
    ...(next !== null && settings.audit.cursor !== 'cursors.after' ? { cursor: next } : {}),
    ...(next !== null && settings.audit.cursor !== 'cursor' ? { cursors: { after: next } } : {}),
  };
  const shown: unknown[] = settings.audit.odd
    ? [null, 'an entry', {}, ...page.map(oddEntry)]
    : page;
  return { reply: success(shown, { result_info: info }) };
}

/**
 * Whether a caller may read the logs of organizations or accounts. Cloudflare API reference, "Get account audit logs":
 * Account Settings Read or Write. No permission of a token for those of organizations is known.
 */
const mayRead = (caller: Caller, kind: string) =>
  kind === 'accounts' ? mayUseSettings(caller, false) : caller.token === null;

/** Answers a request for an audit log. */
export function auditAnswer(
  state: StandinState,
  caller: Caller,
  kind: string,
  id: string,
  { recorded }: IncomingRequest,
): Reply {
  const { accounts, organizations, settings } = state;
  const { answer } = settings.audit;
  if (answer === 'off' || !idShape.test(id)) return notRouted(recorded.path);
  if (recorded.method !== 'GET') return notAllowed();
  if (answer === 403 || !mayRead(caller, kind)) return forbidden();
  const account = accounts.get(id);
  const organization = organizations.get(id);
  if (kind === 'accounts') {
    if (!account || !seesAccount(account, caller)) return unknownAccount(settings.unknownAccount);
    if (answer === 404) return unknownAccount(404);
  } else {
    if (!organization || !maySee(organization, caller.userId)) {
      return unknownOrganization(settings.unknownOrganization);
    }
    if (answer === 404) return unknownOrganization(404);
  }
  const { reply, violation } = listEntries(id, state, recorded.query);
  if (violation !== undefined) state.violate(violation);
  return reply;
}
