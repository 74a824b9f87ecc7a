/** Cloudflare's audit log, as other modules may use it. */
export { createAuthorLookup, type AuthorLookup } from './author-lookup';
