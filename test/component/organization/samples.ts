/** Sample pages of one organization; tests pass only what differs. */
import type { Failure } from '../../../src/shared/failure';
import type { OrganizationView, PendingChange } from '../../../src/shared/organization';
import { touchedFields, type Patch } from '../../../src/shared/patch';
import { applyEdits, FIELD_NAMES, type Edits, type Profile } from '../../../src/shared/profile';
import type { SignIn } from '../../../src/shared/sign-in';

export const ENTRY_ID = '7f3c0a5be2d84c6d9a1f52c3b4e891ab';

/** The current time. The page shows ages, and those of a fixed date would change from day to day. */
export const NOW = Date.now();

/** The confirmed profile. */
export const SAVED: Profile = {
  business_name: 'Brightwater Clinics Ltd.',
  business_email: 'office@brightwater.example',
  business_phone: '+44 20 7946 0100',
  business_address: '12 Harbour Row\nLondon E14 9XX\nUnited Kingdom',
  external_metadata: '{"crm": "A-1042", "tier": "gold"}',
};

/** The sign-in of the organization. */
export const SIGN_IN: SignIn = {
  id: '00112233445566aa',
  kind: 'key',
  label: 'Head office sign-in',
  email: 'it@brightwater.example',
  readOnly: null,
  expiresAt: null,
  state: 'stored',
  checkedAt: NOW,
  issue: null,
  issueSince: null,
  organizations: 2,
  waiting: 0,
  paused: 0,
};

/** A page with a saved copy and nothing else, except for `different`. */
export function view(different: Partial<OrganizationView> = {}): OrganizationView {
  return {
    id: ENTRY_ID,
    kind: 'organization',
    name: 'Brightwater Clinics',
    parent: null,
    createdAt: null,
    signIn: SIGN_IN,
    profile: { fields: SAVED, confirmedAt: NOW - 3_600_000, checkedAt: NOW - 120_000 },
    draft: null,
    viewNumber: 0,
    editNumber: 0,
    change: null,
    hasUnreadableEdits: false,
    refreshing: false,
    refreshFailure: null,
    changedElsewhere: null,
    remarks: { missing: [], advice: [] },
    lastChange: null,
    labels: [],
    latestRevision: null,
    confirmed: null,
    ...different,
  };
}

/** A saved copy with these fields, checked two minutes ago. */
export function savedCopy(fields: Profile | null): OrganizationView['profile'] {
  return { fields, confirmedAt: NOW - 3_600_000, checkedAt: NOW - 120_000 };
}

/** A patch with these texts over `base`. */
export function patch(edits: Edits, base: Profile = SAVED): Patch {
  const touched: Patch = {};
  for (const field of touchedFields(edits)) {
    touched[field] = { base: base[field], text: edits[field] ?? '' };
  }
  return touched;
}

/** A draft with these texts over `base`. */
export function draft(edits: Edits, base: Profile = SAVED): OrganizationView['draft'] {
  return { patch: patch(edits, base), updatedAt: NOW };
}

/** A change in conflict with the texts `theirs` at Cloudflare. */
export function conflicting(
  edits: Edits,
  theirs: Edits,
  different: Partial<PendingChange> = {},
): PendingChange {
  const remote = applyEdits(SAVED, theirs);
  const pending = change(edits, {
    state: 'conflict',
    remote,
    failure: { code: 'profile.conflict' },
  });
  const conflicts = FIELD_NAMES.filter((field) => {
    const edit = pending.patch[field];
    return edit && remote[field] !== edit.text && remote[field] !== edit.base;
  });
  return { ...pending, conflicts, ...different };
}

/** A change with these edits that has been waiting for ten minutes. */
export function change(edits: Edits, different: Partial<PendingChange> = {}): PendingChange {
  return {
    version: 1,
    patch: patch(edits),
    remote: null,
    conflicts: [],
    remoteAuthor: null,
    submittedAt: NOW - 600_000,
    attempts: 1,
    nextTryAt: NOW + 60_000,
    state: 'waiting',
    step: null,
    failure: { code: 'network.unreachable' } satisfies Failure,
    ...different,
  };
}
