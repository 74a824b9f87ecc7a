/**
 * What the table copies: tab-separated text for any program, and an HTML table whose cells are text, so that a
 * spreadsheet leaves `+49` and `=…` what they are.
 */
import { escapeHtml } from '../../shared/escape-html';
import type { RichText } from '../../shared/letterhead';
import { nameOf } from '../../shared/messages/entry-name';
import { isRowPaused, rowStateLabel } from '../../shared/messages/row-state';
import { entryNameOf } from '../../shared/organization';
import { applyPatches } from '../../shared/patch';
import { normalizeLineEnds, type Profile } from '../../shared/profile';
import type { TableColumn } from '../../shared/table';
import type { ListEntry } from '../database';
import { rowOf } from './row';

/** The texts that the table shows of an entry: its draft, or else its change, or else its saved copy. */
export const shownTextsOf = ({ profile, change, draft }: ListEntry): Profile =>
  applyPatches(profile?.fields ?? null, change?.patch, draft?.patch);

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** A moment as spreadsheets of any language read it, in the time of this computer, such as `2026-11-24 09:30`. */
function momentText(moment: number): string {
  const at = new Date(moment);
  const date = [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-');
  return `${date} ${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
}

/**
 * The cells of a row, as they are copied: whole texts, with LF line ends.
 *
 * @param paused the ids of the paused saves
 */
export function cellsOf(
  entry: ListEntry,
  columns: readonly TableColumn[],
  { step, paused }: { step: Parameters<typeof rowOf>[1]; paused: readonly string[] },
): string[] {
  const row = rowOf(entry, step);
  const texts = shownTextsOf(entry);
  return columns.map((column) => {
    if (column === 'name') return nameOf(entryNameOf(entry.organization));
    if (column === 'state') return rowStateLabel(row, isRowPaused(row, paused));
    if (column === 'labels') return entry.labels.join('; ');
    if (column === 'checked') return entry.profile ? momentText(entry.profile.checkedAt) : '';
    return normalizeLineEnds(texts[column]);
  });
}

/** A cell of tab-separated text. Quoted where a program would otherwise see a separator, a line end or a quote. */
const plainCell = (text: string): string =>
  /[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** Spaces that HTML would drop: all but a single one between two other characters. */
const LOST_SPACES = /^ +| +$| {2,}/gm;

/** Spaces as Excel writes them into HTML, and reads them back as spaces. */
const keptSpaces = (spaces: string): string =>
  `<span style="mso-spacerun:yes">${'\u00a0'.repeat(spaces.length)}</span>`;

/** Excel reads the style, LibreOffice the attribute `sdnum`: the number format of text. */
const htmlCell = (text: string): string =>
  `<td style='mso-number-format:"\\@"' sdnum="1033;0;@">${escapeHtml(text)
    .replaceAll(LOST_SPACES, keptSpaces)
    .replaceAll('\n', '<br style="mso-data-placement:same-cell">')}</td>`;

/** A row of cells, as text and as HTML in which every text is escaped. */
export const rowText = (cells: readonly string[]): RichText => ({
  text: cells.map(plainCell).join('\t'),
  html: `<tr>${cells.map(htmlCell).join('')}</tr>`,
});

/** Rows for the clipboard. */
export const tableText = (rows: readonly RichText[]): RichText => ({
  text: rows.map(({ text }) => text).join('\n'),
  html: `<table>${rows.map(({ html }) => html).join('')}</table>`,
});
