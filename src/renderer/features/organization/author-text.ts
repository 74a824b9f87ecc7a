/** Who made a change that was found at Cloudflare, as one sentence without a period. */
import type { Author } from '../../../shared/history';
import { m } from '../../../shared/messages';
import { timeOrDateAndTime } from '../../ui/time';

/** Of one change. */
const ONE = {
  entry: m.organization_last_change_entry,
  dashboard: m.organization_last_change_dashboard,
  api: m.organization_last_change_api,
  unknown: m.organization_last_change_unknown,
};
/** Of the last one of several changes, which others may have made. */
const LAST = {
  entry: m.history_last_entry,
  dashboard: m.history_last_dashboard,
  api: m.history_last_api,
  unknown: m.history_last_unknown,
};

function textOf(author: Author, now: number, texts: typeof ONE): string {
  if (author.by === 'entry') return texts.entry({ name: author.name });
  const time = timeOrDateAndTime(author.at, now);
  return texts[author.via]({ who: author.who, time });
}

/**
 * The sentence about one change, such as "Changed by erika@brightwater.example in the dashboard, 14:05".
 * @param now the current time, ms since the epoch: a time of another day is shown with its date
 */
export const authorText = (author: Author, now: number): string => textOf(author, now, ONE);

/** The same about the last one of several changes. */
export const lastAuthorText = (author: Author, now: number): string => textOf(author, now, LAST);
