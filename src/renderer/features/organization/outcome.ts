/**
 * Where a change stands, as one of a few kinds: what the status region says and which ways out it
 * offers follow from the kind alone.
 */
import type { Connection } from '../../../shared/connection';
import type { Notice } from '../../../shared/failure';
import type { OrganizationView, PendingChange } from '../../../shared/organization';
import { touchedFields } from '../../../shared/patch';
import { FIELD_NAMES, type FieldName } from '../../../shared/profile';

/** The kinds of outcome, from under way to needing the person. */
export type OutcomeKind =
  'saving' | 'confirmed' | 'waiting' | 'paused' | 'conflict' | 'stored-differently' | 'refused';

function changeKind(change: PendingChange, connection: Connection['state']): OutcomeKind {
  // Another try of what waits is not more than that until Cloudflare has answered: at every try the
  // buttons would go from under the pointer, and come back when it fails.
  const trying = change.step === 'reading' && change.state === 'waiting';
  if (change.step !== null && !trying) return 'saving';
  switch (change.state) {
    case 'queued':
      // Its turn comes at once while Cloudflare answers; saying "waiting" for a moment would be noise.
      return connection === 'offline' ? 'waiting' : 'saving';
    case 'waiting':
      return 'waiting';
    case 'paused':
      return 'paused';
    case 'conflict':
      return 'conflict';
    case 'differs':
      return 'stored-differently';
    case 'refused':
      return 'refused';
  }
}

/**
 * The outcome to show, or null when there is nothing to say.
 *
 * @param submitting whether the window is handing over a change right now
 */
export function outcomeOf(
  view: OrganizationView,
  connection: Connection['state'],
  submitting = false,
): OutcomeKind | null {
  if (submitting) return 'saving';
  if (view.change) return changeKind(view.change, connection);
  return view.confirmed ? 'confirmed' : null;
}

/** Whether the person can have the change sent again or give it up. */
export function canDiscard(kind: OutcomeKind): boolean {
  return kind !== 'saving' && kind !== 'confirmed';
}

/** Whether trying again can lead anywhere: never in a conflict, which needs a decision first. */
export function canTryAgain(kind: OutcomeKind): boolean {
  return canDiscard(kind) && kind !== 'conflict';
}

/**
 * The fields that were found changed at Cloudflare since the person last looked, where that is worth
 * saying: a conflict shows them already, and while saving something else is being read.
 */
export function newsOf(
  kind: OutcomeKind | null,
  { news }: OrganizationView,
): readonly FieldName[] | null {
  if (kind === 'saving' || kind === 'conflict' || kind === 'stored-differently') return null;
  return news && news.fields.length > 0 ? news.fields : null;
}

/** The fields that Cloudflare stored in another form than they were sent. */
export function storedDifferently({ patch, remote, conflicts }: PendingChange): FieldName[] {
  if (!remote) return [];
  // A job's field that was not sent is none of them.
  const written = conflicts.length > 0 ? conflicts : touchedFields(patch);
  return written.filter((field) => remote[field] !== patch[field]?.text);
}

/** What Cloudflare says about single fields in a refusal; each is shown beside its field. */
export function fieldNotices(change: PendingChange | null): Partial<Record<FieldName, Notice>> {
  const notices: Partial<Record<FieldName, Notice>> = {};
  if (change?.state !== 'refused') return notices;
  for (const field of FIELD_NAMES) {
    const notice = change.failure?.errors?.find((error) => error.field === field);
    if (notice) notices[field] = notice;
  }
  return notices;
}
