/** Texts about a save: its title, progress, time left and result. */
import type { Save, UndoneSave } from '../../../shared/saves';
import type { Connection } from '../../../shared/connection';
import { m } from '../../../shared/messages';
import { listText, numberText, pluralInputs } from '../../../shared/messages/locale';
import type { Clock } from '../../state/clock.svelte';
import { fieldLabel } from '../../../shared/messages/field-labels';
import type { EntryName } from '../../../shared/organization';
import { nameOf } from '../../../shared/messages/entry-name';
import { SEPARATOR } from '../../ui/separator';
import { timeOfDay } from '../../ui/time';
import { shortName } from '../../ui/truncate';

const MINUTE = 60_000;
/** Up to this many minutes, the time left is shown in minutes; above it, in hours. */
const MAX_MINUTES = 90;

/** The title of a save, such as *Change: Business phone*. */
export function saveTitle({ fields }: Pick<Save, 'fields'>): string {
  return m.saves_change({ fields: listText(fields.map(fieldLabel)) });
}

/**
 * The time left as text, rounded up.
 *
 * @param timeLeft in ms
 */
export function timeLeftText(timeLeft: number): string {
  if (timeLeft < MINUTE) return m.saves_remaining_under_a_minute();
  const minutes = Math.ceil(timeLeft / MINUTE);
  if (minutes <= MAX_MINUTES) return m.saves_remaining_minutes({ count: minutes });
  return m.saves_remaining_hours({ count: Math.ceil(minutes / 60) });
}

/** How long a save that has not ended still takes, or what it waits for. */
export function remainingText(
  {
    state,
    waiting,
    timeLeft,
    waitsUntil,
  }: Pick<Save, 'state' | 'waiting' | 'timeLeft' | 'waitsUntil'>,
  connection: Pick<Connection, 'state'>,
  clock: Pick<Clock, 'ahead'>,
): string {
  // The first reason that applies wins. Until the person resumes a paused save, nothing else matters. If everything
  // left needs the person, neither connection nor rate limit delays the save. Offline comes before the rate limit,
  // because sending does not resume when only the limit ends.
  if (state === 'paused') return m.saves_remaining_paused();
  if (waiting === 0) return m.saves_remaining_needs_attention();
  if (connection.state === 'offline') return m.common_waiting_for_connection();
  if (clock.ahead(waitsUntil)) return m.common_paused_by_limit({ time: timeOfDay(waitsUntil) });
  return timeLeft === null ? m.saves_remaining_unknown() : timeLeftText(timeLeft);
}

/**
 * How many changes of a save are saved, waiting and not saved. Only the saved count is shown when zero.
 */
function countTexts(save: Omit<Save, 'id' | 'at'>): string[] {
  const nonZero = (
    count: number,
    message: (values: { count: number; shown: string }) => string,
  ): string[] => (count > 0 ? [message(pluralInputs(count))] : []);
  return [
    m.saves_done({ done: numberText(save.done), total: numberText(save.total) }),
    ...nonZero(save.waiting, m.saves_waiting),
    ...notSavedTexts(save),
  ];
}

/**
 * How many changes were not saved, as many as the button that shows them says; and how many of those were canceled or
 * decided otherwise by the person.
 */
function notSavedTexts({
  failed,
  canceled,
  afterCancel,
}: Pick<Save, 'failed' | 'canceled' | 'afterCancel'>): string[] {
  const unsaved = unsavedOf({ failed, canceled });
  if (unsaved === 0) return [];
  const text = m.saves_not_saved(pluralInputs(unsaved));
  if (canceled === 0) return [text];
  const message = afterCancel === null ? m.saves_settled : m.saves_canceled;
  const canceledText = message(pluralInputs(canceled));
  return [failed === 0 ? canceledText : `${text} (${canceledText})`];
}

/** How many changes were not saved: refused, to be decided, or canceled. */
export function unsavedOf({ failed, canceled }: Pick<Save, 'failed' | 'canceled'>): number {
  return failed + canceled;
}

/** The counts of a running save and the time left, on one line. */
export function progressText(
  save: Save,
  connection: Pick<Connection, 'state'>,
  clock: Pick<Clock, 'ahead'>,
): string {
  return [...countTexts(save), remainingText(save, connection, clock)].join(SEPARATOR);
}

/** What became of a save that has ended. */
export function resultText(save: Omit<Save, 'id' | 'at'>): string {
  return save.done === save.total
    ? m.saves_ended_all_saved({ organizations: m.common_organizations(pluralInputs(save.done)) })
    : countTexts(save).join(SEPARATOR);
}

/** At most this many organizations are named. */
const MAX_NAMES = 3;

/**
 * The names of the first organizations, and how many more there are.
 *
 * @param first at least the first three
 */
export function firstNames(first: readonly EntryName[], total: number): string {
  const names = first.slice(0, MAX_NAMES).map((one) => shortName(nameOf(one)));
  const more = total - names.length;
  return more > 0
    ? m.saves_names_more({ names: names.join(', '), more: numberText(more) })
    : listText(names);
}

/** What undoing a save did. */
export function undoneText({ drafts, changedSince }: UndoneSave): string {
  const sentences = [drafts > 0 ? m.saves_undone(pluralInputs(drafts)) : m.saves_undone_none()];
  if (changedSince.total > 0) {
    sentences.push(
      m.saves_undone_changed({
        ...pluralInputs(changedSince.total),
        name: firstNames(changedSince.first, changedSince.total),
      }),
    );
  }
  return sentences.join(' ');
}
