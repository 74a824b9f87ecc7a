/**
 * The person's decisions about a change that conflicts, was stored differently or was refused. In the same transition
 * the person becomes the owner of every field they decide: a save that was canceled before takes nothing of it back.
 */
import { isEmpty, omit, pick, rebase, textsOf, touchedFields } from '../../shared/patch';
import { sameProfile, type Profile } from '../../shared/profile';
import { conflictingFields, fieldsStoredDifferently } from './remote-copy';
import {
  endSaves,
  fieldsOwnedBy,
  moveTo,
  ownedByPerson,
  revision,
  unchanged,
  type ChangeState,
  type EventOf,
  type PendingState,
  type Transition,
} from './state';

/** The pending change. Null if its version, copy or status is not what the person saw and decided about. */
function pendingAsShown(
  { pending }: ChangeState,
  { version, remote }: { version: number; remote: Profile | null },
  ...statuses: PendingState['status'][]
): PendingState | null {
  if (pending?.version !== version || !statuses.includes(pending.status)) return null;
  const shown = pending.remote;
  const isSame = shown && remote ? sameProfile(shown, remote) : shown === remote;
  return isSame ? pending : null;
}

/** Resolves a conflict. The choices must cover every conflicting field, otherwise nothing changes. */
export function resolve(state: ChangeState, event: EventOf<'resolve'>): Transition {
  const pending = pendingAsShown(state, event, 'conflict');
  if (!pending) return unchanged(state);
  const { choices, remote } = event;
  const conflicting = conflictingFields(pending);
  if (conflicting.some((field) => choices[field] === undefined)) return unchanged(state);
  const theirs = conflicting.filter((field) => choices[field] === 'theirs');
  const remaining = omit(pending.patch, theirs);
  const mine = conflicting.filter((field) => choices[field] === 'mine');
  const attempted = omit(pending.attempted, conflicting);
  return moveTo(
    {
      ...state,
      draft: rebase(state.draft, theirs, remote),
      pending: isEmpty(remaining)
        ? null
        : {
            ...pending,
            patch: ownedByPerson(rebase(remaining, mine, remote), mine),
            attempted,
            status: 'queued',
            remote: null,
          },
    },
    {
      revisions: revision('replaced', textsOf(pick(pending.patch, theirs))),
      ends: [
        ...endSaves(pending.patch, 'theirs', theirs),
        ...endSaves(pending.patch, 'replaced', mine),
      ],
    },
  );
}

/** Accepts what Cloudflare stored instead of the texts sent. Other fields of the change are queued. */
export function accept(state: ChangeState, event: EventOf<'accept'>): Transition {
  const pending = pendingAsShown(state, event, 'differs');
  if (!pending) return unchanged(state);
  const fields = fieldsStoredDifferently(pending);
  const patch = omit(pending.patch, fields);
  const attempted = omit(pending.attempted, fields);
  const remaining: PendingState = { ...pending, patch, attempted, status: 'queued', remote: null };
  return moveTo(
    {
      ...state,
      draft: rebase(state.draft, fields, event.remote),
      pending: isEmpty(patch) ? null : remaining,
    },
    {
      revisions: [
        ...revision('replaced', textsOf(pick(pending.patch, fields))),
        ...revision('accepted', event.remote),
      ],
      ends: endSaves(pending.patch, 'theirs', fields),
    },
  );
}

/**
 * Tries a refused or differently stored change again. A person then owns what they decided: the fields stored differently,
 * or all fields of a refused change. A save retries only a refused change whose fields are all its own. What was stored
 * differently is decided on its page, which shows both texts.
 */
export function retry(state: ChangeState, event: EventOf<'retry'>): Transition {
  const { save } = event;
  const statuses = save === undefined ? (['differs', 'refused'] as const) : (['refused'] as const);
  const pending = pendingAsShown(state, event, ...statuses);
  if (!pending) return unchanged(state);
  const { patch, status } = pending;
  const queued: PendingState = { ...pending, status: 'queued', remote: null };
  if (save === undefined) {
    const decided = status === 'differs' ? fieldsStoredDifferently(pending) : touchedFields(patch);
    return moveTo(
      { ...state, pending: { ...queued, patch: ownedByPerson(patch, decided) } },
      { ends: endSaves(patch, 'replaced', decided) },
    );
  }
  const isItsOwn = fieldsOwnedBy(patch, [save]).length === touchedFields(patch).length;
  return isItsOwn ? moveTo({ ...state, pending: queued }) : unchanged(state);
}
