/** Submitting an edit: the outbox row in, the draft out, in one transaction. Nothing is sent by it. */
import { mapFields, type Profile } from '../../shared/profile';
import { nextVersion } from '../store/change-version';
import type { DraftRow, GivenUpRow, OutboxRow, Tables } from '../store/tables';
import { touchedFields } from '../sync/plan';
import { putDraft, type Typed } from './drafts';

/**
 * The base of a submission that replaces another: fields of that one go on from where it began, or
 * from what Cloudflare stored instead of it; the others from what the person saw when they typed.
 */
function baseOver(replaced: OutboxRow, draft: DraftRow): Profile {
  const { failure, theirs, base } = replaced;
  const began = failure?.code === 'profile.stored-differently' && theirs ? theirs : base;
  const old = touchedFields(replaced);
  const typed = touchedFields({ base: draft.base, desired: draft.fields });
  return mapFields(
    (field) => (typed.includes(field) && !old.includes(field) ? draft.base : began)[field],
  );
}

/** What may be at Cloudflare of a write that was given up: found there it is our own. */
function attemptOf(givenUp: GivenUpRow | null, base: Profile): Profile | null {
  if (!givenUp) return null;
  const written = touchedFields({ base: givenUp.base, desired: givenUp.attempted });
  return mapFields((field) => (written.includes(field) ? givenUp.attempted : base)[field]);
}

/** Keeps the text of a submission that another replaces, unless that one contains it. */
function keepReplaced(tables: Tables, replaced: OutboxRow, desired: Profile, at: number): void {
  const { organizationId, desired: fields } = replaced;
  if (touchedFields(replaced).every((field) => desired[field] === fields[field])) return;
  tables.revisions.add({ organizationId, at, kind: 'replaced', fields });
}

/** Submits what the person typed, with the draft that is there. Call inside `Store.write`. */
export function submitIn(
  tables: Tables,
  organizationId: string,
  typed: Typed,
  now: number,
): 'submitted' | 'nothing' | 'unknown' {
  if (!tables.organizations.get(organizationId)) return 'unknown';
  const draft = putDraft(tables, organizationId, typed, now);
  if (!draft) return 'nothing';
  const replaced = tables.outbox.get(organizationId);
  if (replaced) keepReplaced(tables, replaced, draft.fields, now);
  const base = replaced ? baseOver(replaced, draft) : draft.base;
  const attempted = replaced
    ? replaced.attempted
    : attemptOf(tables.givenUp.get(organizationId), base);
  tables.outbox.put({
    organizationId,
    version: nextVersion(tables),
    desired: draft.fields,
    base,
    attempted,
    theirs: null,
    submittedAt: now,
    attempts: 0,
    nextAttemptAt: null,
    failure: null,
    state: 'queued',
    bulkRunId: null,
  });
  tables.drafts.remove(organizationId);
  tables.givenUp.remove(organizationId);
  return 'submitted';
}
