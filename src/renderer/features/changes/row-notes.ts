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
  const named = (is: (text: RowText) => boolean): string =>
    listText(texts.filter(is).map(({ field }) => fieldLabel(field)));
  const cleared = named(({ before, after }) => after === '' && before !== '');
  const json = named(replacesJson);
  const numbers = named(({ notes }) => notes.includes('number'));
  const cut = named(({ notes }) => notes.includes('cut'));
  const since = named(({ notes }) => notes.includes('changed-since'));
  const hasMetadata = texts.some(({ field }) => field === 'external_metadata');
  const replaced = texts.flatMap(({ replacesWaiting }) => replacesWaiting ?? []);
  return [
    ...(cleared === '' ? [] : [m.changes_row_clears({ fields: cleared })]),
    ...(json === '' ? [] : [m.changes_row_json({ fields: json })]),
    ...(numbers === '' ? [] : [m.changes_row_number({ fields: numbers })]),
    ...(cut === '' ? [] : [m.changes_row_cut({ fields: cut })]),
    ...(since === '' ? [] : [m.changes_row_changed_since({ fields: since })]),
    ...(hasMetadata ? [m.changes_row_metadata()] : []),
    ...replaced.map((text) =>
      m.changes_row_replaces({
        text: text === '' ? m.organization_text_empty() : truncate(oneLine(text), MAX_REPLACED),
      }),
    ),
  ];
}
