/** Batches: the acts that made drafts in many entries at once. Each draft has the id of its batch. */
import * as v from 'valibot';
import {
  BATCH_KINDS,
  BATCH_STAGES,
  batchSourceSchema,
  LEFT_OUT,
  MAX_TITLE_TEXTS,
  MAX_TITLE_TEXT_LENGTH,
  NOT_IMPORTED,
  type Batch,
  type LeftOut,
  type NotImported,
} from '../../shared/changes';
import { FIELD_NAMES, isFieldName, type FieldName } from '../../shared/profile';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './sqlite-file';

/** A batch: what one act made drafts of in many entries. */
export interface BatchRow {
  id: string;
  kind: Batch['kind'];
  fields: FieldName[];
  /** The texts that its title names, shortened. */
  titleTexts: string[];
  at: number;
  stage: Batch['stage'];
  /** Entries it has gone through, of `total`. */
  done: number;
  total: number;
  /** Entries in which it made a draft that was not undone. */
  made: number;
  /** In how many entries it made no draft of a text, by reason. */
  leftOut: Partial<Record<LeftOut, number>>;
  /** Of an import; else null. */
  source: Batch['source'];
}

/** SQL condition: whether a batch still has drafts. */
const HAS_DRAFTS = 'EXISTS (SELECT 1 FROM draft_field WHERE origin = batch.id)';

/** Deletes what no one can see any more. */
const DELETE_CLOSED = `DELETE FROM batch WHERE closed = 1 AND NOT ${HAS_DRAFTS}`;

function toBatch(row: Row): BatchRow {
  const fields = columns.fromJson(row['fields']);
  const titleTexts = columns.fromJson(row['title_texts']);
  const counts = columns.fromJson(row['left_out']) ?? {};
  const source = v.safeParse(batchSourceSchema, columns.fromJson(row['source']));
  const leftOut: BatchRow['leftOut'] = {};
  for (const reason of LEFT_OUT) {
    const count = columns.toNumber((counts as Record<string, unknown>)[reason]);
    if (count > 0) leftOut[reason] = count;
  }
  return {
    id: String(row['id']),
    kind: columns.toOneOf(BATCH_KINDS, row['kind'], 'fill'),
    at: columns.toNumber(row['at']),
    fields: Array.isArray(fields)
      ? fields.filter((field) => typeof field === 'string' && isFieldName(field))
      : [],
    titleTexts: (Array.isArray(titleTexts) ? titleTexts : [])
      .filter((text) => typeof text === 'string')
      .slice(0, MAX_TITLE_TEXTS)
      .map((text) => text.slice(0, MAX_TITLE_TEXT_LENGTH)),
    stage: columns.toOneOf(BATCH_STAGES, row['stage'], 'done'),
    done: columns.toNumber(row['done']),
    total: columns.toNumber(row['total']),
    made: columns.toNumber(row['made']),
    leftOut,
    source: source.success ? source.output : null,
  };
}

function toNotImported(row: Row): NotImported {
  return {
    number: columns.toNumber(row['number']),
    value: String(columns.fromJson(row['value']) ?? ''),
    field: columns.toOneOf([null, ...FIELD_NAMES], row['field'], null),
    reason: columns.toOneOf(NOT_IMPORTED, row['reason'], 'no-match'),
  };
}

/** The repository of batches. */
export function batches({ sql, changes }: Context) {
  const mark = (): void => changes.topic('batches');
  return {
    /** Adds a batch, or stores how far it is. */
    put(batch: BatchRow): void {
      const { id, kind, at, fields, titleTexts, stage, done, total, made, leftOut, source } = batch;
      mark();
      sql.run(
        `INSERT INTO batch
           (id, kind, at, fields, title_texts, stage, done, total, made, left_out, source, closed)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
         ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, done = excluded.done,
           total = excluded.total, made = excluded.made, left_out = excluded.left_out`,
        id,
        kind,
        at,
        columns.toJson(fields),
        columns.toJson(titleTexts),
        stage,
        done,
        total,
        made,
        columns.toJson(leftOut),
        columns.toJsonOrNull(source),
      );
    },
    get(id: string): BatchRow | null {
      const row = sql.get('SELECT * FROM batch WHERE id = ?', id);
      return row && toBatch(row);
    },
    /** Batches whose lines are not closed, newest first. `undoable`: whether they still have drafts. */
    open: (): (BatchRow & { undoable: boolean })[] =>
      sql
        .all(`SELECT *, ${HAS_DRAFTS} AS undoable FROM batch WHERE closed = 0 ORDER BY rowid DESC`)
        .map((row) => ({ ...toBatch(row), undoable: row['undoable'] === 1 })),
    /** Adds a row or a cell that an import could not use. */
    addNotImported(id: string, { number, value, field, reason }: NotImported): void {
      mark();
      sql.run(
        'INSERT INTO not_imported (batch_id, number, value, field, reason) VALUES (?, ?, ?, ?, ?)',
        id,
        number,
        columns.toJson(value),
        field,
        reason,
      );
    },
    /** How many rows and cells an import could not use. */
    countNotImported: (id: string): number =>
      columns.toNumber(
        sql.get('SELECT count(*) AS n FROM not_imported WHERE batch_id = ?', id)?.['n'],
      ),
    /** Up to `limit` rows and cells that an import could not use, in the order of the file. */
    notImported: (
      id: string,
      { offset, limit }: { offset: number; limit: number },
    ): NotImported[] =>
      sql
        .all(
          'SELECT * FROM not_imported WHERE batch_id = ? ORDER BY id LIMIT ? OFFSET ?',
          id,
          limit,
          offset,
        )
        .map(toNotImported),
    /** Closes the line of a batch. The batch is deleted once it has no drafts. */
    close(id: string): void {
      mark();
      sql.run('UPDATE batch SET closed = 1 WHERE id = ?', id);
      sql.run(DELETE_CLOSED);
    },
    /**
     * After a launch, of the batches `earlier`: what was running has stopped, and the lines of what was done or undone are
     * closed, but for those with a list of what was not imported, which the person closes. Which entries were left out is
     * not known any more.
     */
    startRun(earlier: readonly string[]): void {
      mark();
      const AMONG = 'id IN (SELECT value FROM json_each(?))';
      const update = (rest: string): void =>
        void sql.run(`UPDATE batch SET ${rest} AND ${AMONG}`, columns.toJson(earlier));
      // It was killed between its last slice and the write that says so.
      update("stage = 'done' WHERE stage = 'running' AND done = total AND kind <> 'save-undone'");
      update(`closed = 1 WHERE (stage = 'undone' OR stage = 'done'
        AND NOT EXISTS (SELECT 1 FROM not_imported WHERE batch_id = batch.id))`);
      update("left_out = '{}' WHERE stage = 'done'");
      update("stage = 'stopped' WHERE stage = 'running'");
      sql.run(DELETE_CLOSED);
    },
  };
}
