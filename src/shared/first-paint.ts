/**
 * What the first paint needs: sizes of the list, and the calls that the preload makes early. The preload must stay
 * small, so this file must not import the schemas of the contract.
 */

/** Height of a row of the list, in px. */
export const ROW_HEIGHT = 55;

/** Most rows in one answer; more than the tallest screen shows. */
export const LIST_LIMIT = 200;

/** Smallest width of the list beside a page, in CSS px. */
export const MIN_SIDEBAR_WIDTH = 240;

/** Largest width of the list, as a part of the width of the window. */
export const MAX_SIDEBAR_SHARE = 0.4;

/** The whole list by name, which the window shows first. */
export const FIRST_QUERY = {
  search: '',
  filter: 'all',
  signIn: null,
  parent: null,
  label: null,
  group: 'none',
  order: 'name',
} as const;

/** How many rows fill this height in px. */
export function rowsPerScreen(height: number): number {
  return Math.min(LIST_LIMIT, Math.ceil(height / ROW_HEIGHT) + 1);
}

/** A call of the contract with its request. */
export interface FirstCall {
  namespace: string;
  name: string;
  request: unknown;
}

/**
 * The calls for the first paint.
 * @param height of the page, in px
 */
export function firstCalls(height: number): FirstCall[] {
  const firstRows = { query: FIRST_QUERY, offset: 0, limit: rowsPerScreen(height) };
  return [
    { namespace: 'organizations', name: 'list', request: firstRows },
    { namespace: 'app', name: 'locale', request: null },
    { namespace: 'app', name: 'banners', request: null },
    { namespace: 'app', name: 'lastWindow', request: null },
    { namespace: 'signIns', name: 'list', request: null },
  ];
}
