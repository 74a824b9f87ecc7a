/** Cloudflare's audit log, as other modules may use it. */
export { createAuthors, type Authors } from './authors';
