/**
 * Imports a table: keeps the one that was read last, counts what importing it would change, and makes drafts of it. A cell
 * that was exported and not edited is left alone, even if the entry has a newer text (check-column.ts). Without the check
 * column, every cell counts as edited that differs from the text under a draft.
 */
import { randomUUID } from 'node:crypto';
import { DRAFT_NOTES, type DraftNote, type LeftOut, type NotImported } from '../../shared/changes';
import { columnOf } from '../../shared/headings';
import type { ImportChoices, ImportCounts, ImportedTable } from '../../shared/imports';
import { MAX_SHOWN_CELL } from '../../shared/limits';
import { failed, success, type Result } from '../../shared/result';
import { applyPatches, touchedFields } from '../../shared/patch';
import { FIELD_NAMES, restoreLineEnds, type Edits, type FieldName } from '../../shared/profile';
import { entryLeftOut, pendingOf, textLeftOut, type ImportWork } from '../changes';
import type { ListEntry } from '../database';
import { chunks, processAll } from '../lib/slices';
import { checkOf, checksIn } from './check-column';
import type { ImportedFile, TableRow } from './import';
import {
  LONG_PAGE_SIZE,
  matchRows,
  metadataNames,
  type MatchContext,
  type MatchedRow,
} from './matching';

/** Dependencies of an import. */
export interface TableImportOptions extends MatchContext {
  /** Makes the drafts as a batch. */
  importTable: (work: ImportWork) => Result<{ batchId: string }>;
  /** Reads entries before others, for this import. */
  readFor: (importId: string, entryIds: readonly string[]) => void;
  stopReadingFor: (importId: string) => void;
}

interface KeptTable {
  id: string;
  title: string | null;
  file: ImportedFile;
  /** The column with the checks; -1: there is none. */
  checkColumn: number;
  /** Whether drafts of it are being made. */
  isTaken: boolean;
  metadata: { names: string[]; mayBeMore: boolean };
  /** What was found when it was compared last. */
  last: Pick<Prepared, 'notImported' | 'toRead' | 'planned'>;
}

/** The edited texts of a row. */
interface RowTexts {
  edits: Edits;
  /** The checks of the exported texts; null: the row has none. */
  checks: Record<FieldName, string> | null;
  /** What a person should know of their cells. */
  notes: Partial<Record<FieldName, DraftNote[]>>;
}

/** An entry, and whether it waits for its first read. */
type ComparedEntry = ListEntry & { isWaiting: boolean };

/** What importing a table would do. */
interface Prepared {
  texts: Map<string, RowTexts>;
  counts: ImportCounts;
  notImported: NotImported[];
  leftOut: Partial<Record<LeftOut, string[]>>;
  /** The entries that wait for their first read, which would show more. */
  toRead: string[];
  /** The texts of the drafts that would be made. */
  planned: Map<string, Edits>;
}

/** Why a cell cannot be used, or null. */
function problemOf({ issues }: TableRow, column: number): NotImported['reason'] | null {
  const kinds = issues.filter((one) => one.column === column).map(({ kind }) => kind);
  return (['too-long', 'not-text'] as const).find((reason) => kinds.includes(reason)) ?? null;
}

/**
 * What a text in a Western language hardly has, but one in another encoding that was read as Windows-1252 does: uncommon
 * characters, several letters with marks in a row but for ß, çã and doubled vowels (Größe, créée), and capitals with marks or
 * quotation marks inside a word.
 */
const UNLIKELY =
  /[^\0-\x7f\xa0À-ÖØ-öø-ÿŒœ‚„…‘’“”–—€§°«»]|(?!ç[ãõ]|[Ää]ä|[Öö]ö|[Éé]é|[Åå]å|ß.|.ß)[À-ÖØ-öø-ÿ]{2}|\p{Ll}[À-ÖØ-Þ]|\p{L}[‚„…“”€§°«»]\p{L}/u;

/** Whether the encoding was guessed, and a text looks as if the guess is wrong. */
const isGuess = ({ file }: KeptTable, text: string): boolean =>
  file.encoding === 'windows-1252' && UNLIKELY.test(text);

/** What a person should know of a cell. */
const notesOn = ({ issues }: TableRow, column: number): DraftNote[] =>
  DRAFT_NOTES.filter((note) => issues.some((one) => one.column === column && one.kind === note));

/** Creates the import of tables. */
export function createTableImport(options: TableImportOptions) {
  const { database, yieldToEventLoop } = options;
  let kept: KeptTable | null = null;
  // A draft that was made since shows its own text until the table is compared again.
  database.changes.subscribe(({ topics, organizations }) => {
    if (!topics.has('drafts') || organizations === 'all') return;
    for (const id of organizations) kept?.last.planned.delete(id);
  });

  const tableOf = (importId: string): Result<KeptTable> =>
    kept?.id === importId ? success(kept) : failed('import.outdated');

  /** Adds the edited texts of a row, and counts them. */
  function compare(
    table: KeptTable,
    { row, entryId }: MatchedRow,
    entry: ComparedEntry | undefined,
    choices: ImportChoices,
    prepared: Prepared,
  ): void {
    const { key, fields, empty } = choices;
    const { texts, notImported, leftOut } = prepared;
    const under = entry?.profile && applyPatches(entry.profile.fields, entry.change?.patch);
    const checks = checksIn(row.cells[table.checkColumn] ?? '');
    const rowTexts: RowTexts = { edits: {}, checks, notes: {} };
    let [isNewer, isEmptied] = [false, false];
    for (const { column, field } of fields) {
      const text = row.cells[column];
      if (text === undefined) continue;
      const reason = problemOf(row, column);
      if (reason) {
        const value = (row.cells[key.column] ?? '').trim().slice(0, MAX_SHOWN_CELL);
        notImported.push({ number: row.number, value, field, reason });
        continue;
      }
      if (checks && checkOf(entryId, field, text) === checks[field]) {
        isNewer ||=
          Boolean(under) && checkOf(entryId, field, under?.[field] ?? '') !== checks[field];
        continue;
      }
      if (text === '' && empty === 'leave') {
        isEmptied ||= under ? under[field] !== '' : checks !== null;
        continue;
      }
      if (under && restoreLineEnds(under[field], text) === under[field]) continue;
      rowTexts.edits[field] = text;
      prepared.counts.isGuessed ||= isGuess(table, text);
      rowTexts.notes[field] = notesOn(row, column);
    }
    if (isNewer) (leftOut.newer ??= []).push(entryId);
    if (isEmptied) (leftOut.empty ??= []).push(entryId);
    if (Object.keys(rowTexts.edits).length === 0) {
      if (!isNewer && !isEmptied) (leftOut.unchanged ??= []).push(entryId);
      return;
    }
    texts.set(entryId, rowTexts);
    if (entry) count(entry, rowTexts.edits, choices, prepared);
  }

  /** Counts an entry with edited texts by what the batch would do there. */
  function count(
    { organization, signIn, profile, draft, change, isWaiting }: ComparedEntry,
    edits: Edits,
    { alsoOverDrafts }: ImportChoices,
    { counts, toRead, planned }: Prepared,
  ): void {
    const pending = change && pendingOf(change);
    const reason = entryLeftOut({ signIn, pending, isUnread: profile === null });
    if (reason === 'read-only') counts.readOnly += 1;
    else if (reason === 'decide') counts.decide += 1;
    else if (profile === null) {
      if (isWaiting) toRead.push(organization.id);
      counts[isWaiting ? 'unread' : 'unreadable'] += 1;
    } else {
      const under = applyPatches(profile.fields, change?.patch);
      const changed = touchedFields(edits).filter((field) => {
        const shown = draft?.patch[field]?.text ?? under[field];
        const text = restoreLineEnds(shown, edits[field] ?? '');
        return textLeftOut(text, { shown, under: under[field], isImported: true }) === null;
      });
      const overDrafts = changed.filter((field) => draft?.patch[field]);
      const made = alsoOverDrafts
        ? changed
        : changed.filter((field) => !overDrafts.includes(field));
      counts.drafts += overDrafts.length;
      if (made.length === 0) return;
      counts.changes += 1;
      const { id } = organization;
      planned.set(id, Object.fromEntries(made.map((field) => [field, edits[field]])));
    }
  }

  /** Matches the rows of a table, and compares them with their entries. */
  async function prepare(table: KeptTable, choices: ImportChoices): Promise<Result<Prepared>> {
    const matched = await matchRows(options, table.file.rows, choices.key);
    if (!matched.ok) return matched;
    const { rows, notMatched, waiting, unreadable } = matched.value;
    const prepared: Prepared = {
      texts: new Map(),
      counts: {
        matched: rows.length,
        changes: 0,
        drafts: 0,
        readOnly: 0,
        decide: 0,
        unread: 0,
        waits: waiting.length,
        unreadable,
        notImported: 0,
        isGuessed: false,
        metadataNames: table.metadata.names,
      },
      notImported: notMatched,
      leftOut: {},
      toRead: waiting,
      planned: new Map(),
    };
    const { counts } = prepared;
    const look = ({ value }: NotImported): void => {
      counts.isGuessed ||= isGuess(table, value);
    };
    await processAll(notMatched, look, yieldToEventLoop);
    for (const chunk of chunks(rows, LONG_PAGE_SIZE)) {
      const ids = chunk.map(({ entryId }) => entryId);
      const read = database.read(({ organizations }) => {
        const waits = organizations.waiting(ids);
        return organizations.entries(ids).map((entry): [string, ComparedEntry] => {
          const { id } = entry.organization;
          return [id, { ...entry, isWaiting: waits.has(id) }];
        });
      });
      if (!read.ok) return read;
      const entries = new Map(read.value);
      const compareRow = (row: MatchedRow): void =>
        compare(table, row, entries.get(row.entryId), choices, prepared);
      await processAll(chunk, compareRow, yieldToEventLoop);
    }
    prepared.notImported.sort((one, other) => one.number - other.number);
    counts.notImported = prepared.notImported.length;
    const { notImported, toRead, planned } = prepared;
    table.last = { notImported, toRead, planned };
    return success(prepared);
  }

  /** Makes drafts of a table. */
  async function makeDraftsOf(
    table: KeptTable,
    choices: ImportChoices,
  ): Promise<Result<{ batchId: string }>> {
    const { title, checkColumn } = table;
    const prepared = await prepare(table, choices);
    if (!prepared.ok) return prepared;
    const { texts, counts, notImported, leftOut } = prepared.value;
    if (counts.waits > 0) return failed('import.unread');
    const lengths = [...texts.values()].flatMap(({ edits }) =>
      Object.values(edits).map((text = '') => text.length),
    );
    return options.importTable({
      entryIds: [...texts.keys()],
      fields: FIELD_NAMES.filter((field) => choices.fields.some((one) => one.field === field)),
      textFor(entryId, field, shown) {
        const text = texts.get(entryId)?.edits[field];
        return text === undefined ? 'unchanged' : { text: restoreLineEnds(shown, text) };
      },
      length: lengths.reduce((sum, length) => sum + length, 0),
      alsoOverDrafts: choices.alsoOverDrafts,
      imported: {
        source: { title, hasCheck: checkColumn >= 0 },
        textsOf(entryId) {
          const { checks = null, notes = {} } = texts.get(entryId) ?? {};
          const isChangedSince = (field: FieldName, under: string): boolean =>
            checks !== null && checkOf(entryId, field, under) !== checks[field];
          return { isChangedSince, notes };
        },
        notImported,
        leftOut,
      },
    });
  }

  function forget(): void {
    if (kept) options.stopReadingFor(kept.id);
    kept = null;
  }

  return {
    /** Keeps a table until the next one, and describes it. Null if it was canceled, which then keeps nothing. */
    async keep(
      title: string | null,
      file: ImportedFile,
      isCanceled: () => boolean,
    ): Promise<Result<ImportedTable | null>> {
      const metadata = await metadataNames(options);
      if (!metadata.ok) return metadata;
      if (isCanceled()) return success(null);
      forget();
      const { headings, samples, rows, sheets, moreColumns } = file;
      const id = randomUUID();
      kept = {
        id,
        title,
        file,
        checkColumn: headings.map(columnOf).indexOf('check'),
        isTaken: false,
        metadata: metadata.value,
        last: { notImported: [], toRead: [], planned: new Map() },
      };
      const columns = headings.map((heading, column) => ({
        heading,
        sample: samples[column] ?? '',
        meaning: columnOf(heading),
      }));
      const { names } = metadata.value;
      const shown = { columns, moreColumns, rows: rows.length, metadataNames: names };
      return success({ importId: id, title, sheets, ...shown });
    },
    /** Counts what importing the table would change. */
    async counts(choices: ImportChoices): Promise<Result<ImportCounts>> {
      const table = tableOf(choices.importId);
      if (!table.ok) return table;
      if (table.value.metadata.mayBeMore) {
        const metadata = await metadataNames(options);
        if (!metadata.ok) return metadata;
        table.value.metadata = metadata.value;
      }
      const prepared = await prepare(table.value, choices);
      if (prepared.ok) return success(prepared.value.counts);
      // It was about another choice.
      table.value.last.planned.clear();
      return prepared;
    },
    /** The rows and cells that cannot be used, a part of them, as they were counted last. Null: it is not this table. */
    notImported(
      importId: string,
      { offset, limit }: { offset: number; limit: number },
    ): { total: number; rows: NotImported[] } | null {
      if (kept?.id !== importId) return null;
      const { notImported } = kept.last;
      return { total: notImported.length, rows: notImported.slice(offset, offset + limit) };
    },
    /** The texts of the drafts that would be made of an entry, as they were counted last. */
    planned: (entryId: string): Edits | undefined => kept?.last.planned.get(entryId),
    /** Reads the entries whose first read would show more, as they were counted last. */
    readUnread(importId: string): Result<null> {
      const table = tableOf(importId);
      if (!table.ok) return table;
      options.readFor(importId, table.value.last.toRead);
      return success(null);
    },
    /** Makes drafts of the table once, which is then forgotten. */
    async makeDrafts(choices: ImportChoices): Promise<Result<{ batchId: string }>> {
      const table = tableOf(choices.importId);
      if (!table.ok) return table;
      if (table.value.isTaken) return failed('import.outdated');
      table.value.isTaken = true;
      const made = await makeDraftsOf(table.value, choices);
      table.value.isTaken = false;
      // Another table may have been read meanwhile.
      if (made.ok && kept === table.value) forget();
      return made;
    },
    forget,
  };
}
