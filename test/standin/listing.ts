/**
 * GET /organizations: filters, pages and opaque tokens.
 * Cloudflare API reference, "List organizations": page_size 0 to 1000, default 10; a token is valid
 * with the same filters; no `next_page_token` means the last page.
 */
import { createHash, randomBytes } from 'node:crypto';
import { failure, success, type Reply } from './envelope';
import type { OrganizationState } from './entry-types';

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

/** An answer, and the protocol violation of the client, if any. */
interface ListAnswer {
  reply: Reply;
  violation?: string;
}

/** A refused query. The code is our choice: the schema only requires at least 1000. */
const refuse = (message: string, violation?: string): ListAnswer => ({
  reply: failure(400, [{ code: 1004, message }]),
  ...(violation === undefined ? {} : { violation }),
});

/** Whether `inner` is a descendant of `outer`. */
function isDescendant(
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

const includes = (list: string[], id: string | null) => id === null || list.includes(id);

/** Builds a function that decides whether an organization matches the filters of a query. */
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
      (inside === null || isDescendant(all.get(inside), organization.id, all)) &&
      includes(organization.accounts, account) &&
      includes(organization.members, user)
    );
  };
}

/** Creates and reads page tokens. A token is only valid for the same stand-in, user and filters. */
export class PageTokens {
  readonly #secret = randomBytes(16);
  readonly #positions = new Map<string, number>();

  /** The position of an organization among all that ever existed; it survives the organization's removal. */
  position(id: string): number {
    const position = this.#positions.get(id) ?? this.#positions.size;
    this.#positions.set(id, position);
    return position;
  }

  #seal(position: number, userId: string, query: URLSearchParams): string {
    const filters = [...query]
      .filter(([key]) => key !== 'page_token' && key !== 'page_size')
      .sort();
    const bound = JSON.stringify([position, userId, filters]);
    return createHash('sha256').update(this.#secret).update(bound).digest('base64url').slice(0, 22);
  }

  /** A token for the page after this position. */
  make(position: number, userId: string, query: URLSearchParams): string {
    return Buffer.from(`${position}.${this.#seal(position, userId, query)}`).toString('base64url');
  }

  /** The position that a token stands for; `null` if it belongs to a different user or filter. */
  read(token: string, userId: string, query: URLSearchParams): number | null {
    const [position, seal] = Buffer.from(token, 'base64url').toString().split('.');
    return seal === this.#seal(Number(position), userId, query) ? Number(position) : null;
  }
}

/**
 * The page size of a query; `null` if it is invalid. Default: 10. The reference allows 0 without saying what it
 * means; we use the default.
 */
function pageSize(query: URLSearchParams): number | null {
  const text = query.get('page_size') ?? '10';
  const size = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(size >= 0 && size <= 1000)) return null;
  return size === 0 ? 10 : size;
}

/**
 * One page of the organizations a user may see.
 * @param show builds the JSON of an organization
 */
export function listPage(
  visible: OrganizationState[],
  all: Map<string, OrganizationState>,
  query: URLSearchParams,
  userId: string,
  tokens: PageTokens,
  show: (organization: OrganizationState) => unknown,
): ListAnswer {
  const unknown = [...query.keys()].find((key) => !knownQueries.has(key));
  if (unknown !== undefined) {
    return refuse(`Unknown query parameter ${unknown}`, `an unknown query parameter, ${unknown}`);
  }
  const size = pageSize(query);
  if (size === null) {
    return refuse('page_size must be between 0 and 1000', 'page_size outside 0 to 1000');
  }
  for (const id of all.keys()) tokens.position(id);
  const matching = visible.filter(filterOf(query, all));
  const token = query.get('page_token');
  const after = token === null ? -1 : tokens.read(token, userId, query);
  if (after === null) {
    return refuse('Invalid page_token', 'a page token that does not belong to these filters');
  }
  const rest = matching.filter(({ id }) => tokens.position(id) > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const more = last !== undefined && rest.length > size;
  const info = {
    total_size: matching.length,
    ...(more ? { next_page_token: tokens.make(tokens.position(last.id), userId, query) } : {}),
  };
  return { reply: success(page.map(show), { result_info: info }) };
}
