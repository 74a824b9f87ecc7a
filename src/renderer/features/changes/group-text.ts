/** Names of what made drafts. */
import type { Batch, DraftGroup } from '../../../shared/changes';
import { m } from '../../../shared/messages';
import { fieldLabel } from '../../../shared/messages/field-labels';
import { listText } from '../../../shared/messages/locale';
import { timeOrDay } from '../../ui/time';

/** The name of a group of drafts. */
export function groupTitle({ kind, fields, at }: DraftGroup, now: number): string {
  const time = at === null ? '' : timeOrDay(at, now);
  switch (kind) {
    case 'typed':
      return m.changes_group_typed();
    case 'earlier':
      return m.changes_group_earlier();
    case 'fill':
      return m.batch_fill({ fields: listText(fields.map(fieldLabel)) });
    case 'canceled':
      return m.changes_group_canceled({ time });
    case 'undo':
      return m.changes_group_undo({ time });
  }
}

/** The name of a batch. */
export function batchTitle({ kind, fields }: Batch): string {
  return kind === 'undo'
    ? m.batch_undo()
    : m.batch_fill({ fields: listText(fields.map(fieldLabel)) });
}
