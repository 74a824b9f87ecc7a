/**
 * Jobs over several organizations: one that was answered is there whole, one that was not is whole or absent;
 * it touches only its own fields; and what the person did with it stays done.
 */
import { touchedFields } from '../../../src/shared/patch';
import type { Disk, JobOnDisk, OnDisk } from '../support/disk';
import { lastAction, type JobRecord } from '../support/job-record';
import { note, settleSubmission, type Known, type Submission } from '../support/record';
import { now } from '../support/time';

/** Forgets a job that never happened. */
function forget(jobs: JobRecord[], job: JobRecord, organizations: readonly Known[]): void {
  jobs.splice(jobs.indexOf(job), 1);
  for (const known of organizations) {
    known.submissions = known.submissions.filter((one) => one.job !== job);
  }
}

/** Finds a job on disk: one without an answer is the one that no other claims. */
function find(jobs: readonly JobRecord[], job: JobRecord, disk: Disk): JobOnDisk | null {
  if (job.id !== null) return disk.jobs.get(job.id) ?? null;
  const isFree = (id: string): boolean => !jobs.some((other) => other.id === id);
  // One that was still being planned was never confirmed, and is removed at the next start.
  const found = [...disk.jobs].find(([id, { stage }]) => isFree(id) && stage !== 'planning');
  if (!found) return null;
  [job.id] = found;
  return found[1];
}

/** Whether another text was saved in one of these fields between the preview of a job and its submission. */
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
 * What each item came to: applied ones are submissions, skipped and cancelled ones never were.
 * @returns what is wrong with that
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
        `job ${job.id}: applied over a text of ${known.name} its preview did not show`,
      );
    }
    if (item.isApplied) settleSubmission(known, submission, now());
    else known.submissions = known.submissions.filter((one) => one !== submission);
    note(known, `job ${job.id}: ${item.isApplied ? 'applied' : 'skipped or cancelled'}`);
  }
  job.isApplied = [...items.values()].every(({ isPlanned }) => !isPlanned);
  return complaints;
}

function judgeJob(job: JobRecord, { stage, paused, items }: JobOnDisk): string[] {
  const complaints: string[] = [];
  const say = (what: string): void => void complaints.push(`job ${job.id}: ${what}`);
  if (stage === 'planning') say('it was answered and is still being planned');
  const missing = [...job.items.keys()].filter((id) => !items.has(id));
  const added = [...items.keys()].filter((id) => !job.items.has(id));
  if (missing.length > 0) say(`it is half there: ${missing.join(', ')} missing`);
  if (added.length > 0) say(`it changes ${added.join(', ')}, which it was not submitted for`);
  const cancel = lastAction(job, ['cancel']);
  const last = lastAction(job, ['pause', 'resume', 'dismiss']);
  if (last?.doneAt != null && !cancel) {
    if (last.kind === 'pause' && !paused) say('it was paused and is not');
    if (last.kind === 'resume' && paused) say('it was resumed and is paused');
  }
  if (cancel?.doneAt != null) {
    if (stage === 'applying') say('it was cancelled and is still being applied');
    if ([...items.values()].some(({ isPlanned }) => isPlanned)) {
      say('it was cancelled and is still to be applied');
    }
  }
  return complaints;
}

/** Follows the jobs to what is on disk, and says what is wrong with them. */
export function judgeJobs(
  jobs: JobRecord[],
  organizations: readonly Known[],
  disk: Disk,
): string[] {
  return [...jobs].flatMap((job) => {
    const found = find(jobs, job, disk);
    if (!found) {
      if (job.doneAt === null) forget(jobs, job, organizations);
      // Forgotten once it was dismissed and nothing of it is pending.
      else if (!lastAction(job, ['dismiss'])) return [`job ${job.id}: it is gone`];
      return [];
    }
    job.doneAt ??= now();
    return [...settleItems(job, found, organizations), ...judgeJob(job, found)];
  });
}

/** Whether something since a moment may send what waits for the person. */
function wasSentOn(known: Known, job: JobRecord, since: number): boolean {
  return (
    known.decisions.some(({ kind, at }) => kind === 'mine' && at >= since) ||
    known.submissions.some(({ at }) => at >= since) ||
    job.actions.some(({ kind, at }) => kind === 'retry' && at >= since)
  );
}

/** What is wrong with the fields of jobs in the pending change of an organization. */
export function judgeOwnFields(
  known: Known,
  jobs: readonly JobRecord[],
  { change }: OnDisk,
  disk: Disk,
): string[] {
  const patch = change?.patch ?? {};
  return touchedFields(patch).flatMap((field) => {
    const { text, job: id } = patch[field]!;
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
    const isOver = cancel?.doneAt != null && found?.stage === 'sending';
    const isToBeSent = ['queued', 'waiting', 'paused'].includes(change!.state);
    // What was being written, or decided about, when the job was cancelled is left to end.
    if (!isOver || !isToBeSent || change!.attempted[field] === text) return [];
    return wasSentOn(known, job, cancel.at) ? [] : [`${quoted} although its job was cancelled`];
  });
}
