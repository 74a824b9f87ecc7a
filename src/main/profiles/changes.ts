/**
 * Submitting, giving up and accepting changes. *Save* never sends anything itself: it puts the edit
 * into the outbox in one transaction and wakes the scheduler, online and offline alike.
 */
import { unsendable } from '../../shared/advice';
import type { Handlers } from '../../shared/bridge';
import { failed, success, type Outcome } from '../../shared/failure';
import { EMPTY_PROFILE, FIELD_NAMES } from '../../shared/profile';
import { nextVersion } from '../store/change-version';
import type { OutboxRow, Store, Tables } from '../store/tables';
import { rebaseDraft } from '../sync/rebase-draft';
import { putDraft, type Typed } from './drafts';
import type { PageOf } from './page';

/** What the calls need. */
export interface ChangesOptions {
  store: Store;
  now: () => number;
  pageOf: PageOf;
  /** Told when an organization's change or draft changed. */
  onChanged: (organizationId: string) => void;
  /** Wakes the scheduler: something may be sent. */
  wake: () => void;
  /** Tries a waiting change now. */
  retryNow: (organizationId: string) => void;
}

/** The base a submission keeps when it replaces a row: what Cloudflare stored instead, if it did. */
function baseOfReplaced(row: OutboxRow): OutboxRow['base'] {
  return row.failure?.code === 'profile.stored-differently' && row.theirs ? row.theirs : row.base;
}

function submitIn(
  tables: Tables,
  organizationId: string,
  typed: Typed,
  now: number,
): 'submitted' | 'nothing' | 'unknown' {
  if (!tables.organizations.get(organizationId)) return 'unknown';
  const draft = putDraft(tables, organizationId, typed, now);
  const replaced = tables.outbox.get(organizationId);
  if (!draft) return 'nothing';
  tables.outbox.put({
    organizationId,
    version: nextVersion(tables),
    desired: draft.fields,
    base: replaced ? baseOfReplaced(replaced) : draft.base,
    attempted: replaced?.attempted ?? null,
    theirs: null,
    submittedAt: now,
    attempts: 0,
    nextAttemptAt: null,
    failure: null,
    state: 'queued',
    bulkRunId: null,
  });
  tables.drafts.remove(organizationId);
  return 'submitted';
}

/** Ends a change without sending it: its text stays as a revision, a draft on top is rebased. */
function discardIn(tables: Tables, organizationId: string, now: number): boolean {
  const row = tables.outbox.get(organizationId);
  if (!row) return false;
  tables.revisions.add({ organizationId, at: now, kind: 'discarded', fields: row.desired });
  tables.outbox.remove(organizationId);
  const saved = tables.profiles.get(organizationId)?.fields ?? EMPTY_PROFILE;
  rebaseDraft(tables, organizationId, saved, row.base);
  return true;
}

/** Takes what Cloudflare stored: it becomes the saved copy, and the change is over. */
function acceptIn(tables: Tables, organizationId: string, now: number): boolean {
  const row = tables.outbox.get(organizationId);
  if (row?.failure?.code !== 'profile.stored-differently' || !row.theirs) return false;
  const fields = row.theirs;
  const checkedAt = tables.profiles.get(organizationId)?.checkedAt ?? now;
  tables.profiles.put({
    organizationId,
    fields,
    confirmedAt: now,
    checkedAt,
    changedElsewhere: false,
  });
  tables.revisions.add({ organizationId, at: now, kind: 'saved', fields });
  tables.outbox.remove(organizationId);
  rebaseDraft(tables, organizationId, fields);
  return true;
}

/** The calls of room `changes`. */
export function createChanges(options: ChangesOptions): Handlers<'changes'> {
  const { store, now, pageOf, onChanged, wake, retryNow } = options;

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
      wake();
      return pageOf(organizationId);
    },
    retry({ organizationId }): Outcome<null> {
      retryNow(organizationId);
      return success(null);
    },
    discard: ({ organizationId }) => end(organizationId, discardIn),
    acceptAsStored: ({ organizationId }) => end(organizationId, acceptIn),
  };
}
