/** Deciding a conflict: per field mine or theirs, in one transaction. Nothing is sent by it. */
import type { Handlers } from '../../shared/bridge';
import type { FailureCode } from '../../shared/failure';
import { mergeProfiles } from '../../shared/merge';
import { mapFields, sameProfile, type FieldName, type Profile } from '../../shared/profile';
import { nextVersion } from '../store/change-version';
import type { Tables } from '../store/tables';
import { followCopy } from '../sync/rebase-draft';
import { keepText } from '../sync/kept-text';

/** What the person decided, and what they saw when they did. */
export type Decision = Parameters<Handlers<'changes'>['resolve']>[0];

/** Makes the copy the person decided about the saved one; mostly it is already. */
function keepTheirs(tables: Tables, organizationId: string, theirs: Profile, now: number): void {
  const saved = tables.profiles.get(organizationId);
  if (saved?.fields && sameProfile(saved.fields, theirs)) return;
  tables.profiles.put({
    organizationId,
    fields: theirs,
    confirmedAt: now,
    checkedAt: saved?.checkedAt ?? now,
    changedElsewhere: false,
  });
  tables.revisions.add({ organizationId, at: now, kind: 'observed', fields: theirs });
}

/**
 * Decides. A field that keeps mine begins from theirs now, so that only somebody's change after this
 * one asks again; a field that takes theirs leaves the change. A text given up that way stays as a
 * revision. The change is queued, or over when nothing is left to send; a draft on top follows.
 * Call inside `Store.write`.
 *
 * @returns `queued`, `over`, or why nothing was decided: `change.moved-on` when the person saw
 *   another change or another copy, `profile.conflict` when a field is still undecided
 */
export function resolveIn(
  tables: Tables,
  { organizationId, version, theirs, choices }: Decision,
  now: number,
): 'queued' | 'over' | FailureCode {
  const row = tables.outbox.get(organizationId);
  const isSeen = row?.version === version && row.theirs && sameProfile(row.theirs, theirs);
  if (row?.state !== 'conflict' || !isSeen) return 'change.moved-on';
  const { conflicts, base: began } = mergeProfiles({
    base: row.base,
    mine: row.desired,
    theirs,
    attempted: row.attempted,
  });
  if (conflicts.some((field) => choices[field] === undefined)) return 'profile.conflict';
  const taken = conflicts.filter((field) => choices[field] === 'theirs');
  // Where theirs is mine already, as after a lost answer, nothing is left to change: what is typed on
  // top begins from there, or an earlier text of our own would look like somebody's.
  const settled = (field: FieldName): boolean =>
    conflicts.includes(field) || row.desired[field] === theirs[field];
  const base = mapFields((field) => (settled(field) ? theirs : began)[field]);
  const desired = mapFields((field) => (taken.includes(field) ? theirs : row.desired)[field]);
  if (taken.length > 0) {
    const given = { base: row.base, fields: row.desired };
    keepText(tables, { organizationId, at: now, kind: 'replaced', ...given });
  }
  const { merged } = mergeProfiles({ base, mine: desired, theirs, attempted: null });
  if (sameProfile(merged, theirs)) {
    keepTheirs(tables, organizationId, theirs, now);
    tables.outbox.remove(organizationId);
    tables.bulk.end(organizationId, version, taken.length > 0 ? 'cancelled' : 'done');
    followCopy(tables, organizationId, theirs, conflicts);
    return 'over';
  }
  const newer = nextVersion(tables);
  tables.bulk.follow(organizationId, version, newer);
  tables.outbox.put({
    ...row,
    version: newer,
    base,
    desired,
    // The copy decided about shows what became of every earlier write.
    attempted: null,
    theirs: null,
    submittedAt: now,
    attempts: 0,
    nextAttemptAt: null,
    failure: null,
    state: 'queued',
    // It is the person's own decision now: a job that is paused or behind does not hold it up.
    bulkRunId: null,
  });
  followCopy(tables, organizationId, desired, conflicts);
  return 'queued';
}
