/** Texts about the initial fetch of profiles: its progress, and the time left or why it is paused. */
import type { Connection } from '../../shared/connection';
import { m } from '../../shared/messages';
import { numberText, pluralInputs } from '../../shared/messages/locale';
import type { InitialFetchStatus } from '../../shared/initial-fetch';
import type { Clock } from '../state/clock.svelte';
import { timeOfDay } from './time';

const MINUTE = 60_000;
/** Up to this many minutes, the time left is shown in minutes; above it, in hours. */
const MAX_MINUTES = 90;

/** How many profiles were read, such as *Reading profiles: 896 of 2,300*. */
export function initialFetchText({
  read,
  total,
}: Pick<InitialFetchStatus, 'read' | 'total'>): string {
  return m.list_initial_fetch_progress({ read: numberText(read), total: numberText(total) });
}

/** The same for a line with little room, such as *Reading 896 of 2,300*; offline, what is still missing. */
export function initialFetchShortText(
  { read, total }: Pick<InitialFetchStatus, 'read' | 'total'>,
  connection: Pick<Connection, 'state'>,
): string {
  if (connection.state === 'offline') {
    return m.list_initial_fetch_unread({ shown: numberText(total - read) });
  }
  return m.list_initial_fetch_short({ read: numberText(read), total: numberText(total) });
}

/** Beside a search that found too little: how many profiles could not be searched. */
export function unreadSearchText(
  unread: number,
  progress: InitialFetchStatus | null,
  connection: Pick<Connection, 'state'>,
): string {
  const isReading = progress !== null && connection.state !== 'offline';
  const message = isReading ? m.list_unread_search : m.list_unread_search_later;
  return message(pluralInputs(unread));
}

/** The time left, or why the fetch is paused; '' while neither is known. */
export function initialFetchRemainingText(
  { timeLeft, waitsUntil, paused }: InitialFetchStatus,
  connection: Pick<Connection, 'state'>,
  clock: Pick<Clock, 'ahead'>,
): string {
  if (connection.state === 'offline') return m.common_waiting_for_connection();
  if (clock.ahead(waitsUntil)) {
    return m.common_paused_by_limit({ time: timeOfDay(waitsUntil) });
  }
  if (paused) return m.list_initial_fetch_paused();
  if (timeLeft === null) return '';
  if (timeLeft < MINUTE) return m.list_initial_fetch_under_a_minute();
  const minutes = Math.ceil(timeLeft / MINUTE);
  if (minutes <= MAX_MINUTES) return m.list_initial_fetch_minutes({ count: minutes });
  return m.list_initial_fetch_hours({ count: Math.ceil(minutes / 60) });
}
