/** Lists the saves with their progress, from the database and the rate limit. */
import { SMALL_SAVE, type Save } from '../../shared/saves';
import type { Result } from '../../shared/result';
import { afterCancelOf, type SaveRow, type Database, type Tables } from '../database';
import { estimate, type Eta, type EtaOptions } from './eta';
import { isUndoable } from './undo';

/** Dependencies of the list of saves. */
export interface SaveListOptions {
  database: Database;
  limiter: EtaOptions['limiter'];
  /** Average duration of a send, in ms. */
  sendMs: () => number;
  /** Whether Cloudflare is known to be unreachable. */
  isOffline: () => boolean;
}

/** A save without its estimate. */
type CountedSave = Omit<Save, keyof Eta>;

const UNKNOWN = { timeLeft: null, waitsUntil: null };

/**
 * Whether a save has not ended. Changes that wait for a sign-in or for the person count as failed, but still belong to the
 * save: a paused one with such changes can be resumed or canceled. Of a canceled one, nothing more is sent.
 */
export function isOpen(
  { paused, stage }: SaveRow,
  { waiting, failed }: Pick<CountedSave, 'waiting' | 'failed'>,
): boolean {
  return waiting > 0 || (paused && !afterCancelOf(stage) && failed > 0);
}

function countSave(tables: Tables, row: SaveRow): CountedSave {
  const { paused, stage, leftToSubmit, ...save } = row;
  const counts = tables.saves.counts(save.id);
  const total = counts.done + counts.waiting + counts.failed + counts.canceled;
  const state = !isOpen(row, counts) ? 'ended' : paused ? 'paused' : 'running';
  return {
    ...save,
    ...counts,
    // While they are being submitted, nothing is missing yet.
    notSubmitted: stage === 'submitting' ? 0 : leftToSubmit,
    total,
    state,
    afterCancel: afterCancelOf(stage),
    undoable: state === 'ended' && isUndoable(tables, save.id),
  };
}

function estimates(
  tables: Tables,
  saves: readonly CountedSave[],
  { limiter, sendMs }: SaveListOptions,
): Map<string, Eta> {
  const running = saves
    .filter(({ state }) => state === 'running')
    .map(({ id, total }) => ({ id, isSmall: total <= SMALL_SAVE }));
  if (running.length === 0) return new Map();
  const users = new Map(tables.signIns.all().map(({ id, userId }) => [id, userId ?? '']));
  return estimate({
    loads: tables.outbox.loads(),
    // In sending order: small saves first, then by age.
    running: running.reverse().sort((one, other) => Number(other.isSmall) - Number(one.isSmall)),
    userOf: (id) => users.get(id) ?? '',
    limiter,
    sendMs: sendMs(),
  });
}

/** All saves that are kept, newest first. */
export function listSaves(options: SaveListOptions): Result<Save[]> {
  return options.database.read((tables) => {
    const saves = tables.saves.all().map((row) => countSave(tables, row));
    const etas = options.isOffline() ? null : estimates(tables, saves, options);
    return saves.map((save) => ({ ...save, ...(etas?.get(save.id) ?? UNKNOWN) }));
  });
}
