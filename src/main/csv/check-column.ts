/**
 * The column *Letterhead check* of an export: a truncated hash of each exported text, from which an import knows which cells
 * were edited. The hash covers the entry and the field, so cells that were moved to another row count as edited. Line ends
 * make no difference, because spreadsheet programs change them. The hash is in letters, so that no spreadsheet program takes
 * it for a number, a date or a formula.
 */
import { createHash } from 'node:crypto';
import { FIELD_NAMES, normalizeLineEnds, type FieldName, type Profile } from '../../shared/profile';

/** The length of a check, in letters of four bits each: 64 bits. */
const LENGTH = 16;
const FORMAT = new RegExp(`^[a-p]{${LENGTH}}(?:-[a-p]{${LENGTH}}){${FIELD_NAMES.length - 1}}$`);

/** The check of a text. */
export function checkOf(entryId: string, field: FieldName, text: string): string {
  const hash = createHash('sha256');
  hash.update(`${entryId} ${field} ${normalizeLineEnds(text)}`);
  const digits = hash.digest('hex').slice(0, LENGTH);
  return digits.replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));
}

/** The cell of an entry in the check column. */
export function checkCell(entryId: string, texts: Profile): string {
  return FIELD_NAMES.map((field) => checkOf(entryId, field, texts[field])).join('-');
}

/** The check of each field; null if no export wrote the cell. */
export function checksIn(cell: string): Record<FieldName, string> | null {
  const text = cell.trim().toLowerCase();
  if (!FORMAT.test(text)) return null;
  const parts = text.split('-');
  return Object.fromEntries(FIELD_NAMES.map((field, n) => [field, parts[n] ?? ''])) as Record<
    FieldName,
    string
  >;
}
