/** The client of Cloudflare's API, as other modules may use it. */
export { explainForbidden, isForbidden } from './forbidden';
export { organizationPages } from './organization-pages';
export type {
  Authorization,
  AuthorizationSource,
  Cloudflare,
  OrganizationPage,
  RemoteOrganization,
  RemoteProfile,
  RequestOptions,
} from './types';
