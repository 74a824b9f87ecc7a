/**
 * Submitting, deciding, giving up and accepting changes. *Save* never sends anything itself: it puts
 * the edit into the outbox in one transaction and wakes the scheduler, online and offline alike.
 */
import { unsendable } from '../../shared/advice';
import type { Handlers } from '../../shared/bridge';
import { failed, success, type Outcome } from '../../shared/failure';
import { FIELD_NAMES } from '../../shared/profile';
import type { Store } from '../store/tables';
import { acceptIn, discardIn } from './ending';
import type { PageOf } from './page';
import { resolveIn } from './resolving';
import { submitIn } from './submitting';

/** What the calls need. */
export interface ChangesOptions {
  store: Store;
  now: () => number;
  pageOf: PageOf;
  /** Told when an organization's change or draft changed. */
  onChanged: (organizationId: string) => void;
  /** Wakes the scheduler: this organization's change may be sent. */
  wake: (organizationId: string) => void;
  /** A change was given up: what became of a write of it must be found out. */
  gaveUp: (organizationId: string) => void;
  /** Tries a waiting change now. */
  retryNow: (organizationId: string) => void;
}

/** The calls of room `changes`. */
export function createChanges(options: ChangesOptions): Handlers<'changes'> {
  const { store, now, pageOf, onChanged, wake, gaveUp, retryNow } = options;

  /** Ends a pending change by a decision of the person, then answers with the page. */
  function end(organizationId: string, how: typeof discardIn): ReturnType<PageOf> {
    const ended = store.write((tables) => how(tables, organizationId, now()));
    if (!ended.ok) return ended;
    if (!ended.value) return failed('change.none');
    onChanged(organizationId);
    return pageOf(organizationId);
  }

  return {
    submit({ organizationId, ...typed }) {
      if (FIELD_NAMES.some((field) => unsendable(typed.edits[field] ?? ''))) {
        return failed('profile.unsendable');
      }
      const done = store.write((tables) => submitIn(tables, organizationId, typed, now()));
      if (!done.ok) return done;
      if (done.value === 'unknown') return failed('organization.not-saved-here');
      if (done.value === 'nothing') return failed('change.none');
      onChanged(organizationId);
      wake(organizationId);
      return pageOf(organizationId);
    },
    retry({ organizationId }): Outcome<null> {
      // What the person asks for on the page does not wait for a job that is paused or behind.
      const released = store.write((tables) => tables.outbox.release(organizationId));
      if (!released.ok) return released;
      retryNow(organizationId);
      return success(null);
    },
    discard({ organizationId }) {
      const page = end(organizationId, discardIn);
      gaveUp(organizationId);
      return page;
    },
    acceptAsStored: ({ organizationId }) => end(organizationId, acceptIn),
    resolve(decision) {
      const { organizationId } = decision;
      const done = store.write((tables) => resolveIn(tables, decision, now()));
      if (!done.ok) return done;
      if (done.value !== 'queued' && done.value !== 'over') return failed(done.value);
      onChanged(organizationId);
      if (done.value === 'queued') wake(organizationId);
      return pageOf(organizationId);
    },
  };
}
