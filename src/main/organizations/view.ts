/** An organization's page, put together from the database and what is under way. */
import { remarksOf } from '../../shared/attention';
import type { OrganizationView } from '../../shared/organization';
import type { FieldName } from '../../shared/profile';
import { conflictingFields, storedDifferently } from '../changes/machine';
import { pendingOf } from '../changes/repository';
import { countsOf, toSignIn } from '../sign-ins/view';
import type { OutboxRow, Tables } from '../database/tables';
import { foundSinceSubmission } from './mark-viewed';
import type { SendStatus } from '../sync/status';

/**
 * How a change stands. Behind the others of a bulk job, or in one that is paused, its turn may come in
 * half an hour: then it waits, and can be tried now or given up.
 */
function stateOf({ state, bulkJobId }: OutboxRow, isUnderWay: boolean): OutboxRow['state'] {
  return state === 'queued' && bulkJobId !== null && !isUnderWay ? 'waiting' : state;
}

/** When a change is tried next: when its own wait is over and that of all is. */
function nextTry({ state, nextAttemptAt }: OutboxRow, heldUntil: number): number | null {
  if (state !== 'waiting') return nextAttemptAt;
  return Math.max(nextAttemptAt ?? 0, heldUntil) || null;
}

/** The fields a person decides about. */
function decidedFields(change: OutboxRow): FieldName[] {
  if (change.state === 'conflict') return conflictingFields(pendingOf(change));
  return change.state === 'differs' ? storedDifferently(pendingOf(change)) : [];
}

/** The page of an organization, or null when it is not saved here. Call inside `Store.read`. */
export function viewOf(tables: Tables, id: string, progress: SendStatus): OrganizationView | null {
  const organization = tables.organizations.get(id);
  if (!organization) return null;
  const credential = organization.credentialId
    ? tables.credentials.get(organization.credentialId)
    : null;
  const profile = tables.profiles.get(id);
  const draft = tables.drafts.get(id);
  const change = tables.outbox.get(id);
  const { step, refreshing, refreshFailure, news, confirmed } = progress.of(id);
  return {
    id,
    name: organization.name,
    signIn: credential && toSignIn(credential, countsOf(tables)),
    profile,
    draft,
    draftNumber: progress.draftNumber(id),
    change: change && {
      ...change,
      conflicts: decidedFields(change),
      state: stateOf(change, step !== null),
      nextAttemptAt: nextTry(change, progress.heldUntil()),
      step,
    },
    refreshing,
    refreshFailure,
    news: news ?? (change?.state === 'conflict' ? foundSinceSubmission(tables, id, change) : null),
    remarks: remarksOf({ profile, change, advice: tables.profiles.advice(id) }),
    latestRevision: tables.revisions.latest(id),
    confirmed,
  };
}
