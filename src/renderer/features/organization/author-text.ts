/** Who made a change that was found at Cloudflare, without a period. */
import type { Author } from '../../../shared/history';
import { m } from '../../../shared/messages';
import { timeOrDateAndTime } from '../../ui/time';

const CHANGED = {
  dashboard: m.author_changed_dashboard,
  api: m.author_changed_api,
  unknown: m.author_changed_unknown,
};

/** Who made one change, such as "Changed by erika@brightwater.example in the dashboard". */
export const changedByText = ({ via, who }: Author): string => CHANGED[via]({ who });

/**
 * The sentence about one change, with its time, such as "Changed by erika@brightwater.example in the dashboard, 14:05".
 * @param now the current time, ms since the epoch: a time of another day is shown with its date
 */
export function authorText(author: Author, now: number): string {
  return `${changedByText(author)}, ${timeOrDateAndTime(author.at, now)}`;
}
