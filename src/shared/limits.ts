/**
 * The limits of texts and lists: whatever is typed, pasted, imported, answered by Cloudflare or read from the
 * database. They are far above anything useful. Without them, one pasted file could make an organization, or the
 * whole list, too large to open. Lengths are in UTF-16 code units.
 */
import * as v from 'valibot';

/** The longest text of a profile field. Cloudflare declares no limit. */
export const MAX_FIELD_LENGTH = 100_000;
/** The longest JSON of a profile's unknown keys, which are sent back unchanged. */
export const MAX_EXTRA_LENGTH = 1_000_000;
/** The longest name of an organization. A longer one from Cloudflare is cut. */
export const MAX_NAME_LENGTH = 1_000;
/** The longest name of a sign-in. */
export const MAX_LABEL = 200;
/** The longest short text: an email, a key, a search, a URL, an id or page token from Cloudflare. */
const MAX_TEXT_LENGTH = 4_096;
/** Schema of a short text. */
export const shortTextSchema = v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH));
/** The longest path of a file: that of Windows. */
export const MAX_PATH_LENGTH = 32_767;
/** The longest text of *Copy details for support*. */
export const MAX_DETAILS_LENGTH = 1_000_000;

/** Most items of Cloudflare's `errors` or `messages`. */
export const MAX_NOTICES = 20;
/** The longest message or URL in such an item. */
export const MAX_NOTICE_LENGTH = 500;

/** Most sign-ins, and most saves that were not closed. Each is made by hand. */
export const MAX_SMALL_LIST = 10_000;
/** Most organizations in a list, and most ids in an event: Cloudflare lets no one see as many. */
export const MAX_ORGANIZATIONS = 1_000_000;
/** Most entries in one selection, batch, save or call. */
export const MAX_AT_ONCE = 20_000;
/** Most characters that one batch may write, in all organizations together. */
export const MAX_BATCH_LENGTH = 100_000_000;
/** Most characters that are kept to make the drafts of ended batches again, their entries included. */
export const MAX_KEPT_LENGTH = 50_000_000;
/** Most characters in an imported file. */
export const MAX_IMPORT_LENGTH = 100_000_000;

/** The largest file that can be imported, in bytes. */
export const MAX_FILE_BYTES = 50_000_000;
/** The largest piece of a file in one message, in bytes. A message is copied, which blocks main for about 1 ms. */
export const MAX_PIECE_BYTES = 1_000_000;
/** Most rows of an imported file, empty ones included. Ten times as many as one save may have. */
export const MAX_IMPORT_ROWS = 200_000;
/** The longest row of an imported file. Five texts of the longest kind, each character written as `\u0000`, fit. */
export const MAX_IMPORT_ROW_LENGTH = 4_000_000;
/** Most columns of an imported file that are read. */
export const MAX_IMPORT_COLUMNS = 100;
/** Most names of metadata entries that are offered to match rows by. */
export const MAX_METADATA_NAMES = 100;
/** Most sheets of an imported workbook that are searched for a table. */
export const MAX_SHEETS = 20;
/** How many characters of a cell or of the name of a sheet are shown. */
export const MAX_SHOWN_CELL = 60;
