/** The rows of an exported activity, in words. */
import { m } from '../../shared/messages';
import { authorName, revisionText } from '../../shared/messages/revision-text';
import { nameOf } from '../../shared/messages/entry-name';
import { fieldLabel } from '../../shared/messages/field-labels';
import type { ActivityTexts } from '../changes';
import type { ActivityExportRow } from './export';

/** The headings. */
export const activityHeadings = (): ActivityExportRow => ({
  at: m.activity_heading_time(),
  id: m.csv_heading_id(),
  name: m.csv_heading_name(),
  what: m.activity_heading_what(),
  field: m.common_field(),
  before: m.common_before(),
  after: m.common_after(),
  by: m.activity_heading_by(),
  save: m.activity_heading_save(),
});

/** A time that is read the same everywhere. */
const timeOf = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** A revision as rows: one for each field that differs, or one if none does. */
export function activityRowsOf({ row, differences }: ActivityTexts): ActivityExportRow[] {
  const revision = {
    at: timeOf(row.at),
    id: row.entryId,
    name: nameOf(row),
    what: revisionText(row),
    by: authorName(row),
    save: row.saveStartedAt === null ? '' : timeOf(row.saveStartedAt),
  };
  if (differences.length === 0) return [{ ...revision, field: '', before: '', after: '' }];
  return differences.map(({ field, before, after }) => ({
    ...revision,
    field: fieldLabel(field),
    before: before ?? '',
    after,
  }));
}
