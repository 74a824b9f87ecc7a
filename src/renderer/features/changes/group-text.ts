/** Names of what made drafts. */
import type { Batch, DraftGroup } from '../../../shared/changes';
import { m } from '../../../shared/messages';
import { fieldLabel } from '../../../shared/messages/field-labels';
import { listText } from '../../../shared/messages/locale';
import { timeOrDay } from '../../ui/time';

const FIELD_TITLES = { fill: m.batch_fill, paste: m.batch_paste, clear: m.batch_clear };

/** The title of an act that made drafts in many organizations. */
function actTitle({
  kind,
  fields,
  titleTexts: [first = '', second = ''],
}: Pick<Batch, 'fields' | 'titleTexts'> & {
  kind: Exclude<Batch['kind'], 'import' | 'save-undone'>;
}): string {
  if (kind === 'set-entry') return m.batch_set_entry({ name: first, value: second });
  if (kind !== 'replace') return FIELD_TITLES[kind]({ fields: listText(fields.map(fieldLabel)) });
  return second === ''
    ? m.batch_replace_away({ find: first })
    : m.batch_replace({ find: first, replacement: second });
}

const importTitle = (source: Batch['source']): string => source?.title ?? m.import_pasted();

/** The name of a group of drafts. */
export function groupTitle(group: DraftGroup, now: number): string {
  const { kind, at } = group;
  const time = at === null ? '' : timeOrDay(at, now);
  switch (kind) {
    case 'typed':
      return m.changes_group_typed();
    case 'earlier':
      return m.changes_group_earlier();
    case 'fill':
    case 'paste':
    case 'clear':
    case 'replace':
    case 'set-entry':
      return actTitle({ ...group, kind });
    case 'import':
      return importTitle(group.source);
    case 'canceled':
      return m.changes_group_canceled({ time });
    case 'save-undone':
      return m.changes_group_save_undone({ time });
  }
}

/** Whether nothing of a batch is left to save, to undo or to look at. */
export const isBatchOver = ({ stage, undoable, leftOut, notImported }: Batch): boolean =>
  stage === 'done' && !undoable && leftOut.length === 0 && notImported === 0;

/** The name of a batch. */
export function batchTitle(batch: Batch): string {
  const { kind, source } = batch;
  if (kind === 'import') return importTitle(source);
  return kind === 'save-undone' ? m.batch_save_undone() : actTitle({ ...batch, kind });
}
