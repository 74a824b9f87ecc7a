/** The columns of an exported file, and the headings that an import recognizes. */
import { FIELD_NAMES, isFieldName, type FieldName } from './profile';

/** The columns that are only for information. */
const INFORMATION = ['kind', 'parent', 'name', 'labels'] as const;

/** The content of a column. */
export type Column = 'id' | (typeof INFORMATION)[number] | FieldName | 'check';

/** The columns of an export, in order. */
export const COLUMNS = ['id', ...INFORMATION, ...FIELD_NAMES, 'check'] as const satisfies Column[];

/**
 * The accepted headings, in every language that the app has or had, in lower case without spaces and
 * punctuation. Includes the app's own headings and Cloudflare's names of the fields.
 */
const HEADINGS: Readonly<Record<Column, readonly string[]>> = {
  id: ['organizationid', 'organisationid', 'organisationsid', 'idderorganisation', 'id'],
  kind: ['kind', 'art'],
  parent: ['parent', 'dachorganisation', 'übergeordneteorganisation'],
  name: ['organization', 'organizationname', 'organisation', 'organisationsname'],
  labels: ['labels', 'etiketten'],
  business_name: ['businessname', 'firmenname', 'firma'],
  business_email: ['businessemail', 'businessmail', 'geschäftlicheemail', 'firmenemail', 'email'],
  business_phone: [
    'businessphone',
    'geschäftlichetelefonnummer',
    'firmentelefon',
    'telefon',
    'phone',
  ],
  business_address: [
    'businessaddress',
    'firmenanschrift',
    'geschäftsadresse',
    'firmenadresse',
    'anschrift',
    'adresse',
    'address',
  ],
  external_metadata: ['externalmetadata', 'externemetadaten', 'metadaten', 'metadata'],
  check: ['letterheadcheck', 'letterheadprüfung'],
};

/** A heading in lower case, without spaces and punctuation. */
export const normalizedHeading = (heading: string): string =>
  heading
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** The column that a heading stands for, or null. */
export function columnOf(heading: string): Column | null {
  const text = normalizedHeading(heading);
  return COLUMNS.find((column) => HEADINGS[column].includes(text)) ?? null;
}

/**
 * Whether the first row of a block has headings: other rows follow, it has several cells, all of them are filled, and one
 * names a field.
 */
export function hasHeadings(rows: readonly (readonly string[])[]): boolean {
  const [first = []] = rows;
  const isField = (cell: string): boolean => {
    const column = columnOf(cell);
    return column !== null && isFieldName(column);
  };
  const isFilled = first.every((cell) => cell.trim() !== '');
  return rows.length > 1 && first.length > 1 && isFilled && first.some(isField);
}
