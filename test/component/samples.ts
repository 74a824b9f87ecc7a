/** Sample rows, sign-ins and pages for component tests. */
import { ATTENTION_REASONS } from '../../src/shared/attention';
import type {
  EntryName,
  OrganizationRow,
  OrganizationView,
  RowState,
} from '../../src/shared/organization';
import type { SignIn } from '../../src/shared/sign-in';
import type { ListedOrganization } from '../scripted/available-list';
import { view as emptyPage } from './organization/samples';

/** The nth organization id. */
export const id = (n: number): string => n.toString(16).padStart(32, '0');
/** The nth sign-in id. */
export const signInId = (n: number): string => n.toString(16).padStart(16, '0');

/** The names of an entry. */
export const entryName = (name: string, organizationName: string | null = null): EntryName => ({
  name,
  organizationName,
});

/** A row of the list. */
export function row(n: number, name: string, more: Partial<OrganizationRow> = {}): OrganizationRow {
  const reason = ATTENTION_REASONS.find((known) => known === more.state);
  return {
    id: id(n),
    kind: 'organization',
    name,
    organizationName: null,
    state: 'up-to-date' as RowState,
    attention: reason ? { reason, fields: [], code: null } : null,
    detail: `office${n}@example.com`,
    draftFields: 0,
    waitingSince: null,
    nextTryAt: null,
    saveId: null,
    changedAt: null,
    ...more,
  };
}

/** Many rows named Organization 0001 and so on. */
export function rows(count: number): OrganizationRow[] {
  return Array.from({ length: count }, (_, index) =>
    row(index + 1, `Organization ${String(index + 1).padStart(4, '0')}`),
  );
}

/** A sign-in that works. */
export function signIn(n: number, label: string, more: Partial<SignIn> = {}): SignIn {
  return {
    id: signInId(n),
    kind: 'key',
    label,
    email: `sign-in${n}@example.com`,
    readOnly: null,
    expiresAt: null,
    state: 'stored',
    checkedAt: null,
    issue: null,
    issueSince: null,
    organizations: 0,
    waiting: 0,
    paused: 0,
    ...more,
  };
}

/** An organization that Cloudflare lists for a sign-in. */
export function found(n: number, name: string, saved = false): ListedOrganization {
  return { id: id(n), name, saved };
}

/** The page of an organization that was never fetched. */
export function view(n: number, name: string): OrganizationView {
  return emptyPage({ id: id(n), name, signIn: null, profile: null });
}

/** A well-formed Global API Key that belongs to no account. */
export const KEY = 'c0ffee0123456789abcdef0123456789abcde';
