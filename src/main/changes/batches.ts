/**
 * Batches: acts that make drafts in many entries at once. They run one after the other, in slices, so that main stays
 * responsive. One that the end of the app stopped is not continued: the person may have changed its drafts since.
 */
import { randomUUID } from 'node:crypto';
import { unsendable } from '../../shared/advice';
import {
  LEFT_OUT,
  MAX_TITLE_TEXT_LENGTH,
  type Batch,
  type BatchKind,
  type LeftOut,
  type LeftOutRow,
  type NotImported,
} from '../../shared/changes';
import type { Failure } from '../../shared/failure';
import { createFinder } from '../../shared/find-text';
import { withJsonEntrySet, type SetJsonEntry } from '../../shared/json-entries';
import { MAX_AT_ONCE, MAX_BATCH_LENGTH, MAX_KEPT_LENGTH } from '../../shared/limits';
import { entryNameOf } from '../../shared/organization';
import { failed, success, type Result } from '../../shared/result';
import { touchedFields } from '../../shared/patch';
import { FIELD_NAMES, restoreLineEnds, type Edits, type FieldName } from '../../shared/profile';
import type { CellRange, CellTexts, Replace, RowRun } from '../../shared/table';
import type { BatchRow, Database, Tables } from '../database';
import { chunks, DRAFT_SLICE_MS, processGroups, processSlice } from '../lib/slices';
import type { Timers } from '../lib/timers';
import { wakeable } from '../lib/wakeable';
import { fillOne, takeBackOne, textsToFill, type ImportedTexts, type TextFor } from './fill';

/** Delay before a slice is tried again whose transaction failed, in ms. */
const RETRY_MS = 2_000;
/** How many entries of a batch are looked up at a time to undo it: about as many as fit into a slice. */
const UNDO_PAGE = 128;
/** What an entry of a batch that has ended takes in memory, in characters: its id and its marks. */
const ENTRY_LENGTH = 100;
/** How many entries are looked up at a time to see how long their texts become: takes a few ms. Each may be very long. */
const LENGTH_PAGE = 32;

/** Reads entries that a person waits for. */
export interface LeftOutReader {
  /** Reads these entries before others, for the batch of this id. */
  readFor: (batchId: string, entryIds: readonly string[]) => void;
  stopReadingFor: (batchId: string) => void;
  isReadingFor: (batchId: string) => boolean;
}

/** Dependencies of batches. */
export interface BatchesOptions {
  database: Database;
  /** The ids of the selected entries, in list order. */
  selected: () => Result<string[]>;
  /**
   * The ids of rows of a snapshot of the table, of which cells in `columns` columns are changed. Fails with `table.outdated`
   * or `table.too-many-cells`.
   */
  idsIn: (snapshot: number, rows: readonly RowRun[], columns: number) => Result<string[]>;
  /** The entries of a snapshot of the table that show a text. Fails with `table.outdated`. */
  found: (request: Pick<Replace, 'snapshot' | 'find'>) => Promise<Result<readonly string[]>>;
  reader: LeftOutReader;
  now: () => number;
  timers: Timers;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
  /** Called with the entries whose draft changed. */
  onChanged: (entryIds: readonly string[]) => void;
}

/** What a batch makes drafts of. */
interface Work {
  kind: Exclude<BatchKind, 'save-undone'>;
  entryIds: readonly string[];
  fields: readonly FieldName[];
  /** The texts that its title names. */
  titleTexts?: readonly string[];
  /** The new text of a field of an entry that shows this one, or why it gets none. */
  textFor: TextFor;
  /** How many characters the texts of all drafts have together. */
  length: number;
  /** How many characters `textFor` keeps. */
  kept: number;
  /** Whether they replace drafts. A text that is replaced goes to the history. */
  alsoOverDrafts: boolean;
  /** Of an import. */
  imported?: Imported | undefined;
}

/** What an import knows besides its texts. */
interface Imported {
  source: NonNullable<Batch['source']>;
  textsOf: (entryId: string) => ImportedTexts;
  /** The rows and cells that cannot be used. */
  notImported: readonly NotImported[];
  /** The entries in which nothing is to be done. */
  leftOut: Readonly<Partial<Record<LeftOut, readonly string[]>>>;
}

/** An import: a text for each field of an entry that the table has one for. */
export type ImportWork = Omit<Work, 'kind' | 'kept' | 'imported'> & { imported: Imported };

/** A batch of this run of the app that makes drafts, or did. */
interface Fill extends Work {
  id: string;
  /** What it found in the entries: see `BatchTexts`. Shared with the batches that make it again, or the rest of it. */
  seen: Map<string, readonly number[]>;
  /** See `BatchTexts`. */
  since: number;
  /** The entries it has not gone through yet. */
  rest: readonly string[];
  /** What could not be used and is not stored yet. It is stored first. */
  toStore: readonly NotImported[];
  /** Whether it is done or was stopped, and the database says so. */
  hasEnded: boolean;
  /** The entries that it left out, by reason. */
  leftOut: Map<LeftOut, string[]>;
  /** Whether the person wanted those to be read. */
  isReadingWanted: boolean;
}

/** What `fill` is asked for. */
interface FillRequest {
  edits: Edits;
  alsoOverDrafts: boolean;
}

/** The entries that a fill left out because they were never read. */
const unreadOf = ({ leftOut }: Pick<Fill, 'leftOut'>): readonly string[] =>
  leftOut.get('unread') ?? [];

/** The same texts for all entries. */
function sameTexts(
  entryIds: readonly string[],
  edits: Edits,
  alsoOverDrafts: boolean,
): Omit<Work, 'kind'> {
  const fields = touchedFields(edits);
  const kept = lengthOf(fields.map((field) => edits[field] ?? ''));
  const length = entryIds.length * kept;
  const textFor: TextFor = (_, field, shown) => ({
    text: restoreLineEnds(shown, edits[field] ?? ''),
  });
  return { entryIds, fields, textFor, length, kept, alsoOverDrafts };
}

/** A text as a title names it. */
const shortened = (text: string): string =>
  text.length > MAX_TITLE_TEXT_LENGTH ? `${text.slice(0, MAX_TITLE_TEXT_LENGTH - 1)}…` : text;

const lengthOf = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + text.length, 0);

/** Why a batch is refused as a whole, or null. */
function refusal({ entryIds, fields, length }: Work) {
  if (entryIds.length === 0 || fields.length === 0) return 'change.not-found';
  if (entryIds.length > MAX_AT_ONCE) return 'batch.too-many';
  return length > MAX_BATCH_LENGTH ? 'batch.too-large' : null;
}

/** Creates what makes and undoes batches. Nothing runs before the first call. */
export function createBatches(options: BatchesOptions) {
  const { database, reader, now, timers, yieldToEventLoop, onChanged } = options;
  const fills = new Map<string, Fill>();
  let stopped = false;
  let timer: unknown = null;
  /** Why the last slice failed, or null: all batches that are not done wait for that. */
  let failure: Failure | null = null;

  const isAllDone = ({ toStore, rest }: Fill): boolean => toStore.length === 0 && rest.length === 0;

  /** Goes through some entries of a fill. Null if it was stopped meanwhile, or has ended. */
  function fillSlice(tables: Tables, fill: Fill) {
    const row = tables.batches.get(fill.id);
    if (row?.stage !== 'running') return null;
    if (isAllDone(fill)) {
      tables.batches.put({ ...row, stage: 'done' });
      return null;
    }
    if (fill.toStore.length > 0) {
      const store = (one: NotImported): void => tables.batches.addNotImported(fill.id, one);
      const toStore = processSlice(fill.toStore, store, DRAFT_SLICE_MS);
      return { rest: fill.rest, toStore, changed: [], left: [], seen: [] };
    }
    const changed: string[] = [];
    const left: [reason: LeftOut, entryId: string][] = [];
    const seen: [entryId: string, marks: readonly number[]][] = [];
    const leftOut = { ...row.leftOut };
    const rest = processGroups(
      fill.rest,
      (ids) => {
        const found = tables.organizations.entries(ids);
        const entries = new Map(found.map((entry) => [entry.organization.id, entry]));
        for (const entryId of ids) {
          const filled = fillOne(tables, entries.get(entryId), fill, now());
          if (filled.isMade) changed.push(entryId);
          if (filled.seen) seen.push([entryId, filled.seen]);
          for (const reason of filled.leftOut) {
            left.push([reason, entryId]);
            leftOut[reason] = (leftOut[reason] ?? 0) + 1;
          }
        }
      },
      DRAFT_SLICE_MS,
    );
    tables.batches.put({
      ...row,
      leftOut,
      done: row.total - rest.length,
      made: row.made + changed.length,
    });
    return { rest, toStore: [], changed, left, seen };
  }

  /** Makes the slices durable. Tried until it succeeds: what they made is shown already. */
  function flush(): void {
    if (!stopped && !database.flush().ok) timers.set(flush, RETRY_MS);
  }

  /**
   * Ends the batches of earlier runs, which are shown as running: by id, because it is tried until there is space on the
   * disk, and batches that began meanwhile must not be ended.
   */
  function startRun(earlier: readonly string[]): void {
    if (stopped || database.write(({ batches }) => batches.startRun(earlier)).ok) return;
    timers.set(() => startRun(earlier), RETRY_MS);
  }

  const wake = wakeable(async () => {
    timers.clear(timer);
    // The first slice is made in the call that starts it: what the person does afterwards must not come before it.
    for (const fill of fills.values()) {
      while (!fill.hasEnded) {
        if (stopped) return;
        const work = (tables: Tables) => fillSlice(tables, fill);
        // The last write says that it is done, and makes everything before it durable.
        const slice = isAllDone(fill) ? database.write(work) : database.writeSlice(work);
        failure = slice.ok ? null : slice.failure;
        if (!slice.ok) {
          database.changes.publishInMemory((marks) => marks.topic('batches'));
          timer = timers.set(wake, RETRY_MS);
          return;
        }
        // Only after the commit, because the transaction of a slice may fail as a whole.
        fill.hasEnded = slice.value === null;
        fill.rest = slice.value?.rest ?? [];
        fill.toStore = slice.value?.toStore ?? [];
        for (const [reason, entryId] of slice.value?.left ?? [])
          fill.leftOut.get(reason)?.push(entryId);
        for (const [entryId, marks] of slice.value?.seen ?? []) fill.seen.set(entryId, marks);
        onChanged(slice.value?.changed ?? []);
        await yieldToEventLoop();
      }
    }
  });

  /** Forgets the texts of the oldest batches that have ended, while all together are too long. */
  function forgetOldest(): void {
    const takes = ({ kept, entryIds }: Fill): number => kept + entryIds.length * ENTRY_LENGTH;
    let all = [...fills.values()].reduce((sum, fill) => sum + takes(fill), 0);
    for (const fill of fills.values()) {
      if (all <= MAX_KEPT_LENGTH) return;
      if (!fill.hasEnded) continue;
      fills.delete(fill.id);
      all -= takes(fill);
    }
  }

  function start(
    work: Work & { seen?: Fill['seen'] },
    more: (tables: Tables) => void = () => undefined,
  ): Result<{ batchId: string }> {
    const refused = refusal(work);
    if (refused) return failed(refused);
    const { kind, entryIds, fields, imported } = work;
    const leftOut = new Map(
      LEFT_OUT.map((reason): [LeftOut, string[]] => [
        reason,
        [...(imported?.leftOut[reason] ?? [])],
      ]),
    );
    const row: BatchRow = {
      id: randomUUID(),
      kind,
      fields: FIELD_NAMES.filter((field) => fields.includes(field)),
      titleTexts: (work.titleTexts ?? []).map(shortened),
      at: now(),
      stage: 'running',
      done: 0,
      total: entryIds.length,
      made: 0,
      leftOut: Object.fromEntries([...leftOut].map(([reason, ids]) => [reason, ids.length])),
      source: imported?.source ?? null,
    };
    const added = database.write((tables) => {
      tables.batches.put(row);
      more(tables);
      return tables.drafts.sequence.last();
    });
    if (!added.ok) return added;
    const { id } = row;
    forgetOldest();
    const toStore = imported?.notImported ?? [];
    const { seen = new Map<string, readonly number[]>() } = work;
    const progress = { rest: entryIds, toStore, hasEnded: false, leftOut, isReadingWanted: false };
    fills.set(id, { ...work, ...progress, id, seen, since: added.value });
    wake();
    return success({ batchId: id });
  }

  /** How many characters the texts of entries would have together, until they are too many. */
  async function madeLength(
    entryIds: readonly string[],
    fields: readonly FieldName[],
    lengthOfMade: (shown: string) => number,
  ): Promise<Result<number>> {
    let length = 0;
    // More entries are refused anyway.
    for (const ids of chunks(entryIds.slice(0, MAX_AT_ONCE), LENGTH_PAGE)) {
      const read = database.read((tables) =>
        ids.map((entryId) => textsToFill(tables, entryId, fields) ?? {}),
      );
      if (!read.ok) return read;
      const texts = read.value.flatMap((edits) => Object.values(edits));
      length += texts.reduce((sum, shown = '') => sum + lengthOfMade(shown), 0);
      if (length > MAX_BATCH_LENGTH) break;
      await yieldToEventLoop();
    }
    return success(length);
  }

  /** Takes back some of what a batch made. Null if the batch is not known. */
  const undoSlice = (batchId: string) =>
    database.writeSlice((tables) => {
      const row = tables.batches.get(batchId);
      if (!row) return null;
      const ids = tables.drafts.idsOf(batchId, UNDO_PAGE);
      const undo = (group: readonly string[]): void => {
        for (const entry of tables.organizations.entries(group))
          takeBackOne(tables, entry, batchId, now());
      };
      const rest = processGroups(ids, undo, DRAFT_SLICE_MS);
      const undone = ids.slice(0, ids.length - rest.length);
      const isLast = rest.length === 0 && ids.length < UNDO_PAGE;
      const stopped = row.stage === 'running' ? 'stopped' : row.stage;
      tables.batches.put({
        ...row,
        stage: isLast ? 'undone' : stopped,
        // Not below 0: another undo may have given it a field back in an entry that it was undone in.
        made: Math.max(0, row.made - undone.length),
      });
      return { undone, isLast };
    });

  const batchOf = (tables: Tables, row: BatchRow & { undoable: boolean }): Batch => {
    const fill = fills.get(row.id);
    const unread = fill ? unreadOf(fill) : [];
    const isReadingWanted = fill?.isReadingWanted === true;
    const leftOut = LEFT_OUT.flatMap((reason) => {
      const count = row.leftOut[reason];
      return count === undefined || count === 0 ? [] : { reason, count };
    });
    const notImported = row.source ? tables.batches.countNotImported(row.id) : 0;
    const about = {
      ...row,
      leftOut,
      notImported,
      failure: row.stage === 'running' ? failure : null,
    };
    if (!isReadingWanted) return { ...about, reading: null };
    const counts = tables.profiles.countAmong(unread);
    const reading = { ...counts, running: reader.isReadingFor(row.id) };
    return { ...about, reading };
  };

  return {
    /** Makes drafts with these texts in the selected entries, in slices after it has returned. */
    fill({ edits, alsoOverDrafts }: FillRequest): Result<{ batchId: string }> {
      const selected = options.selected();
      if (!selected.ok) return selected;
      if (touchedFields(edits).some((field) => unsendable(edits[field] ?? '')))
        return failed('profile.too-long');
      return start({ kind: 'fill', ...sameTexts(selected.value, edits, alsoOverDrafts) });
    },
    /** Makes drafts of texts in cells of the table, row by row, or of those of one row in every row. */
    cells({ snapshot, rows: runs, fields, kind, texts }: CellTexts): Result<{ batchId: string }> {
      const found = options.idsIn(snapshot, runs, fields.length);
      if (!found.ok) return found;
      const entryIds = found.value;
      const isOneRow = texts.length === fields.length;
      if (!isOneRow && texts.length !== entryIds.length * fields.length)
        return failed('cells.do-not-fit');
      const rows = isOneRow ? null : new Map(entryIds.map((id, row) => [id, row]));
      const kept = lengthOf(texts.map((text) => text ?? ''));
      const length = kept * (isOneRow ? entryIds.length : 1);
      const textFor: TextFor = (id, field, shown) => {
        const at = (rows?.get(id) ?? 0) * fields.length + fields.indexOf(field);
        const text = texts[at] ?? null;
        return text === null ? 'too-long' : { text: restoreLineEnds(shown, text) };
      };
      return start({ kind, entryIds, fields, textFor, length, kept, alsoOverDrafts: true });
    },
    /** Makes drafts with the texts of the first row of a range in its other rows. */
    fillDown({ snapshot, rows, fields }: CellRange): Result<{ batchId: string }> {
      const found = options.idsIn(snapshot, rows, fields.length);
      if (!found.ok) return found;
      const [first, ...others] = found.value;
      const texts = database.read((tables) =>
        first === undefined ? null : textsToFill(tables, first, fields),
      );
      if (!texts.ok) return texts;
      if (!texts.value) return failed('cells.unread');
      return start({ kind: 'fill', ...sameTexts(others, texts.value, true) });
    },
    /** Replaces a text in the cells of the table that show it. What was changed meanwhile is replaced as it is then. */
    async replace({
      alsoOverDrafts,
      replacement,
      ...where
    }: Replace): Promise<Result<{ batchId: string }>> {
      const found = await options.found(where);
      if (!found.ok) return found;
      const { fields, text } = where.find;
      const finder = createFinder(where.find);
      const length = await madeLength(found.value, fields, (shown) =>
        finder.isIn(shown) ? (finder.replacedIn(shown, replacement)?.length ?? 0) : 0,
      );
      if (!length.ok) return length;
      return start({
        kind: 'replace',
        entryIds: found.value,
        fields,
        titleTexts: [text, replacement],
        textFor(_, __, shown) {
          const made = finder.replacedIn(shown, replacement);
          return made === null ? 'too-long' : { text: made };
        },
        length: length.value,
        kept: lengthOf([text, replacement]),
        alsoOverDrafts,
      });
    },
    /** Sets one entry of a JSON text in the selected entries. */
    async setEntry({
      field,
      name,
      value,
      alsoOverDrafts,
    }: SetJsonEntry): Promise<Result<{ batchId: string }>> {
      const selected = options.selected();
      if (!selected.ok) return selected;
      const made = (shown: string) => withJsonEntrySet(shown, name, value);
      // Each draft has the whole JSON text, where that changes.
      const length = await madeLength(selected.value, [field], (shown) => {
        const text = made(shown);
        return typeof text === 'string' || text.text === shown ? 0 : text.text.length;
      });
      if (!length.ok) return length;
      return start({
        kind: 'set-entry',
        entryIds: selected.value,
        fields: [field],
        titleTexts: [name, value],
        textFor: (_, __, shown) => made(shown),
        length: length.value,
        kept: lengthOf([name, value]),
        alsoOverDrafts,
      });
    },
    /** Makes drafts of an imported table, in slices after it has returned. */
    importTable: (work: ImportWork): Result<{ batchId: string }> =>
      start({ kind: 'import', kept: work.length, ...work }),
    /** The rows and cells that an import could not use, a part of them. Fails with `batch.not-found`. */
    notImported(
      batchId: string,
      page: { offset: number; limit: number },
    ): Result<{ total: number; rows: NotImported[] }> {
      const found = database.read(({ batches }) =>
        batches.get(batchId)
          ? { total: batches.countNotImported(batchId), rows: batches.notImported(batchId, page) }
          : null,
      );
      if (!found.ok) return found;
      return found.value ? success(found.value) : failed('batch.not-found');
    },
    /**
     * Makes the drafts of a batch of this run again where the text that they were made of is back: a batch of its own, which
     * takes the place of the one that was undone.
     */
    redo(batchId: string): Result<{ batchId: string }> {
      const fill = fills.get(batchId);
      if (!fill) return failed('batch.not-found');
      let isReplaced = false;
      const started = start(fill, (tables) => {
        isReplaced = tables.batches.get(batchId)?.stage === 'undone';
        if (isReplaced) tables.batches.close(batchId);
      });
      if (started.ok && isReplaced) {
        reader.stopReadingFor(batchId);
        fills.delete(batchId);
      }
      return started;
    },
    /** The batches whose lines are not closed, newest first. */
    list: (): Result<Batch[]> =>
      database.read((tables) => tables.batches.open().map((row) => batchOf(tables, row))),
    /** Sets texts back where the draft is still as the batch made it. Also stops one that is running. */
    async undo(batchId: string): Promise<Result<null>> {
      for (;;) {
        const slice = undoSlice(batchId);
        if (!slice.ok) {
          // What is undone is shown already.
          flush();
          return slice;
        }
        if (!slice.value) return failed('batch.not-found');
        onChanged(slice.value.undone);
        await yieldToEventLoop();
        if (slice.value.isLast) break;
      }
      const flushed = database.flush();
      return flushed.ok ? success(null) : flushed;
    },
    /** Closes the line of a batch. */
    close(batchId: string): Result<null> {
      const closed = database.write(({ batches }) => batches.close(batchId));
      if (!closed.ok) return closed;
      reader.stopReadingFor(batchId);
      if (fills.get(batchId)?.hasEnded) fills.delete(batchId);
      return success(null);
    },
    /** A part of the entries that a batch of this run left out for a reason, without those removed since. */
    leftOut(
      batchId: string,
      reason: LeftOut,
      { offset, limit }: { offset: number; limit: number },
    ): Result<{ total: number; rows: LeftOutRow[] }> {
      const ids = fills.get(batchId)?.leftOut.get(reason);
      if (!ids) return failed('batch.not-found');
      return database.read(({ organizations }) => {
        const saved = organizations.signInsOf(ids);
        const left = ids.filter((entryId) => saved.has(entryId));
        const rows = left.slice(offset, offset + limit).flatMap((entryId) => {
          const entry = organizations.get(entryId);
          return entry ? { entryId, ...entryNameOf(entry) } : [];
        });
        return { total: left.length, rows };
      });
    },
    /** Reads the entries that a batch left out because they were never read. */
    readLeftOut(batchId: string): Result<null> {
      const fill = fills.get(batchId);
      if (!fill) return failed('batch.not-found');
      fill.isReadingWanted = true;
      const found = database.read(({ profiles }) => profiles.among(unreadOf(fill)));
      if (!found.ok) return found;
      reader.readFor(batchId, found.value.unread);
      return success(null);
    },
    /** Stops reading them. */
    stopReading: (batchId: string): void => reader.stopReadingFor(batchId),
    /** Makes the drafts of a batch in the entries that it left out and that were read since: a batch of its own. */
    fillLeftOut(batchId: string): Result<{ batchId: string }> {
      const fill = fills.get(batchId);
      if (!fill) return failed('batch.not-found');
      const found = database.read(({ profiles }) => profiles.among(unreadOf(fill)));
      if (!found.ok) return found;
      const { read, unread } = found.value;
      const imported = fill.imported && { ...fill.imported, notImported: [], leftOut: {} };
      const started = start({ ...fill, entryIds: read, imported }, (tables) => {
        const row = tables.batches.get(batchId);
        if (row) tables.batches.put({ ...row, leftOut: { ...row.leftOut, unread: unread.length } });
      });
      if (started.ok) fill.leftOut.set('unread', unread);
      return started;
    },
    /** Call once at launch: batches of earlier runs are not continued. */
    start(): void {
      const earlier = database.read(({ batches }) => batches.open().map(({ id }) => id));
      if (earlier.ok) startRun(earlier.value);
    },
    stop(): void {
      stopped = true;
      timers.clear(timer);
    },
  };
}
