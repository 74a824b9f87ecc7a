/**
 * Matches the rows of an imported table with entries: by ID, by name, or by an entry of their metadata. A row that matches
 * several entries is not used, nor are two rows that match the same entry, because it is not clear which one is meant.
 */
import type { NotImported } from '../../shared/changes';
import type { ImportKey } from '../../shared/imports';
import { readJsonEntries } from '../../shared/json-entries';
import { MAX_METADATA_NAMES, MAX_SHOWN_CELL } from '../../shared/limits';
import { nameOf } from '../../shared/messages/entry-name';
import { readEntryId } from '../../shared/organization';
import { success, type Result } from '../../shared/result';
import { foldedWords, type Database, type EntryKeys } from '../database';
import { processAll } from '../lib/slices';
import type { TableRow } from './import';

/** How many entries are read together: takes a few ms. */
const PAGE_SIZE = 500;
/** The same, of entries with their texts, which may be long. */
export const LONG_PAGE_SIZE = 32;
/** The longest cell that is looked up. */
const MAX_KEY_LENGTH = 10_000;
/** The longest name of a metadata entry that rows can be matched by. */
const MAX_METADATA_NAME = 200;

/** A row, and the entry that it matches. */
export interface MatchedRow {
  row: TableRow;
  entryId: string;
}

/** The result of matching. */
export interface Matched {
  rows: MatchedRow[];
  notMatched: NotImported[];
  /** By metadata: the entries that wait for their first read. */
  waiting: string[];
  /** By metadata: how many entries cannot be read. */
  unreadable: number;
}

/** Dependencies of matching. */
export interface MatchContext {
  database: Database;
  yieldToEventLoop: () => Promise<void>;
}

/** A name as it is compared, like the search does: case, accents, width and additional spaces make no difference. */
const foldName = (name: string): string => foldedWords(name).join(' ');

/** A value of the metadata as it is compared: how its accents are stored makes no difference. */
const cleanValue = (value: string): string => value.normalize('NFC').trim();

/** Calls `use` with all entries, in pages. */
async function forEachEntry(
  { database, yieldToEventLoop }: MatchContext,
  withMetadata: boolean,
  use: (entry: EntryKeys) => void,
): Promise<Result<null>> {
  for (let after: number | null = 0; after !== null;) {
    const from: number = after;
    const page = database.read(({ organizations }) =>
      organizations.keys(from, withMetadata ? LONG_PAGE_SIZE : PAGE_SIZE, withMetadata),
    );
    if (!page.ok) return page;
    await processAll(page.value.entries, use, yieldToEventLoop);
    after = page.value.last;
  }
  return success(null);
}

/** The values in the metadata that are texts or numbers, by name; null if the name occurs more than once. */
function metadataOf(text: string): Map<string, string | null> {
  const entries = readJsonEntries(text);
  const values = new Map<string, string | null>();
  if (typeof entries === 'string') return values;
  for (const { name, kind, value } of entries)
    if (kind === 'text' || kind === 'number') values.set(name, values.has(name) ? null : value);
  return values;
}

/**
 * The names of metadata entries, the most frequent ones first, and whether entries that wait for their first read may
 * have more.
 */
export async function metadataNames(
  context: MatchContext,
): Promise<Result<{ names: string[]; mayBeMore: boolean }>> {
  const counts = new Map<string, number>();
  let mayBeMore = false;
  const read = await forEachEntry(context, true, ({ metadata }) => {
    mayBeMore ||= metadata === 'waits';
    for (const name of metadataOf(textOf(metadata)).keys())
      if (name.length <= MAX_METADATA_NAME) counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  if (!read.ok) return read;
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return success({ names: sorted.slice(0, MAX_METADATA_NAMES).map(([name]) => name), mayBeMore });
}

const textOf = (metadata: EntryKeys['metadata']): string =>
  metadata !== null && typeof metadata === 'object' ? metadata.text : '';

/** The keys of an entry, without the bare name of its organization. */
function keysOfEntry({ id, name, organization, metadata }: EntryKeys, key: ImportKey): string[] {
  if (key.by === 'id') return [id];
  if (key.by === 'metadata') {
    const value = metadataOf(textOf(metadata)).get(key.name) ?? null;
    return value === null ? [] : [cleanValue(value)];
  }
  const shown = organization && nameOf({ name, organizationName: organization.name });
  return [...new Set([name, ...(shown ? [shown] : [])].map(foldName))];
}

/** The accounts whose organizations have the same name. */
interface SameOrganizationName {
  /** Null: they belong to several organizations. */
  organizationId: string | null;
  /** Null: there are several accounts. */
  entryId: string | null;
}

/** Finds entries by their keys. An account is also found by the name of its organization, by which the window calls it. */
class EntriesByKey {
  readonly #key: ImportKey;
  /** Null: several entries have it. */
  readonly #byKey = new Map<string, { id: string; organizationId: string | null } | null>();
  readonly #byOrganizationName = new Map<string, SameOrganizationName>();

  constructor(key: ImportKey) {
    this.#key = key;
  }

  add(entry: EntryKeys): void {
    const { id, organization } = entry;
    const own = { id, organizationId: organization?.id ?? null };
    for (const key of keysOfEntry(entry, this.#key))
      if (key !== '') this.#byKey.set(key, this.#byKey.has(key) ? null : own);
    const name = this.#key.by === 'name' && organization ? foldName(organization.name) : '';
    if (name === '' || !organization) return;
    const earlier = this.#byOrganizationName.get(name);
    const isSame = !earlier || earlier.organizationId === organization.id;
    this.#byOrganizationName.set(name, {
      organizationId: isSame ? organization.id : null,
      entryId: earlier ? null : id,
    });
  }

  /**
   * The id of the entry with a key; null: several have it. What has a name itself, an organization or one of its accounts,
   * comes before the accounts that have it from their organization, because it shows the same profile.
   */
  find(key: string): string | null | undefined {
    const own = this.#byKey.get(key);
    const accounts = this.#byOrganizationName.get(key);
    if (own === null) return null;
    if (!accounts) return own?.id;
    if (own === undefined) return accounts.entryId;
    const { organizationId } = accounts;
    const isSame = organizationId === own.id || organizationId === own.organizationId;
    return organizationId !== null && isSame ? own.id : null;
  }
}

/** The key in a cell; null: no entry can have it. */
function keyOfCell(cell: string, { by }: ImportKey): string | null {
  if (cell.length > MAX_KEY_LENGTH) return null;
  if (by === 'id') return readEntryId(cell);
  return by === 'name' ? foldName(cell) : cleanValue(cell);
}

/** Matches rows with entries. */
export async function matchRows(
  context: MatchContext,
  rows: readonly TableRow[],
  key: ImportKey,
): Promise<Result<Matched>> {
  const entries = new EntriesByKey(key);
  const waiting: string[] = [];
  let unreadable = 0;
  const read = await forEachEntry(context, key.by === 'metadata', (entry) => {
    if (entry.metadata === 'waits') waiting.push(entry.id);
    else if (entry.metadata === 'unreadable') unreadable += 1;
    entries.add(entry);
  });
  if (!read.ok) return read;
  const found: (MatchedRow | NotImported)[] = [];
  const times = new Map<string, number>();
  const match = (row: TableRow): void => {
    const cell = row.cells[key.column] ?? '';
    const value = cell.trim().slice(0, MAX_SHOWN_CELL);
    const notImported = (reason: NotImported['reason']): NotImported => ({
      number: row.number,
      value,
      field: null,
      reason,
    });
    const cellKey = keyOfCell(cell, key);
    const entryId = cellKey === null ? undefined : entries.find(cellKey);
    const issue = row.issues.find(({ column }) => column === key.column)?.kind;
    if (issue === 'not-text') found.push(notImported('not-text'));
    else if (issue === 'too-long') found.push(notImported('too-long'));
    else if (value === '') found.push(notImported('no-key'));
    else if (entryId === undefined) found.push(notImported('no-match'));
    else if (entryId === null) found.push(notImported('several-matches'));
    else {
      times.set(entryId, (times.get(entryId) ?? 0) + 1);
      found.push(row.isTooWide ? notImported('too-many-cells') : { row, entryId });
    }
  };
  await processAll(rows, match, context.yieldToEventLoop);
  const matched: Matched = { rows: [], notMatched: [], waiting, unreadable };
  for (const one of found) {
    if (!('row' in one)) matched.notMatched.push(one);
    else if (times.get(one.entryId) === 1) matched.rows.push(one);
    else {
      const value = (one.row.cells[key.column] ?? '').trim().slice(0, MAX_SHOWN_CELL);
      const { number } = one.row;
      matched.notMatched.push({ number, value, field: null, reason: 'duplicate' });
    }
  }
  return success(matched);
}
