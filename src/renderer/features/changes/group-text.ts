/** Names of what made drafts. */
import type { Batch, DraftGroup } from '../../../shared/changes';
import { m } from '../../../shared/messages';
import { fieldLabel } from '../../../shared/messages/field-labels';
import { listText } from '../../../shared/messages/locale';
import { timeOrDay } from '../../ui/time';

const BATCH_TITLES = { fill: m.batch_fill, paste: m.batch_paste, clear: m.batch_clear };

/** The name of a group of drafts. */
export function groupTitle({ kind, fields, at }: DraftGroup, now: number): string {
  const time = at === null ? '' : timeOrDay(at, now);
  switch (kind) {
    case 'typed':
      return m.changes_group_typed();
    case 'earlier':
      return m.changes_group_earlier();
    case 'fill':
    case 'paste':
    case 'clear':
      return BATCH_TITLES[kind]({ fields: listText(fields.map(fieldLabel)) });
    case 'canceled':
      return m.changes_group_canceled({ time });
    case 'save-undone':
      return m.changes_group_save_undone({ time });
  }
}

/** The name of a batch. */
export function batchTitle({ kind, fields }: Batch): string {
  return kind === 'save-undone'
    ? m.batch_save_undone()
    : BATCH_TITLES[kind]({ fields: listText(fields.map(fieldLabel)) });
}
