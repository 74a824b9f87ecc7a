/** The client of Cloudflare's API, as other modules may use it. */
export { rayId } from './audit-log';
export { authorizerOf } from './authorizer';
export { checkAuthorization, explainForbidden, isForbidden } from './forbidden';
export { organizationPages } from './organization-pages';
export { profilePath } from './routes';
export type { Cloudflare } from './client';
export type {
  AuditEntry,
  Authorization,
  AuthorizationSource,
  Authorizer,
  EntryRef,
  ListingPage,
  RemoteProfile,
  RequestOptions,
} from './types';
