/** What an API token needs at Cloudflare, and how it is made. Shown by the token form, and copied by main. */
import { m } from '.';

/** The level of the permission "Account Settings", as Cloudflare's dashboard calls it in every language. */
const levelFor = (readOnly: boolean): string => (readOnly ? 'Read' : 'Edit');

/** The sentence that names the permission that a token needs. */
export const tokenPermission = (readOnly: boolean): string =>
  m.add_token_permission({ level: levelFor(readOnly) });

/** The steps for making the token, one per line. */
export const tokenInstructions = (readOnly: boolean): string =>
  m.add_token_instructions({ level: levelFor(readOnly) });
