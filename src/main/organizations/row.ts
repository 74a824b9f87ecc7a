/** One row of the list, worked out from what the database holds and what is under way. */
import type { OrganizationRow, RowState } from '../../shared/organization';
import { changedFields } from '../../shared/profile';
import type { ListEntry } from '../store/tables';

/** Whether a field that a letterhead cannot do without is empty. */
function isIncomplete({ profile }: ListEntry): boolean {
  const fields = profile?.fields;
  if (!profile) return false;
  return (
    !fields || [fields.business_name, fields.business_email, fields.business_phone].includes('')
  );
}

function stateOf(entry: ListEntry, sending: boolean): RowState {
  const { change, credential, draft, profile } = entry;
  if (change?.state === 'conflict') return 'decide';
  if (change?.state === 'refused') {
    return change.failure?.code === 'profile.stored-differently' ? 'stored-differently' : 'refused';
  }
  if (credential === null || credential.trouble !== null || change?.state === 'paused') {
    return 'sign-in-trouble';
  }
  if (sending) return 'saving';
  if (change) return 'waiting';
  if (draft) return 'draft';
  if (profile?.changedElsewhere) return 'changed-elsewhere';
  return isIncomplete(entry) ? 'incomplete' : 'up-to-date';
}

/**
 * The row of one organization.
 * @param sending whether a change of it is on its way right now
 */
export function rowOf(entry: ListEntry, sending: boolean): OrganizationRow {
  const { organization, profile, draft, change } = entry;
  const waits = change !== null && change.state !== 'conflict' && change.state !== 'refused';
  return {
    id: organization.id,
    name: organization.name,
    state: stateOf(entry, sending),
    detail: (draft?.fields ?? change?.desired ?? profile?.fields)?.business_email ?? '',
    draftFields: draft ? changedFields(draft.base, draft.fields).length : 0,
    waitingSince: waits ? change.submittedAt : null,
    nextTryAt: change?.state === 'waiting' ? change.nextAttemptAt : null,
    changedAt: profile?.confirmedAt ?? null,
  };
}
