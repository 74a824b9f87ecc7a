/** The texts of the table: names of columns, cells and filters. */
import { readableText, readableTexts } from '../../../shared/address-lines';
import { adviceFor } from '../../../shared/advice';
import { m } from '../../../shared/messages';
import { nameOf } from '../../../shared/messages/entry-name';
import { numberText } from '../../../shared/messages/locale';
import { rowStateLabel } from '../../../shared/messages/row-state';
import { isFieldName, type FieldName } from '../../../shared/profile';
import {
  MAX_CELL_TEXT,
  type TableColumn,
  type TableFilter,
  type TableRow,
} from '../../../shared/table';
import { adviceText } from '../../ui/advice-text';
import { SEPARATOR } from '../../ui/separator';
import { dateAndTime } from '../../ui/time';

/** The first column is called as the order by it is. */
const COLUMN_NAMES: Record<TableColumn, () => string> = {
  name: m.list_sort_name,
  business_name: m.field_business_name,
  business_email: m.table_column_business_email,
  business_phone: m.table_column_business_phone,
  business_address: m.table_column_business_address,
  external_metadata: m.table_column_external_metadata,
  labels: m.labels_title,
  state: m.table_column_state,
  checked: m.table_column_checked,
};

/** The name of a column. */
export const columnName = (column: TableColumn): string => COLUMN_NAMES[column]();

/**
 * The text of a cell as people read it, in one line: a line end is shown as ↵.
 *
 * @param isPaused whether the row waits because its save is paused
 * @param typed what was typed there and is being saved
 */
export function cellText(
  row: TableRow,
  column: TableColumn,
  { isPaused = false, typed }: { isPaused?: boolean; typed?: string | undefined } = {},
): string {
  if (column === 'name') return nameOf(row);
  if (column === 'state') return rowStateLabel(row, isPaused);
  // Each on its own, whichever way it is written.
  if (column === 'labels') return row.labels.map((label) => `\u2068${label}\u2069`).join('; ');
  if (column === 'checked') return row.checkedAt === null ? '' : dateAndTime(row.checkedAt);
  return inOneLine(readableText(column, textOf(row, column, typed)));
}

/** What was typed into a cell and is being saved, or else what an import would put there, or else what is there. */
const textOf = (row: TableRow, field: FieldName, typed?: string): string =>
  typed ?? row.planned?.[field] ?? row.texts?.[field] ?? '';

/** How far the text of a cell has got to Cloudflare, or why it cannot be changed. */
export type CellMark = 'planned' | 'draft' | 'waiting' | 'decide' | 'read-only';

/** The states of a row in which a decision comes before any edit. */
const DECISION_ROW_STATES: readonly TableRow['state'][] = [
  'decide',
  'refused',
  'stored-differently',
];

export const rowNeedsDecision = ({ state }: TableRow): boolean =>
  DECISION_ROW_STATES.includes(state);

export function cellMark(row: TableRow, column: TableColumn): CellMark | null {
  if (!isFieldName(column)) return null;
  if (row.planned?.[column] !== undefined) return 'planned';
  if (row.drafted.includes(column)) return 'draft';
  if (row.waiting.includes(column)) return rowNeedsDecision(row) ? 'decide' : 'waiting';
  return row.readOnly ? 'read-only' : null;
}

/** Why a cell is shown in gray: it is empty, or repeats the name beside it, as at most organizations. */
export function cellTone(
  row: TableRow,
  column: TableColumn,
  typed?: string,
): 'empty' | 'same' | null {
  if (!isFieldName(column) || row.texts === null) return null;
  if (typed === undefined && row.planned?.[column] !== undefined) return null;
  const text = textOf(row, column, typed);
  if (text === '') return 'empty';
  const isSame = column === 'business_name' && text === nameOf(row);
  return isSame && typed === undefined && (cellMark(row, column) ?? 'read-only') === 'read-only'
    ? 'same'
    : null;
}

/** Each mark within the name of a cell, and the sentence that the pointer shows. */
const MARK_LABELS: Record<Exclude<CellMark, 'planned'>, (inputs: { text: string }) => string> = {
  draft: m.table_cell_draft,
  waiting: m.table_cell_waiting,
  decide: m.table_cell_decide,
  'read-only': m.table_cell_read_only,
};
const MARK_SENTENCES: Record<Exclude<CellMark, 'planned'>, () => string> = {
  draft: m.table_mark_draft,
  waiting: m.table_mark_waiting,
  decide: m.table_mark_decide,
  'read-only': m.table_mark_read_only,
};

/** The advice about the text of a cell; null: none, or the row carries it cut. */
export function cellAdvice(row: TableRow, column: TableColumn, typed?: string): string | null {
  if (!isFieldName(column)) return null;
  const text = textOf(row, column, typed);
  return text.length < MAX_CELL_TEXT ? (adviceText(adviceFor(column, text)) ?? null) : null;
}

/** The sentences about the mark of a cell, or why it cannot be changed without one, and about its text; '': none. */
export function markSentence(row: TableRow, column: TableColumn): string {
  const mark = cellMark(row, column);
  if (mark === 'planned') return cellLabel(row, column);
  const refused = isFieldName(column) && rowNeedsDecision(row) ? m.table_refused_decide() : null;
  const sentences = [mark ? MARK_SENTENCES[mark]() : refused, cellAdvice(row, column)];
  return sentences.filter((one) => one !== null).join('\n');
}

/** A text in one line: a line end is shown as ↵. */
const inOneLine = (text: string): string => text.replace(/\r\n?|\n/g, ' ↵ ');

/** What a changed cell said at Cloudflare or before the draft, and what it says now; or what an import makes of it. */
function wasText(
  field: FieldName,
  texts: readonly [before: string, text: string],
  say: (inputs: { before: string; text: string }) => string,
): string {
  const [before = '', text = ''] = readableTexts(field, ...texts).map(
    (one) => inOneLine(one) || m.common_text_empty(),
  );
  return say({ before, text });
}

/** The text of a cell that an import would change above what it would be; null: it would not. */
export function plannedLines(row: TableRow, column: TableColumn): string | null {
  const after = isFieldName(column) ? row.planned?.[column] : undefined;
  if (!isFieldName(column) || after === undefined) return null;
  // The arrow comes first also before a right-to-left text.
  return wasText(
    column,
    [row.texts?.[column] ?? '', after],
    ({ before, text }) => `${before}\n\u200e→ \u2068${text}\u2069`,
  );
}

/**
 * What a screen reader says about a cell: "Phone, was +49 30 1234, now +49 30 5678, not saved".
 *
 * @param isPaused whether the row waits because its save is paused
 * @param typed what was typed there and is being saved
 */
export function cellLabel(
  row: TableRow,
  column: TableColumn,
  { isPaused = false, typed }: { isPaused?: boolean; typed?: string | undefined } = {},
): string {
  const own = cellText(row, column, { isPaused, typed });
  const none =
    column === 'checked'
      ? m.table_cell_never()
      : row.texts === null && column !== 'labels'
        ? m.table_cell_unread()
        : m.common_text_empty();
  const mark = typed === undefined ? cellMark(row, column) : 'draft';
  const shown = own === '' ? none : own;
  const isPlanned = mark === 'planned';
  const before = isFieldName(column) ? (isPlanned ? row.texts : row.saved)?.[column] : undefined;
  const say = isPlanned ? m.table_cell_planned : m.table_cell_was;
  const text =
    isFieldName(column) && before !== undefined
      ? wasText(column, [before, textOf(row, column, typed)], say)
      : shown;
  const marked = mark === null || isPlanned ? text : MARK_LABELS[mark]({ text });
  return [columnName(column), marked, cellAdvice(row, column, typed)]
    .filter((one) => one !== null)
    .join(', ');
}

/** A filter of a column. The other one is of an import. */
export type ColumnFilter = Exclude<TableFilter, { kind: 'planned' }>;

export const isOfColumn = (filter: TableFilter): filter is ColumnFilter =>
  filter.kind !== 'planned';

/** What a filter shows, such as "Phone is empty". */
export function filterText(filter: ColumnFilter): string {
  const column = columnName(filter.field);
  if (filter.kind === 'empty') return m.table_filtered_empty({ column });
  if (filter.kind === 'changed') return m.table_filtered_changed({ column });
  return m.table_filtered_contains({ column, text: filter.text });
}

/** What was copied: how many cells, and how many rows are empty because their texts are not known. */
export function copiedText({
  rows,
  columns,
  unread,
  removed,
}: {
  rows: number;
  columns: number;
  unread: number;
  removed: number;
}): string {
  const texts = [
    rows * columns === 1
      ? m.table_copied_one()
      : m.table_copied({ rows: numberText(rows), columns: numberText(columns) }),
  ];
  if (unread > 0) texts.push(m.table_copied_unread({ count: numberText(unread) }));
  if (removed > 0) texts.push(m.table_copied_removed({ count: numberText(removed) }));
  return texts.join(SEPARATOR);
}
