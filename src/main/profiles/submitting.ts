/** Submitting an edit: the outbox row in, the draft out, in one transaction. Nothing is sent by it. */
import { mapFields, type Profile } from '../../shared/profile';
import { nextVersion } from '../store/change-version';
import type { DraftRow, GivenUpRow, OutboxRow, Tables } from '../store/tables';
import { touchedFields } from '../sync/plan';
import { putDraft, type Typed } from './drafts';
import { keepText } from '../sync/kept-text';

/**
 * The base of a submission that replaces another: fields of that one go on from where it began, or
 * from what Cloudflare stored instead of it; the others from what the person saw when they typed.
 */
function baseOver(replaced: OutboxRow, draft: Pick<DraftRow, 'fields' | 'base'>): Profile {
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

/**
 * Another submission takes the place of this one. Its text is kept, unless the new one contains it; what
 * stands for it in a bulk job stands for the new one then, else that is over.
 */
function replace(tables: Tables, replaced: OutboxRow, by: Submission): void {
  const { organizationId, version, base, desired: fields } = replaced;
  if (touchedFields(replaced).every((field) => by.fields[field] === fields[field])) {
    tables.bulk.follow(organizationId, version, by.version);
    return;
  }
  keepText(tables, { organizationId, at: by.at, kind: 'replaced', base, fields });
  tables.bulk.end(organizationId, version, 'cancelled');
}

/** An edit to be submitted. */
export interface Submission {
  organizationId: string;
  /** One that no other submission has. */
  version: number;
  fields: Profile;
  /** What the person saw when they began. */
  base: Profile;
  at: number;
  bulkRunId: string | null;
}

/** Puts an edit into the outbox, in place of one that is there. Call inside `Store.write`. */
export function putChange(tables: Tables, submission: Submission): void {
  const { organizationId, version, fields, at, bulkRunId } = submission;
  const replaced = tables.outbox.get(organizationId);
  if (replaced) replace(tables, replaced, submission);
  const base = replaced ? baseOver(replaced, submission) : submission.base;
  const givenUp = tables.givenUp.get(organizationId);
  const attempted = replaced ? replaced.attempted : attemptOf(givenUp, base);
  tables.outbox.put({
    organizationId,
    version,
    desired: fields,
    base,
    attempted,
    theirs: null,
    submittedAt: at,
    attempts: 0,
    nextAttemptAt: null,
    failure: null,
    state: 'queued',
    bulkRunId,
  });
  if (givenUp) tables.givenUp.remove(organizationId);
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
  const version = nextVersion(tables);
  putChange(tables, { ...draft, version, at: now, bulkRunId: null });
  tables.drafts.remove(organizationId);
  return 'submitted';
}
