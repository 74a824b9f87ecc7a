/** The columns of an exported file, and the headings that an imported file may use for them. */
import { FIELD_NAMES, type FieldName } from '../../shared/profile';

/** The columns that are for people who read the file. An import ignores them. */
const INFORMATION = ['kind', 'parent', 'name', 'labels'] as const;

/** The content of a column. */
export type Column = 'id' | (typeof INFORMATION)[number] | FieldName;

/** The columns of an export, in order. */
export const COLUMNS: readonly Column[] = ['id', ...INFORMATION, ...FIELD_NAMES];

/** Whether an import ignores a column. */
export function isInformation(column: Column): boolean {
  return INFORMATION.some((one) => one === column);
}

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
};

const normalized = (heading: string): string =>
  heading
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** The column that a heading stands for, or null. */
export function columnOf(heading: string): Column | null {
  const text = normalized(heading);
  return COLUMNS.find((column) => HEADINGS[column].includes(text)) ?? null;
}
