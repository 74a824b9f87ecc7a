/**
 * GET /organizations: filters, pages and opaque tokens.
 * Cloudflare API reference, "List organizations": page_size 0 to 1000, default 10; a token goes with
 * the same filters; no `next_page_token` means the last page.
 */
import { createHash, randomBytes } from 'node:crypto';
import { failure, success, type Reply } from './envelope';
import type { OrganizationState } from './types';

const knownQueries = new Set([
  'id',
  'containing.account',
  'containing.organization',
  'containing.user',
  'name.contains',
  'name.startsWith',
  'name.endsWith',
  'parent.id',
  'page_size',
  'page_token',
]);

/** A refused query, and whether asking so was the client's own mistake. */
interface Refused {
  reply: Reply;
  violation?: string;
}

/** Codes of this kind are our choice: the schema only asks for at least 1000. */
const refuse = (message: string, violation?: string): Refused => ({
  reply: failure(400, [{ code: 1004, message }]),
  ...(violation === undefined ? {} : { violation }),
});

/** Whether `inner` lies below `outer`, however deep. */
function lies(
  inner: OrganizationState | undefined,
  outer: string,
  all: Map<string, OrganizationState>,
) {
  const seen = new Set<string>();
  for (let at = inner; at?.parent && !seen.has(at.id); at = all.get(at.parent.id)) {
    if (at.parent.id === outer) return true;
    seen.add(at.id);
  }
  return false;
}

const holds = (list: string[], wanted: string | null) => wanted === null || list.includes(wanted);

/** Which organizations a query asks for. */
function filterOf(
  query: URLSearchParams,
  all: Map<string, OrganizationState>,
): (organization: OrganizationState) => boolean {
  const text = (key: string) => query.get(key)?.toLowerCase() ?? '';
  const contained = text('name.contains');
  const start = text('name.startsWith');
  const end = text('name.endsWith');
  const ids = query.getAll('id');
  const parent = query.get('parent.id');
  const inside = query.get('containing.organization');
  const account = query.get('containing.account');
  const user = query.get('containing.user');
  return (organization) => {
    const name = organization.name.toLowerCase();
    return (
      (ids.length === 0 || ids.includes(organization.id)) &&
      name.includes(contained) &&
      name.startsWith(start) &&
      name.endsWith(end) &&
      // The literal text `null` asks for root organizations.
      (parent === null || (organization.parent?.id ?? 'null') === parent) &&
      (inside === null || lies(all.get(inside), organization.id, all)) &&
      holds(organization.accounts, account) &&
      holds(organization.members, user)
    );
  };
}

/** Makes and reads page tokens; tokens of another stand-in, user or filter are worthless. */
export class PageTokens {
  readonly #secret = randomBytes(16);
  readonly #places = new Map<string, number>();

  /** The place of an organization in the order of all that ever were; it survives its removal. */
  place(id: string): number {
    const place = this.#places.get(id) ?? this.#places.size;
    this.#places.set(id, place);
    return place;
  }

  #seal(place: number, userId: string, query: URLSearchParams): string {
    const filters = [...query]
      .filter(([key]) => key !== 'page_token' && key !== 'page_size')
      .sort();
    const bound = JSON.stringify([place, userId, filters]);
    return createHash('sha256').update(this.#secret).update(bound).digest('base64url').slice(0, 22);
  }

  /** A token to go on behind this place. */
  make(place: number, userId: string, query: URLSearchParams): string {
    return Buffer.from(`${place}.${this.#seal(place, userId, query)}`).toString('base64url');
  }

  /** The place, or `null` for a token that does not belong to this user and these filters. */
  read(token: string, userId: string, query: URLSearchParams): number | null {
    const [place, seal] = Buffer.from(token, 'base64url').toString().split('.');
    return seal === this.#seal(Number(place), userId, query) ? Number(place) : null;
  }
}

/** Size of a page: default 10; 0 is allowed by the reference without a meaning, we read it as the default. */
function pageSize(query: URLSearchParams): number | null {
  const text = query.get('page_size') ?? '10';
  const size = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(size >= 0 && size <= 1000)) return null;
  return size === 0 ? 10 : size;
}

/**
 * One page of the organizations a user may see.
 * @param show makes the item of an organization
 */
export function listPage(
  visible: OrganizationState[],
  all: Map<string, OrganizationState>,
  query: URLSearchParams,
  userId: string,
  tokens: PageTokens,
  show: (organization: OrganizationState) => unknown,
): Refused {
  const strange = [...query.keys()].find((key) => !knownQueries.has(key));
  if (strange !== undefined) {
    return refuse(`Unknown query parameter ${strange}`, `an unknown query parameter, ${strange}`);
  }
  const size = pageSize(query);
  if (size === null) {
    return refuse('page_size must be between 0 and 1000', 'page_size outside 0 to 1000');
  }
  for (const id of all.keys()) tokens.place(id);
  const matching = visible.filter(filterOf(query, all));
  const token = query.get('page_token');
  const after = token === null ? -1 : tokens.read(token, userId, query);
  if (after === null) {
    return refuse('Invalid page_token', 'a page token that does not belong to these filters');
  }
  const rest = matching.filter(({ id }) => tokens.place(id) > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const more = last !== undefined && rest.length > size;
  const info = {
    total_size: matching.length,
    ...(more ? { next_page_token: tokens.make(tokens.place(last.id), userId, query) } : {}),
  };
  return { reply: success(page.map(show), { result_info: info }) };
}
