/** Drafts: edits that were not submitted yet, a row for each touched field. */
import { DRAFT_NOTES, type DraftNote } from '../../shared/changes';
import { isEmpty, type Patch } from '../../shared/patch';
import { FIELD_NAMES, type FieldName } from '../../shared/profile';
import * as columns from './columns';
import { markEntry, type Context } from './context';
import { createDraftSequence } from './draft-sequence';
import { DECISION_STATE_LIST } from './outbox-queue';
import type { Row } from './sqlite-file';
import { readRow, type Table } from './table';

/** A draft: edits that were not submitted yet. */
export interface DraftRow {
  entryId: string;
  patch: Patch;
  /** When its newest text was typed or made. */
  updatedAt: number;
}

/** The draft of one field. */
export interface DraftField {
  entryId: string;
  field: FieldName;
  base: string | null;
  text: string;
  /** Grows with every text of a draft, over all entries. */
  seq: number;
  /** The batch or the canceled save that it comes from; null: it was typed. */
  origin: string | null;
  at: number;
}

/** A draft text that a batch replaced, or typing over what a batch made. */
export interface ReplacedDraft extends DraftOrigin {
  text: string;
  /** Its base, where the batch gave the draft another one. */
  base?: string | null;
}

/** Where a draft text comes from, what it replaced, and what a person should know of it. */
export interface DraftOrigin {
  origin: string | null;
  replaced: ReplacedDraft | null;
  notes: DraftNote[];
}

/** The draft of a field without its texts, so that thousands can be counted. */
export interface DraftSummary extends Pick<DraftField, 'entryId' | 'field' | 'seq' | 'origin'> {
  /** Whether its text is empty. Then the one under it is not. */
  isCleared: boolean;
  /** What a person should know of an imported text. */
  notes: DraftNote[];
  /** Whether a text of the field waits to be sent. */
  isWaiting: boolean;
  /** Why it is in no review: its sign-in is read-only, or its entry waits for a decision. Null: it is in one. */
  notReviewed: 'readOnly' | 'decide' | null;
}

/** The origin of drafts that come from a damaged database, or from a pending change that is not ours (row-macs.ts). */
export const RECOVERED = 'recovered';

/** The table of drafts. They come back through changes/adopt.ts. */
export const DRAFT: Table<DraftField> = {
  name: 'draft_field',
  isOffered: true,
  parse(row) {
    const edit = columns.toEdit(row);
    return (
      edit && {
        ...edit,
        seq: columns.toNumber(row['seq']),
        origin: typeof row['origin'] === 'string' ? row['origin'] : null,
        at: columns.toNumber(row['at']),
      }
    );
  },
};

/** The drafts of entries, from the rows of their fields. */
export function draftsOf(rows: readonly DraftField[]): Map<string, DraftRow> {
  const drafts = new Map<string, DraftRow>();
  for (const { entryId, field, base, text, at } of rows) {
    const draft = drafts.get(entryId) ?? { entryId, patch: {}, updatedAt: at };
    draft.patch[field] = { base, text };
    draft.updatedAt = Math.max(draft.updatedAt, at);
    drafts.set(entryId, draft);
  }
  return drafts;
}

/** So many entries are looked up one by one sooner than all drafts are read. */
const FEW = 1_000;

const knownNotes = (stored: unknown): DraftNote[] =>
  DRAFT_NOTES.filter((note) => Array.isArray(stored) && stored.includes(note));

const fromNotes = (notes: readonly DraftNote[]): string | null =>
  notes.length > 0 ? columns.toJson(notes) : null;

/** The text that a batch replaced, as it is stored; null if there is none or it cannot be read. */
function toReplaced(column: unknown): ReplacedDraft | null {
  const stored = columns.fromJson(column) as Partial<ReplacedDraft> | null | undefined;
  if (typeof stored !== 'object' || stored === null) return null;
  const { text, base, origin, replaced } = stored;
  if (!columns.isFieldText(text)) return null;
  return {
    text,
    origin: typeof origin === 'string' ? origin : null,
    replaced: typeof replaced === 'object' ? replaced : null,
    notes: knownNotes(stored.notes),
    ...(base === null || columns.isFieldText(base) ? { base } : {}),
  };
}

/**
 * What a new text replaces. Further typing still replaces what it began with, if that was not typed.
 * @param nextBase the base of the new text
 */
function replacedBy(row: Row, nextBase: string | null, isBatch: boolean): ReplacedDraft | null {
  const { text, base, origin } = readRow(DRAFT, row);
  const replaced = toReplaced(row['replaced']);
  if (origin === null && !isBatch) return replaced;
  const known = { text, origin, replaced, notes: toNotes(row['notes']) };
  return base === nextBase ? known : { ...known, base };
}

/** SQL: the pending change of an entry needs a decision. */
const NEEDS_DECISION = `x.state IN ${DECISION_STATE_LIST}`;
/** SQL: `DraftSummary.notReviewed`. */
const NOT_REVIEWED = `CASE
  WHEN ${NEEDS_DECISION} THEN 'decide'
  WHEN s.read_only IS NOT NULL THEN 'readOnly' END`;
const DRAFTS = `draft_field d JOIN organization o ON o.id = d.entry_id
  LEFT JOIN outbox x ON x.entry_id = d.entry_id
  LEFT JOIN sign_in s ON s.id = o.sign_in_id`;
// Looks at the fields only where there is a change, because most drafts have none.
const IS_WAITING = `CASE WHEN x.entry_id IS NOT NULL THEN EXISTS
  (SELECT 1 FROM pending_field WHERE entry_id = d.entry_id AND field = d.field) END`;
const SUMMARIES = `SELECT d.rowid, d.entry_id, d.field, d.seq, d.origin, d.notes,
    d.text = '""', ${IS_WAITING}, ${NOT_REVIEWED}
  FROM ${DRAFTS}`;

const toNotes = (column: unknown): DraftNote[] => knownNotes(columns.fromJson(column));

/** A draft from a row of `SUMMARIES`, read as an array, because there may be thousands. */
function toSummary(row: readonly unknown[]): DraftSummary {
  const [, entryId, field, seq, origin, notes, isCleared, isWaiting, notReviewed] = row;
  return {
    entryId: String(entryId),
    field: columns.toOneOf(FIELD_NAMES, field, 'business_name'),
    seq: columns.toNumber(seq),
    origin: typeof origin === 'string' ? origin : null,
    isCleared: isCleared === 1,
    notes: toNotes(notes),
    isWaiting: isWaiting === 1,
    notReviewed: columns.toOneOf([null, 'readOnly', 'decide'], notReviewed, null),
  };
}

/** The repository of drafts. Only changes/repository.ts writes here. */
export function drafts(context: Context) {
  const { sql, changes } = context;
  const sequence = createDraftSequence(sql);
  const rowsOf = (entryId: string): Row[] =>
    sql.all('SELECT * FROM draft_field WHERE entry_id = ?', entryId);
  const mark = (entryId: string): void => {
    markEntry(context, entryId);
    changes.topic('drafts');
  };
  /** Batches say how many of their drafts are left. */
  const markOrigin = (origin: unknown): void => {
    if (typeof origin === 'string') changes.topic('batches');
  };
  const removeField = (entryId: string, field: FieldName, { origin }: Row): void => {
    markOrigin(origin);
    sql.run('DELETE FROM draft_field WHERE entry_id = ? AND field = ?', entryId, field);
  };
  /** Stores a text that is new, under the next number. */
  const putField = (
    entryId: string,
    field: FieldName,
    edit: NonNullable<Patch[FieldName]>,
    at: number,
    { origin, replaced, notes }: DraftOrigin,
  ): void => {
    markOrigin(origin);
    sql.run(
      `INSERT OR REPLACE INTO draft_field (entry_id, field, base, text, seq, origin, replaced, notes, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      entryId,
      field,
      columns.toJsonOrNull(edit.base),
      columns.toJson(edit.text),
      sequence.next(),
      origin,
      columns.toJsonOrNull(replaced),
      fromNotes(notes),
      at,
    );
  };
  return {
    get(entryId: string): DraftRow | null {
      const rows = rowsOf(entryId).map((row) => readRow(DRAFT, row));
      return draftsOf(rows).get(entryId) ?? null;
    },
    /**
     * Up to `limit` drafts without their texts, in the order they were made.
     * @param after the place of the last one before them; 0 for the first
     * @returns also the place of the last one; null if there are no more
     */
    summaries(after: number, limit: number): { drafts: DraftSummary[]; last: number | null } {
      const NEXT = `${SUMMARIES} WHERE d.rowid > ? ORDER BY d.rowid LIMIT ?`;
      const rows = sql.arrays(NEXT, after, limit);
      const last = rows.length < limit ? null : columns.toNumber(rows.at(-1)?.[0]);
      return { drafts: rows.map(toSummary), last };
    },
    /** The drafts of each of these entries that has some, without their texts. */
    summariesOf(ids: readonly string[]): Map<string, DraftSummary[]> {
      const OF = `${SUMMARIES} WHERE d.entry_id IN (SELECT value FROM json_each(?))`;
      const found = new Map<string, DraftSummary[]>();
      for (const draft of sql.arrays(OF, columns.toJson(ids)).map(toSummary)) {
        found.set(draft.entryId, [...(found.get(draft.entryId) ?? []), draft]);
      }
      return found;
    },
    /** The number of drafts that can be submitted together with others and have a number above this one. */
    countNewer(seq: number): number {
      // All but the others, because joining thousands of drafts with their entries is slow.
      const ALL = 'SELECT count(*) AS n FROM draft_field WHERE seq > ?';
      const OTHERS = `SELECT count(*) AS n FROM draft_field WHERE seq > ? AND entry_id IN (
        SELECT entry_id FROM outbox x WHERE ${NEEDS_DECISION}
        UNION SELECT id FROM organization WHERE sign_in_id IN
          (SELECT id FROM sign_in s WHERE s.read_only IS NOT NULL))`;
      const count = (query: string): number => columns.toNumber(sql.get(query, seq)?.['n']);
      const all = count(ALL);
      return all === 0 ? 0 : all - count(OTHERS);
    },
    /** How many of these entries have a draft of each field; without fields of which none has one. */
    countByField(ids: readonly string[]): { field: FieldName; count: number }[] {
      if (ids.length <= FEW) {
        const COUNT = `SELECT field, count(*) AS n FROM draft_field
          WHERE entry_id IN (SELECT value FROM json_each(?)) GROUP BY field`;
        const counts = new Map(
          sql.all(COUNT, columns.toJson(ids)).map((row) => [row['field'], row['n']]),
        );
        return FIELD_NAMES.flatMap((field) => {
          const count = columns.toNumber(counts.get(field) ?? 0);
          return count > 0 ? [{ field, count }] : [];
        });
      }
      // Fetched as one text per field, because the driver is slow with thousands of rows.
      const rows = sql.all(
        'SELECT field, group_concat(entry_id) AS ids FROM draft_field GROUP BY field',
      );
      const wanted = new Set(rows.length > 0 ? ids : []);
      return FIELD_NAMES.flatMap((field) => {
        const having = rows.find((row) => row['field'] === field)?.['ids'];
        if (typeof having !== 'string') return [];
        const count = having.split(',').filter((id) => wanted.has(id)).length;
        return count > 0 ? [{ field, count }] : [];
      });
    },
    /** The draft of each field. */
    fields: (entryId: string): DraftField[] => rowsOf(entryId).map((row) => readRow(DRAFT, row)),
    /**
     * Stores the draft of an entry. A text that was there already keeps its number and where it comes from.
     * @param origin the batch or canceled save that made the other texts; null: they were typed. What is replaced is
     *   remembered, so that a batch can be undone, and a text that is typed over and put back is as before.
     */
    put(
      { entryId, patch, updatedAt }: DraftRow,
      { origin, isBatch }: { origin: string | null; isBatch: boolean } = {
        origin: null,
        isBatch: false,
      },
    ): void {
      const stored = new Map(rowsOf(entryId).map((row) => [row['field'], row]));
      for (const field of FIELD_NAMES) {
        const edit = patch[field];
        const row = stored.get(field);
        if (!edit) {
          if (row) removeField(entryId, field, row);
          continue;
        }
        const [text, base] = [columns.toJson(edit.text), columns.toJsonOrNull(edit.base)];
        if (row?.['text'] === text) {
          if (row['base'] === base) continue;
          const REBASE = 'UPDATE draft_field SET base = ? WHERE entry_id = ? AND field = ?';
          sql.run(REBASE, base, entryId, field);
          continue;
        }
        markOrigin(row?.['origin']);
        const below = row ? replacedBy(row, edit.base, isBatch) : null;
        const isBack = !isBatch && below?.text === edit.text;
        const replaced = isBatch || origin === null ? below : null;
        putField(entryId, field, edit, updatedAt, isBack ? below : { origin, replaced, notes: [] });
      }
      if (!isEmpty(patch)) {
        const TYPED_AGAIN = 'UPDATE unreadable SET is_shown = 0 WHERE entry_id = ?';
        sql.run(TYPED_AGAIN, entryId);
      }
      mark(entryId);
    },
    remove(entryId: string): void {
      const DELETE = 'DELETE FROM draft_field WHERE entry_id = ? RETURNING origin';
      for (const { origin } of sql.all(DELETE, entryId)) markOrigin(origin);
      mark(entryId);
    },
    /** Ids of up to `limit` entries with drafts of this origin. */
    idsOf: (origin: string, limit: number): string[] =>
      sql
        .all(
          'SELECT DISTINCT entry_id AS id FROM draft_field WHERE origin = ? LIMIT ?',
          origin,
          limit,
        )
        .map(({ id }) => String(id)),
    /** What a batch replaced in each field of an entry where its text is still there; null: nothing. */
    madeBy(entryId: string, batch: string): Partial<Record<FieldName, ReplacedDraft | null>> {
      const made: Partial<Record<FieldName, ReplacedDraft | null>> = {};
      for (const row of rowsOf(entryId)) {
        const { field } = readRow(DRAFT, row);
        if (row['origin'] === batch) made[field] = toReplaced(row['replaced']);
      }
      return made;
    },
    /** Whether the draft of a field was typed, and has a higher `seq`. */
    isTypedSince: (entryId: string, field: FieldName, seq: number): boolean =>
      rowsOf(entryId).some(
        (row) => row['field'] === field && row['origin'] === null && Number(row['seq']) > seq,
      ),
    /** Says where a text comes from, and what to know of it, that is a draft again because a batch over it was undone. */
    setOrigin(entryId: string, field: FieldName, { origin, replaced, notes }: DraftOrigin): void {
      changes.topic('batches');
      sql.run(
        'UPDATE draft_field SET origin = ?, replaced = ?, notes = ? WHERE entry_id = ? AND field = ?',
        origin,
        columns.toJsonOrNull(replaced),
        fromNotes(notes),
        entryId,
        field,
      );
    },
    /** Says what a person should know of a text, until another one replaces it. */
    setNotes(entryId: string, field: FieldName, notes: readonly DraftNote[]): void {
      changes.topic('drafts');
      sql.run(
        'UPDATE draft_field SET notes = ? WHERE entry_id = ? AND field = ?',
        fromNotes(notes),
        entryId,
        field,
      );
    },
    sequence,
  };
}
