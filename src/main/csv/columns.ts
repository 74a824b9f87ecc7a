/** The columns of an exported file, and which column of a foreign file means which field. */
import { FIELD_NAMES, type FieldName } from '../../shared/profile';

/** What a column holds. `name` is for the reader of the file; importing ignores it. */
export type Column = 'id' | 'name' | FieldName;

/** The columns in the order they are written. */
export const COLUMNS: readonly Column[] = ['id', 'name', ...FIELD_NAMES];

/**
 * Headings that are understood, in every language the app speaks or spoke, without spaces, case and
 * punctuation. The app's own headings are in it, and Cloudflare's names of the fields.
 */
const HEADINGS: Readonly<Record<Column, readonly string[]>> = {
  id: ['organizationid', 'organisationid', 'organisationsid', 'idderorganisation', 'id'],
  name: ['organization', 'organizationname', 'organisation', 'organisationsname'],
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

const normal = (heading: string): string =>
  heading
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** What the column under this heading holds, or null. */
export function columnOf(heading: string): Column | null {
  const text = normal(heading);
  return COLUMNS.find((column) => HEADINGS[column].includes(text)) ?? null;
}
