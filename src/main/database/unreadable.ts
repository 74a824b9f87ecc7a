/**
 * What a person typed is never thrown away, even when we cannot read it any more: before an
 * unreadable draft or pending change is replaced or removed, its columns are kept as they stood.
 */
import { toJson } from './columns';
import type { Context } from './context';
import type { Row } from './database';

/** Keeps the columns of a row in the table `unreadable`. */
export function keepUnreadable(
  { sql, now }: Context,
  source: 'draft' | 'outbox',
  organizationId: string,
  row: Row,
): void {
  sql.run(
    'INSERT INTO unreadable (source, organization_id, row, at) VALUES (?, ?, ?, ?)',
    source,
    organizationId,
    toJson({ ...row }),
    now(),
  );
}
