/** One row of the list, worked out from what the database holds and what is under way. */
import type { Attention } from '../../shared/attention';
import type { OrganizationRow, PendingChange, RowState } from '../../shared/organization';
import { textsOf, touchedFields } from '../../shared/patch';
import type { ListEntry } from '../database/tables';
import { attentionOf } from './attention';

/** What stands before everything else on a row: nothing goes on without the person. */
const FIRST: ReadonlySet<RowState> = new Set<RowState>([
  'decide',
  'refused',
  'stored-differently',
  'no-sign-in',
  'sign-in-issue',
]);

function stateOf(
  { change, draft, credential }: ListEntry,
  attention: Attention | null,
  step: PendingChange['step'],
): RowState {
  if (attention && FIRST.has(attention.reason)) return attention.reason;
  // Only what reached Cloudflare is being saved; until then it waits, however often it is tried.
  if (step === 'writing' || step === 'confirming') return 'saving';
  if (change) return 'waiting';
  if (draft) return 'draft';
  if (attention) return attention.reason;
  return credential === null ? 'no-sign-in' : 'up-to-date';
}

/**
 * The row of one organization.
 * @param step what is being done with a change of it right now, or null
 */
export function rowOf(entry: ListEntry, step: PendingChange['step']): OrganizationRow {
  const { organization, profile, draft, change } = entry;
  const waits = change !== null && ['queued', 'waiting', 'paused'].includes(change.state);
  const attention = attentionOf(entry);
  const texts = {
    ...profile?.fields,
    ...textsOf(change?.patch ?? {}),
    ...textsOf(draft?.patch ?? {}),
  };
  return {
    id: organization.id,
    name: organization.name,
    state: stateOf(entry, attention, step),
    attention,
    detail: texts.business_email ?? '',
    draftFields: draft ? touchedFields(draft.patch).length : 0,
    waitingSince: waits ? change.submittedAt : null,
    nextTryAt: change?.state === 'waiting' ? change.nextAttemptAt : null,
    changedAt: profile?.confirmedAt ?? null,
  };
}
