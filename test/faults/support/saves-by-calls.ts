/** Acts on saves of many, through IPC calls. */
import { AFTER_CANCEL, type AfterCancel } from '../../../src/shared/saves';
import { touchedFields } from '../../../src/shared/patch';
import type { Calls } from './calls';
import type { FieldName } from '../../../src/shared/profile';
import { readsBefore } from '../oracle/writes';
import { settleDraft } from './drafts-of-many';
import { KILL_PROBABILITY } from './many-by-calls';
import { lastAction, type SaveAction, type SaveRecord } from './save-record';
import type { AppRun } from './app-run';
import { attempt, latest, note, type Known } from './record';
import { now } from './time';

/** Acts on saves. */
export interface SaveDriver {
  act(appRun: AppRun, calls: Calls): Promise<void>;
  /** Cancels the newest save. */
  cancel(appRun: AppRun, calls: Calls, then: AfterCancel): Promise<void>;
  /** Undoes the newest save. */
  undo(appRun: AppRun, calls: Calls): Promise<void>;
}

/** Number of recent saves to act on; older ones are left alone. */
const RECENT = 4;

/** The texts of a field that a save may have replaced: what was read before it was written. */
export function textsBefore(one: Known, save: SaveRecord, field: FieldName): Set<string> {
  const saved = save.items.get(one.id)?.[field];
  const writes = one.writes.filter(
    ({ at, applied, fields }) => at >= save.at && applied && fields[field] === saved,
  );
  const read = writes.flatMap((write) => readsBefore(one, write)).map(({ fields }) => fields);
  // Cloudflare may have had the text already, so nothing was written.
  const held = one.remote.filter((text) => text.field === field).map(({ text }) => text);
  return new Set(writes.length > 0 ? read.map((fields) => fields[field]) : held);
}

/** Acts on a save, and records the action. */
export async function actOn(
  calls: Calls,
  save: SaveRecord,
  kind: SaveAction['kind'],
  then?: AfterCancel,
): Promise<boolean> {
  const choice = then && { then };
  const action: SaveAction = { kind, at: now(), doneAt: null, ...choice };
  save.actions.push(action);
  const name = kind === 'retry' ? 'retryFailed' : kind;
  const outcome = await calls.outcome('saves', name, { saveId: save.id!, ...choice });
  if (outcome.ok) action.doneAt = now();
  else save.actions = save.actions.filter((one) => one !== action);
  return outcome.ok;
}

/**
 * Creates the driver.
 * @param saves the record of all saves
 * @param own organizations that no one else works on
 * @param shared organizations in which a person may be typing
 */
export function createSaveDriver(
  saves: readonly SaveRecord[],
  own: readonly Known[],
  shared: readonly Known[],
): SaveDriver {
  const all = [...own, ...shared];

  /** Undoes a save: where its texts still are, the texts before it become drafts. */
  async function undo(calls: Calls, save: SaveRecord): Promise<boolean> {
    const concerned = all.filter(({ id }) => save.items.has(id));
    for (const one of concerned) {
      for (const field of touchedFields(save.items.get(one.id) ?? {})) {
        for (const text of textsBefore(one, save, field)) one.offers.push({ field, text });
      }
    }
    const attempts = concerned
      .filter((one) => own.includes(one))
      .map((one) => {
        const before = latest(one);
        const { edits, seen } = before;
        const moment = attempt(one, {
          what: 'undid a save',
          by: 'call',
          isTyped: false,
          edits,
          seen,
        });
        return { one, before, moment };
      });
    const outcome = await calls.outcome('saves', 'undo', { saveId: save.id! });
    for (const { one, before, moment } of attempts) await settleDraft(calls, one, moment, before);
    return outcome.ok && outcome.value.drafts > 0;
  }

  const recent = (): SaveRecord[] =>
    saves.filter(({ id, items }) => id !== null && items.size > 0).slice(-RECENT);

  /** Does something with a save. */
  async function perform(
    { random, counts, killSoon }: AppRun,
    calls: Calls,
    save: SaveRecord,
    kind: SaveAction['kind'] | 'undo',
    then: AfterCancel,
  ): Promise<void> {
    const kinds = {
      pause: 'saves paused',
      resume: 'saves resumed',
      cancel: then === 'keep' ? 'saves canceled and kept' : 'saves canceled and discarded',
      retry: 'saves retried',
      close: 'saves closed',
      undo: 'saves undone',
    } as const;
    for (const known of all) if (save.items.has(known.id)) note(known, `${kind} save ${save.id}`);
    if (random.chance(KILL_PROBABILITY)) killSoon();
    const choice = kind === 'cancel' ? then : undefined;
    const isDone =
      kind === 'undo' ? await undo(calls, save) : await actOn(calls, save, kind, choice);
    if (isDone) counts[kinds[kind]] += 1;
  }

  /** Does something with the newest save. */
  async function performLast(
    appRun: AppRun,
    calls: Calls,
    kind: SaveAction['kind'] | 'undo',
    then: AfterCancel = 'keep',
  ): Promise<void> {
    const save = recent().at(-1);
    if (save) await perform(appRun, calls, save, kind, then);
  }

  return {
    async act(appRun, calls) {
      const { random } = appRun;
      if (recent().length === 0) return;
      const save = random.pick(recent());
      const then = random.pick(AFTER_CANCEL);
      const kind = random.pick([
        // Few saves still run, and only those can be paused.
        'pause',
        'pause',
        'pause',
        'resume',
        'cancel',
        'retry',
        'close',
        'undo',
        'undo',
      ] as const);
      if (lastAction(save, ['close']) && kind !== 'undo') return;
      await perform(appRun, calls, save, kind, then);
    },
    cancel: (appRun, calls, then) => performLast(appRun, calls, 'cancel', then),
    undo: (appRun, calls) => performLast(appRun, calls, 'undo'),
  };
}
