/** The person's decisions about a change that is in conflict, was stored differently or was refused. */
import { isEmpty, omit, pick, rebase, textsOf } from '../../shared/patch';
import { sameProfile, type Profile } from '../../shared/profile';
import { conflictingFields, storedDifferently } from './remote-copy';
import {
  endJobs,
  moveTo,
  revision,
  stay,
  type ChangeState,
  type EventOf,
  type PendingState,
  type Transition,
} from './state';

/** The pending change, if it is the one a decision is about. */
function decided(
  { pending }: ChangeState,
  { version, remote }: { version: number; remote: Profile | null },
  ...statuses: PendingState['status'][]
): PendingState | null {
  if (pending?.version !== version || !statuses.includes(pending.status)) return null;
  const shown = pending.remote;
  const isSame = shown && remote ? sameProfile(shown, remote) : shown === remote;
  return isSame ? pending : null;
}

/** Ends a conflict with the person's choices; they must cover every field in conflict. */
export function resolve(state: ChangeState, event: EventOf<'resolve'>): Transition {
  const pending = decided(state, event, 'conflict');
  if (!pending) return stay(state);
  const { choices, remote } = event;
  const asked = conflictingFields(pending);
  if (asked.some((field) => choices[field] === undefined)) return stay(state);
  const theirs = asked.filter((field) => choices[field] === 'theirs');
  const kept = omit(pending.patch, theirs);
  const mine = asked.filter((field) => choices[field] === 'mine');
  const attempted = omit(pending.attempted, asked);
  return moveTo(
    {
      ...state,
      draft: rebase(state.draft, theirs, remote),
      pending: isEmpty(kept)
        ? null
        : {
            ...pending,
            patch: rebase(kept, mine, remote),
            attempted,
            status: 'queued',
            remote: null,
          },
      abandoned: isEmpty(kept) ? { ...state.abandoned, ...attempted } : state.abandoned,
    },
    {
      revisions: revision('replaced', textsOf(pick(pending.patch, theirs))),
      jobs: endJobs(pending.patch, 'theirs', theirs),
    },
  );
}

/** Ends a change that was stored differently: what Cloudflare stored stays. */
export function accept(state: ChangeState, event: EventOf<'accept'>): Transition {
  const pending = decided(state, event, 'differs');
  if (!pending) return stay(state);
  const fields = storedDifferently(pending);
  const patch = omit(pending.patch, fields);
  const attempted = omit(pending.attempted, fields);
  const left: PendingState = { ...pending, patch, attempted, status: 'queued', remote: null };
  return moveTo(
    {
      ...state,
      draft: rebase(state.draft, fields, event.remote),
      pending: isEmpty(patch) ? null : left,
      abandoned: isEmpty(patch) ? { ...state.abandoned, ...attempted } : state.abandoned,
    },
    {
      revisions: [
        ...revision('replaced', textsOf(pick(pending.patch, fields))),
        ...revision('accepted', event.remote),
      ],
      jobs: endJobs(pending.patch, 'theirs', fields),
    },
  );
}

/** Requeues a change that was refused or stored differently. */
export function retry(state: ChangeState, event: EventOf<'retry'>): Transition {
  const pending = decided(state, event, 'differs', 'refused');
  if (!pending) return stay(state);
  return moveTo({ ...state, pending: { ...pending, status: 'queued', remote: null } });
}
