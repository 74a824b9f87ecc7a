/** The client of Cloudflare's API, as other modules may use it. */
export { authorizerOf } from './authorizer';
export { checkAuthorization, explainForbidden, isForbidden } from './forbidden';
export { organizationPages } from './organization-pages';
export type {
  Authorization,
  AuthorizationSource,
  Authorizer,
  Cloudflare,
  EntryRef,
  OrganizationPage,
  RemoteOrganization,
  RemoteProfile,
  RequestOptions,
  TokenStatus,
} from './types';
