/**
 * Undoes a save: the texts that were there before it become drafts, for the person to review and save. Only where the
 * texts of the save are still there, and nothing newer of the person's is.
 */
import { randomUUID } from 'node:crypto';
import { CHANGES_PER_PAGE } from '../../shared/changes';
import { entryNameOf } from '../../shared/organization';
import { failed, success, type Result } from '../../shared/result';
import { isEmpty, touchedFields } from '../../shared/patch';
import type { Edits } from '../../shared/profile';
import type { UndoneSave } from '../../shared/saves';
import { applyEvent, loadState, savedTexts } from '../changes';
import type { BatchRow, Database, Tables, WrittenItem } from '../database';
import { DRAFT_SLICE_MS, processSlice } from '../lib/slices';
import type { Timers } from '../lib/timers';

/** How many entries are looked up at a time: about as many as fit into a slice. */
const PAGE_SIZE = 64;
/** The entries of a save whose texts `isUndoable` compares, at most. */
const COMPARED = 3;
/** Delay before a batch is marked as stopped again where that failed, in ms. */
const RETRY_MS = 2_000;

/** Dependencies of undoing a save. */
export interface UndoOptions {
  database: Database;
  now: () => number;
  timers: Timers;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
  /** Called with the entries whose draft changed. */
  onChanged: (entryIds: readonly string[]) => void;
}

/** The texts that a save replaced in an entry; without those that were the same before. */
function replacedTexts(tables: Tables, { entryId, fields, revisionId }: WrittenItem) {
  const after: Edits = tables.revisions.get(revisionId)?.texts ?? {};
  const before: Edits = tables.revisions.copyBefore(entryId, revisionId)?.texts ?? {};
  return fields.flatMap((field) => {
    const [text, old] = [after[field], before[field] ?? ''];
    return text === undefined || text === old ? [] : { field, text, old };
  });
}

/**
 * The texts that undoing a save brings back in an entry, and whether others stay: those that have changed since, or of which
 * the person has a draft or a change.
 */
function textsToBringBack(tables: Tables, item: WrittenItem): { texts: Edits; isChanged: boolean } {
  const replaced = replacedTexts(tables, item);
  if (replaced.length === 0) return { texts: {}, isChanged: false };
  const state = loadState(tables, item.entryId);
  const saved = savedTexts(state);
  const { draft, pending } = state;
  const texts: Edits = {};
  for (const { field, text, old } of replaced) {
    if (saved?.[field] === text && !draft[field] && !pending?.patch[field]) texts[field] = old;
  }
  return { texts, isChanged: touchedFields(texts).length < replaced.length };
}

/**
 * Whether undoing a save that has ended may bring a text back. The texts of a large save are not compared with those at
 * Cloudflare, which may have changed since.
 */
export function isUndoable(tables: Tables, saveId: string): boolean {
  const items = tables.saves.written(saveId, 0, COMPARED + 1);
  if (items.length > COMPARED) return tables.saves.isAnyUntouched(saveId);
  return items.some((item) => !isEmpty(textsToBringBack(tables, item).texts));
}

/** Creates what undoes saves. */
export function createUndo({ database, now, timers, yieldToEventLoop, onChanged }: UndoOptions) {
  /** Marks a batch as stopped. Tries until it succeeds: on a full disk it may not at once. */
  function markStopped(batchId: string): void {
    const marked = database.write(({ batches }) => {
      const row = batches.get(batchId);
      if (row?.stage === 'running') batches.put({ ...row, stage: 'stopped' });
    });
    if (!marked.ok && marked.failure.code !== 'app.stopping') {
      timers.set(() => markStopped(batchId), RETRY_MS);
    }
  }

  /** Brings texts back in one entry. Returns whether there were any, and whether others stay. */
  function bringBackOne(
    tables: Tables,
    item: WrittenItem,
    batch: string,
  ): { isMade: boolean; isChanged: boolean } {
    const { texts, isChanged } = textsToBringBack(tables, item);
    for (const field of touchedFields(texts)) {
      const event = { type: 'edit', field, text: texts[field] ?? '', batch } as const;
      applyEvent(tables, item.entryId, event, { at: now(), isPageOpen: true });
    }
    return { isMade: !isEmpty(texts), isChanged };
  }

  /** How many of these entries are still there, and the first of them, by name. */
  const changedSince = (entryIds: readonly string[]): Result<UndoneSave['changedSince']> =>
    database.read(({ list, organizations }) => {
      const saved = organizations.signInsOf(entryIds);
      const left = entryIds.filter((id) => saved.has(id));
      const inOrder = list.building() ? left : list.inOrder(left);
      const first = inOrder.slice(0, CHANGES_PER_PAGE).flatMap((entryId) => {
        const entry = organizations.get(entryId);
        return entry ? { entryId, ...entryNameOf(entry) } : [];
      });
      return { total: left.length, first };
    });

  /**
   * Makes drafts of the texts that were there before a save, in slices, as a batch. If the app is killed in between, the
   * drafts that were made stay.
   */
  return async function undo(saveId: string): Promise<Result<UndoneSave>> {
    const batchId = randomUUID();
    const begun = database.write((tables) => {
      const save = tables.saves.get(saveId);
      if (!save) return null;
      const row: BatchRow = {
        id: batchId,
        kind: 'save-undone',
        fields: save.fields,
        titleTexts: [],
        at: now(),
        stage: 'running',
        done: 0,
        total: tables.saves.counts(saveId).done,
        made: 0,
        leftOut: {},
        source: null,
      };
      tables.batches.put(row);
      return row;
    });
    if (!begun.ok) return begun;
    if (!begun.value) return failed('save.not-found');
    let row = begun.value;
    const changed: string[] = [];
    for (let after = 0; ;) {
      const slice = database.writeSlice((tables) => {
        const drafts: string[] = [];
        const since: string[] = [];
        const stored = tables.batches.get(batchId);
        if (stored?.stage !== 'running') {
          // It was itself undone meanwhile.
          const ended = { ...row, made: stored?.made ?? 0 };
          return { drafts, since, next: ended, isLast: true, last: after };
        }
        const items = tables.saves.written(saveId, after, PAGE_SIZE);
        const each = (item: WrittenItem): void => {
          const { isMade, isChanged } = bringBackOne(tables, item, batchId);
          if (isMade) drafts.push(item.entryId);
          if (isChanged) since.push(item.entryId);
        };
        const rest = processSlice(items, each, DRAFT_SLICE_MS);
        const done = items.length - rest.length;
        const isLast = rest.length === 0 && items.length < PAGE_SIZE;
        const next: BatchRow = {
          ...row,
          done: isLast ? row.total : Math.min(row.total, row.done + done),
          made: row.made + drafts.length,
          stage: isLast ? 'done' : 'running',
        };
        tables.batches.put(next);
        // There is nothing to say or to undo.
        if (isLast && next.made === 0) tables.batches.close(batchId);
        return { drafts, since, next, isLast, last: items[done - 1]?.place ?? after };
      });
      if (!slice.ok) {
        // The drafts that were made stay and can be undone; the rest waits for the person to undo the save again.
        markStopped(batchId);
        return slice;
      }
      row = slice.value.next;
      after = slice.value.last;
      changed.push(...slice.value.since);
      onChanged(slice.value.drafts);
      if (slice.value.isLast) break;
      await yieldToEventLoop();
    }
    const flushed = database.flush();
    if (!flushed.ok) return flushed;
    const since = changedSince(changed);
    if (!since.ok) return since;
    return success({ batchId, drafts: row.made, changedSince: since.value });
  };
}
