/** What a revision is, and who made it, in words. */
import type { ActivityRow } from '../activity';
import type { Revision } from '../history';
import { m } from './index';

const KINDS: Record<Revision['kind'], () => string> = {
  saved: m.common_saved,
  accepted: m.activity_accepted,
  observed: m.activity_observed,
  discarded: m.activity_discarded,
  replaced: m.common_replaced,
};

/** The name of a kind of revisions. */
export const kindText = (kind: Revision['kind']): string => KINDS[kind]();

/** What a revision is. */
export const revisionText = ({ kind, isFirst }: Pick<ActivityRow, 'kind' | 'isFirst'>): string =>
  isFirst ? m.history_first() : kindText(kind);

/** Who made a change; '' where that is not known. */
export function authorName({
  kind,
  author,
  isFirst,
}: Pick<ActivityRow, 'kind' | 'author' | 'isFirst'>): string {
  if (kind !== 'observed') return m.activity_by_you();
  return isFirst ? '' : (author?.who ?? m.activity_by_unknown());
}

/** The same as a phrase: “by erika@example.com”. */
export function authorText(row: Parameters<typeof authorName>[0]): string {
  const name = authorName(row);
  const isNamed = row.kind === 'observed' && !row.isFirst && row.author?.who != null;
  return isNamed ? m.activity_by({ who: name }) : name;
}
