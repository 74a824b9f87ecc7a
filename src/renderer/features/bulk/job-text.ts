/** Texts about a job: its title, progress, time left and result. */
import type { BulkJob } from '../../../shared/bulk';
import type { Connection } from '../../../shared/connection';
import { m } from '../../../shared/messages';
import { listText, numberText, pluralInputs } from '../../../shared/messages/locale';
import type { Clock } from '../../state/clock.svelte';
import { fieldLabel } from '../../../shared/messages/field-labels';
import { timeOfDay } from '../../ui/time';

const MINUTE = 60_000;
/** Up to this many minutes, the time left is shown in minutes; above it, in hours. */
const MAX_MINUTES = 90;

/** The title of a job, such as *Change: Business phone*. */
export function jobTitle({ kind, fields }: Pick<BulkJob, 'kind' | 'fields'>): string {
  if (kind === 'import') return m.bulk_job_import();
  return m.bulk_job_change({ fields: listText(fields.map(fieldLabel)) });
}

/**
 * The time left as text, rounded up.
 *
 * @param timeLeft in ms
 */
export function timeLeftText(timeLeft: number): string {
  if (timeLeft < MINUTE) return m.bulk_remaining_under_a_minute();
  const minutes = Math.ceil(timeLeft / MINUTE);
  if (minutes <= MAX_MINUTES) return m.bulk_remaining_minutes({ count: minutes });
  return m.bulk_remaining_hours({ count: Math.ceil(minutes / 60) });
}

/** How long a job that has not ended still takes, or what it waits for. */
export function remainingText(
  {
    state,
    waiting,
    timeLeft,
    waitsUntil,
  }: Pick<BulkJob, 'state' | 'waiting' | 'timeLeft' | 'waitsUntil'>,
  connection: Pick<Connection, 'state'>,
  clock: Pick<Clock, 'ahead'>,
): string {
  // The first reason that applies wins. Until the user resumes a paused job, nothing else matters. If everything
  // left needs the user, neither connection nor rate limit delays the job. Offline comes before the rate limit,
  // because sending does not resume when only the limit ends.
  if (state === 'paused') return m.bulk_remaining_paused();
  if (waiting === 0) return m.bulk_remaining_needs_attention();
  if (connection.state === 'offline') return m.bulk_remaining_offline();
  if (clock.ahead(waitsUntil)) return m.bulk_remaining_limit({ time: timeOfDay(waitsUntil) });
  return timeLeft === null ? m.bulk_remaining_unknown() : timeLeftText(timeLeft);
}

/** How many changes of a job are saved, waiting, failed and canceled. Only the saved count is shown when zero. */
export function countTexts(job: Omit<BulkJob, 'id' | 'at'>): string[] {
  const nonZero = (count: number, message: (values: { count: string }) => string): string[] =>
    count > 0 ? [message({ count: numberText(count) })] : [];
  return [
    m.bulk_job_done({ done: numberText(job.done), total: numberText(job.total) }),
    ...nonZero(job.waiting, m.bulk_job_waiting),
    ...nonZero(job.failed, m.bulk_job_failed),
    ...nonZero(job.canceled, m.bulk_job_canceled),
  ];
}

/** The counts of a running job and the time left, on one line. */
export function progressText(
  job: BulkJob,
  connection: Pick<Connection, 'state'>,
  clock: Pick<Clock, 'ahead'>,
): string {
  return [...countTexts(job), remainingText(job, connection, clock)].join(' · ');
}

/** The result of a job that has ended, as a sentence. */
export function resultText({ done, total }: Pick<BulkJob, 'done' | 'total'>): string {
  return done === total
    ? m.bulk_job_ended_all_saved(pluralInputs(done))
    : m.bulk_job_ended({ done: numberText(done), count: total, shown: numberText(total) });
}
