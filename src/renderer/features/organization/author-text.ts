/** Who made a change that was found at Cloudflare, as one sentence without a period. */
import type { Author } from '../../../shared/history';
import { m } from '../../../shared/messages';
import { timeOrDateAndTime } from '../../ui/time';

const CHANGED = {
  dashboard: m.author_changed_dashboard,
  api: m.author_changed_api,
  unknown: m.author_changed_unknown,
};

/**
 * The sentence about one change, such as "Changed by erika@brightwater.example in the dashboard, 14:05".
 * @param now the current time, ms since the epoch: a time of another day is shown with its date
 */
export function authorText(author: Author, now: number): string {
  return CHANGED[author.via]({ who: author.who, time: timeOrDateAndTime(author.at, now) });
}
