/** Cloudflare's audit log, as other modules may use it. */
export { createAuthorLookup } from './author-lookup';
