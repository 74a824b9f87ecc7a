/** Who made a change that was found at Cloudflare, as one sentence without a period. */
import type { Author } from '../../../shared/history';
import { m } from '../../../shared/messages';
import { timeOrDateAndTime } from '../../ui/time';

const BY_PERSON = {
  dashboard: m.organization_last_change_dashboard,
  api: m.organization_last_change_api,
  unknown: m.organization_last_change_unknown,
};

/**
 * The sentence, such as "Changed by erika@brightwater.example in the dashboard, 14:05".
 * @param now the current time, ms since the epoch: a time of another day is shown with its date
 */
export function authorText(author: Author, now: number): string {
  if (author.by === 'entry') return m.organization_last_change_entry({ name: author.name });
  const time = timeOrDateAndTime(author.at, now);
  return BY_PERSON[author.via]({ who: author.who, time });
}
