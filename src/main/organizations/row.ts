/** One row of the list: its state, and why it needs attention. */
import { remarksOf, type Attention } from '../../shared/attention';
import {
  entryNameOf,
  needsDecision,
  type OrganizationRow,
  type PendingChange,
  type RowState,
} from '../../shared/organization';
import { textsOf, touchedFields } from '../../shared/patch';
import type { ListEntry } from '../database';

/**
 * Why an entry needs attention, or null. If there are several reasons, the first in the order of
 * `ATTENTION_REASONS` counts. A missing or failing sign-in has a banner already, so a row mentions the sign-in only
 * if a change waits for it.
 */
function attentionOf(entry: ListEntry): Attention | null {
  const { change, signIn, profile } = entry;
  const because = (reason: Attention['reason'], more: Partial<Attention> = {}): Attention => ({
    reason,
    fields: [],
    code: null,
    ...more,
  });
  if (change?.state === 'conflict') return because('decide');
  if (change?.state === 'differs' || change?.state === 'refused') {
    const reason = change.state === 'differs' ? 'stored-differently' : 'refused';
    return because(reason, { code: change.failure?.code ?? null });
  }
  if (change?.state === 'paused') {
    if (signIn === null) return because('no-sign-in');
    const issue = signIn.issue ?? change.failure;
    return because('sign-in-issue', { code: issue?.code ?? null });
  }
  if (profile?.changedElsewhere) return because('changed-elsewhere');
  const { missing, advice } = remarksOf(entry);
  if (missing.length > 0) return because('incomplete', { fields: missing });
  return advice.length > 0 ? because('advice', { fields: advice }) : null;
}

function stateOf(
  { change, draft, signIn }: ListEntry,
  attention: Attention | null,
  step: PendingChange['step'],
): RowState {
  // Nothing continues until the person acts.
  const isUpToPerson = change !== null && (needsDecision(change) || change.state === 'paused');
  if (attention && isUpToPerson) return attention.reason;
  // A change counts as saving only once a write is on its way; before that it is waiting.
  if (step === 'writing' || step === 'confirming') return 'saving';
  if (change) return 'waiting';
  if (draft) return 'draft';
  if (attention) return attention.reason;
  return signIn === null ? 'no-sign-in' : 'up-to-date';
}

/**
 * The row of one entry.
 * @param step the running step of its send, or null
 */
export function rowOf(entry: ListEntry, step: PendingChange['step']): OrganizationRow {
  const { organization, profile, draft, change } = entry;
  const attention = attentionOf(entry);
  const texts = {
    ...profile?.fields,
    ...textsOf(change?.patch ?? {}),
    ...textsOf(draft?.patch ?? {}),
  };
  return {
    id: organization.id,
    kind: organization.kind,
    ...entryNameOf(organization),
    state: stateOf(entry, attention, step),
    attention,
    detail: texts.business_email ?? '',
    draftFields: draft ? touchedFields(draft.patch).length : 0,
    waitingSince: change && !needsDecision(change) ? change.submittedAt : null,
    nextTryAt: change?.state === 'waiting' ? change.nextTryAt : null,
    saveId: change?.saveId ?? null,
    changedAt: profile?.confirmedAt ?? null,
  };
}
