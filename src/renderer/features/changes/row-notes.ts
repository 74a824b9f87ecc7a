/** What a person should know of the drafts of a row before saving them. */
import type { ReviewRow, RowText } from '../../../shared/changes';
import { readJsonEntries } from '../../../shared/json-entries';
import { m } from '../../../shared/messages';
import { fieldLabel } from '../../../shared/messages/field-labels';
import { listText } from '../../../shared/messages/locale';
import { oneLine, truncate } from '../../ui/truncate';

/** A waiting text that is replaced is shown up to this length, in characters. */
const MAX_REPLACED = 60;

const isText = (text: string): boolean => text !== '' && readJsonEntries(text) === 'other';
const replacesJson = ({ before, after }: RowText): boolean =>
  readJsonEntries(before) !== 'other' && isText(after);

/** The notes, each as a phrase. */
export function notesOf({ texts }: ReviewRow): string[] {
  /** A note that names the fields whose texts are such; empty if none are. */
  const about = (
    is: (text: RowText) => boolean,
    note: (inputs: { fields: string }) => string,
  ): string[] => {
    const fields = texts.filter(is).map(({ field }) => fieldLabel(field));
    return fields.length === 0 ? [] : [note({ fields: listText(fields) })];
  };
  const hasMetadata = texts.some(({ field }) => field === 'external_metadata');
  const replaced = texts.flatMap(({ replacesWaiting }) => replacesWaiting ?? []);
  return [
    ...about(({ before, after }) => after === '' && before !== '', m.changes_row_clears),
    ...about(replacesJson, m.changes_row_json),
    ...about(({ notes }) => notes.includes('number'), m.changes_row_number),
    ...about(({ notes }) => notes.includes('cut'), m.changes_row_cut),
    ...about(({ notes }) => notes.includes('changed-since'), m.changes_row_changed_since),
    ...(hasMetadata ? [m.changes_row_metadata()] : []),
    ...replaced.map((text) =>
      m.changes_row_replaces({
        text: text === '' ? m.common_text_empty() : truncate(oneLine(text), MAX_REPLACED),
      }),
    ),
  ];
}
