/**
 * Judges jobs over several organizations. A job that the app acknowledged is complete on disk; an unanswered job is
 * complete or absent. A job touches only its own fields. Pausing, resuming and canceling a job persists.
 */
import { afterCancelOf, CANCELED_STAGES } from '../../../src/main/database';
import { touchedFields } from '../../../src/shared/patch';
import type { Disk, JobOnDisk, OnDisk } from '../support/disk';
import { lastAction, type JobRecord } from '../support/job-record';
import { note, settleSubmission, type Known, type Submission } from '../support/record';
import { now } from '../support/time';

/** Removes a job from the record that was never stored by the app. */
function forget(jobs: JobRecord[], job: JobRecord, organizations: readonly Known[]): void {
  jobs.splice(jobs.indexOf(job), 1);
  for (const known of organizations) {
    known.submissions = known.submissions.filter((one) => one.job !== job);
  }
}

/** Finds a job on disk. The id of an unanswered job is unknown: it is the job that belongs to no other record. */
function find(jobs: readonly JobRecord[], job: JobRecord, disk: Disk): JobOnDisk | null {
  if (job.id !== null) return disk.jobs.get(job.id) ?? null;
  const isFree = (id: string): boolean => !jobs.some((other) => other.id === id);
  // A job that is still being planned was never acknowledged, and the app removes it at the next launch.
  const found = [...disk.jobs].find(([id, { stage }]) => isFree(id) && stage !== 'planning');
  if (!found) return null;
  [job.id] = found;
  return found[1];
}

/** Whether a different text was saved in one of the job's fields between its preview and its submission. */
function isOutdated(
  known: Known,
  { plannedAt, at }: JobRecord,
  { edits, seen }: Submission,
): boolean {
  return known.submissions.some(
    (one) =>
      one.at > plannedAt &&
      one.doneAt !== null &&
      one.doneAt < at &&
      touchedFields(edits).some(
        (field) => one.edits[field] !== undefined && !seen[field]?.includes(one.edits[field]),
      ),
  );
}

/**
 * Updates the record with the outcome of each item: an applied item counts as submitted; a skipped or canceled item
 * is removed.
 * @returns complaints
 */
function settleItems(
  job: JobRecord,
  { items }: JobOnDisk,
  organizations: readonly Known[],
): string[] {
  const complaints: string[] = [];
  for (const known of organizations) {
    const item = items.get(known.id);
    const submission = known.submissions.find((one) => one.job === job);
    if (!item || !submission || item.isPlanned || submission.doneAt !== null) continue;
    if (item.isApplied && isOutdated(known, job, submission)) {
      complaints.push(
        `job ${job.id}: applied over a text of ${known.name} that its preview did not show`,
      );
    }
    if (item.isApplied) settleSubmission(known, submission, now());
    else known.submissions = known.submissions.filter((one) => one !== submission);
    note(known, `job ${job.id}: ${item.isApplied ? 'applied' : 'skipped or canceled'}`);
  }
  job.isApplied = [...items.values()].every(({ isPlanned }) => !isPlanned);
  return complaints;
}

function judgeJob(job: JobRecord, { stage, paused, items }: JobOnDisk): string[] {
  const complaints: string[] = [];
  const complain = (what: string): void => void complaints.push(`job ${job.id}: ${what}`);
  if (stage === 'planning') complain('it was acknowledged and is still being planned');
  const missing = [...job.items.keys()].filter((id) => !items.has(id));
  const added = [...items.keys()].filter((id) => !job.items.has(id));
  if (missing.length > 0) complain(`it is incomplete: ${missing.join(', ')} missing`);
  if (added.length > 0) complain(`it changes ${added.join(', ')}, which it was not submitted for`);
  const cancel = lastAction(job, ['cancel']);
  const last = lastAction(job, ['pause', 'resume', 'dismiss']);
  if (last?.doneAt != null && !cancel) {
    if (last.kind === 'pause' && !paused) complain('it was paused and is not');
    if (last.kind === 'resume' && paused) complain('it was resumed and is paused');
  }
  const then = afterCancelOf(stage);
  if (cancel?.doneAt != null && then === null) complain('it was canceled and is not');
  // The first choice stands.
  const first = job.actions.find(({ kind }) => kind === 'cancel');
  if (first?.doneAt != null && then && then !== first.then) {
    complain(`it was canceled to ${first.then} its texts, and it does ${then} them`);
  }
  const isOver = then !== null && stage === CANCELED_STAGES[then][1];
  if (isOver && [...items.values()].some(({ isPlanned }) => isPlanned)) {
    complain('it was canceled and is not applied yet');
  }
  return complaints;
}

/** Compares the jobs with the disk and updates their records. Returns complaints. */
export function judgeJobs(
  jobs: JobRecord[],
  organizations: readonly Known[],
  disk: Disk,
): string[] {
  return [...jobs].flatMap((job) => {
    const found = find(jobs, job, disk);
    if (!found) {
      if (job.doneAt === null) forget(jobs, job, organizations);
      // The app forgets a job once it is dismissed and none of its changes is pending.
      else if (!lastAction(job, ['dismiss'])) return [`job ${job.id}: it is missing`];
      return [];
    }
    job.doneAt ??= now();
    return [...settleItems(job, found, organizations), ...judgeJob(job, found)];
  });
}

/** Whether a change that waited for the person may have been queued again since then. */
function wasSentOn(known: Known, job: JobRecord, since: number): boolean {
  return (
    known.decisions.some(({ kind, at }) => kind === 'mine' && at >= since) ||
    known.submissions.some(({ at }) => at >= since) ||
    job.actions.some(({ kind, at }) => kind === 'retry' && at >= since)
  );
}

/** Complaints about the fields of jobs in an organization's pending change. */
export function judgeOwnFields(
  known: Known,
  jobs: readonly JobRecord[],
  { change }: OnDisk,
  disk: Disk,
): string[] {
  const patch = change?.patch ?? {};
  return touchedFields(patch).flatMap((field) => {
    const { text, save: id } = patch[field]!;
    const quoted = `${field}: ${JSON.stringify(text)} is pending`;
    if (id === undefined) {
      const isSubmitted = known.submissions.some(({ edits }) => edits[field] === text);
      return isSubmitted ? [] : [`${quoted} and was never submitted`];
    }
    const job = jobs.find((one) => one.id === id);
    if (!job) return [`${quoted} for a job that was never submitted`];
    if (job.items.get(known.id)?.[field] !== text) return [`${quoted} and is not its job's`];
    const found = disk.jobs.get(id);
    if (found?.items.get(known.id)?.isPlanned) return [`${quoted} and its job is not applied yet`];
    const cancel = lastAction(job, ['cancel']);
    const isOver =
      cancel?.doneAt != null && (found?.stage === 'canceled' || found?.stage === 'discarded');
    const isToBeSent = ['queued', 'waiting', 'paused'].includes(change!.state);
    // A field that was being written or decided about when the job was canceled is left alone.
    if (!isOver || !isToBeSent || touchedFields(change!.attempted).length > 0) return [];
    return wasSentOn(known, job, cancel.at) ? [] : [`${quoted} although its job was canceled`];
  });
}
