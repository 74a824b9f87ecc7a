/** Builds an organization's page from the database and from the running sends and refreshes. */
import { remarksOf } from '../../shared/attention';
import type { Author } from '../../shared/history';
import type { OrganizationView } from '../../shared/organization';
import { touchedFields } from '../../shared/patch';
import { EMPTY_PROFILE, type Profile } from '../../shared/profile';
import { conflictAuthor, decidedFields, type Confirmed, type SendStatus } from '../changes';
import { countsOf, toSignIn } from '../sign-ins';
import type { OutboxRow, Tables } from '../database';
import { changedElsewhereSince } from './mark-viewed';

/**
 * The state of a change as the page shows it. A queued change of a save of many may be sent only half an hour
 * later, so it shows as waiting and can be retried or discarded. So does one that was not checked yet.
 */
function stateOf(
  { state, saveId }: OutboxRow,
  { isSending, isChecked }: { isSending: boolean; isChecked: boolean },
): OutboxRow['state'] {
  const isWaiting = (saveId !== null && !isSending) || !isChecked;
  return state === 'queued' && isWaiting ? 'waiting' : state;
}

/** Who made the change that the saved copy shows, if it was found at Cloudflare. */
function lastAuthor(tables: Tables, id: string): Author | null {
  const newest = tables.revisions.copyBefore(id, null);
  return newest?.kind === 'observed' ? newest.author : null;
}

/** The confirmation as the page shows it. It can be undone only while the saved copy has exactly what it confirmed. */
function confirmationOf(
  { texts, ...shown }: Confirmed,
  saved: Profile,
): OrganizationView['confirmed'] {
  const isCurrent = touchedFields(texts).every((field) => saved[field] === texts[field]);
  return isCurrent ? shown : { ...shown, replaced: {} };
}

/** The page of an organization, or null if it is not saved here. Call inside `Database.read`. */
export function viewOf(
  tables: Tables,
  id: string,
  sendStatus: SendStatus,
): OrganizationView | null {
  const organization = tables.organizations.get(id);
  if (!organization) return null;
  const signIn = organization.signInId ? tables.signIns.get(organization.signInId) : null;
  const profile = tables.profiles.get(id);
  const draft = tables.drafts.get(id);
  const change = tables.outbox.get(id);
  const { step, refreshing, refreshFailure, changedElsewhere, confirmed } = sendStatus.of(id);
  return {
    id,
    kind: organization.kind,
    name: organization.name,
    parent: organization.parent,
    createdAt: organization.createdAt,
    signIn: signIn && toSignIn(signIn, countsOf(tables)),
    profile,
    draft,
    viewNumber: sendStatus.nextViewNumber(),
    editNumber: sendStatus.editNumber(id),
    change: change && {
      ...change,
      conflicts: decidedFields(change),
      remoteAuthor: conflictAuthor(tables, change),
      state: stateOf(change, {
        isSending: step !== null,
        isChecked: tables.outbox.trust(id) !== 'unknown',
      }),
      step,
    },
    hasUnreadableEdits: tables.organizations.hasUnreadableEdits(id),
    refreshing,
    refreshFailure,
    changedElsewhere:
      changedElsewhere ??
      // In a conflict also after a restart.
      (change?.state === 'conflict' ? changedElsewhereSince(tables, id, change.submittedAt) : null),
    remarks: remarksOf({ profile, change, advice: tables.profiles.advice(id) }),
    labels: tables.labels.of([id]).map(({ label }) => label),
    lastChange: lastAuthor(tables, id),
    latestRevision: tables.revisions.latest(id),
    confirmed: confirmed && confirmationOf(confirmed, profile?.fields ?? EMPTY_PROFILE),
  };
}
