/** How a profile call answers with the organization's page, without knowing who puts it together. */
import type { Outcome } from '../../shared/failure';
import type { OrganizationView } from '../../shared/organization';

/** The page of an organization as it is now; `organization.not-saved-here` when there is none. */
export type PageOf = (organizationId: string) => Outcome<OrganizationView>;
