/** What a job says of itself: what it is, how far it is, and what is left, in words. */
import type { BulkJob } from '../../../shared/bulk';
import type { Connection } from '../../../shared/connection';
import { m } from '../../../shared/messages';
import { listText, numberText } from '../../../shared/messages/locale';
import type { Clock } from '../../state/clock.svelte';
import { fieldLabel } from '../../../shared/messages/field-labels';
import { timeOfDay } from '../../ui/time';

const MINUTE = 60_000;
/** Up to this many minutes are said in minutes. */
const MOST_MINUTES = 90;
/** What the job is, such as *Change: Business phone*. */
export function jobTitle({ kind, fields }: Pick<BulkJob, 'kind' | 'fields'>): string {
  if (kind === 'import') return m.bulk_run_import();
  return m.bulk_run_change({ fields: listText(fields.map(fieldLabel)) });
}

/** A time left in words; it is never shorter than the truth by more than rounding. */
export function timeLeftText(left: number): string {
  if (left < MINUTE) return m.bulk_left_under_a_minute();
  const minutes = Math.ceil(left / MINUTE);
  if (minutes <= MOST_MINUTES) return m.bulk_left_minutes({ count: minutes });
  return m.bulk_left_hours({ count: Math.ceil(minutes / 60) });
}

/** When it will be over, or what it waits for. */
export function remaining(
  {
    state,
    waiting,
    timeLeft,
    waitsUntil,
  }: Pick<BulkJob, 'state' | 'waiting' | 'timeLeft' | 'waitsUntil'>,
  connection: Pick<Connection, 'state'>,
  clock: Pick<Clock, 'ahead'>,
): string {
  if (state === 'paused') return m.bulk_left_paused();
  if (waiting === 0) return m.bulk_left_needs_you();
  if (connection.state === 'offline') return m.bulk_left_offline();
  if (clock.ahead(waitsUntil)) return m.bulk_left_limit({ time: timeOfDay(waitsUntil) });
  return timeLeft === null ? m.bulk_left_unknown() : timeLeftText(timeLeft);
}

/** How many are saved, waiting, failed and cancelled; what is none is left out. */
export function countText(run: Omit<BulkJob, 'id' | 'at'>): string[] {
  const some = (count: number, words: (shown: { count: string }) => string): string[] =>
    count > 0 ? [words({ count: numberText(count) })] : [];
  return [
    m.bulk_run_done({ done: numberText(run.done), total: numberText(run.total) }),
    ...some(run.waiting, m.bulk_run_waiting),
    ...some(run.failed, m.bulk_run_failed),
    ...some(run.cancelled, m.bulk_run_cancelled),
  ];
}

/** What came of a job that has ended, as a sentence. */
export function endedText({ done, total }: Pick<BulkJob, 'done' | 'total'>): string {
  return done === total
    ? m.bulk_ended_well({ count: done, shown: numberText(done) })
    : m.bulk_ended({ done: numberText(done), count: total, shown: numberText(total) });
}
