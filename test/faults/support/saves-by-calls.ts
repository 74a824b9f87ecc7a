/** Submits saves over several organizations and acts on them, through IPC calls. */
import { AFTER_CANCEL, type AfterCancel, type PlanRow } from '../../../src/shared/saves';
import { touchedFields } from '../../../src/shared/patch';
import { FIELD_NAMES, type Edits } from '../../../src/shared/profile';
import type { Calls } from './calls';
import { lastAction, type SaveAction, type SaveRecord } from './save-record';
import type { AppRun } from './app-run';
import { latest, note, submit, type Known, type Seen } from './record';
import { now, pause } from './time';

/** Submits saves and acts on them. */
export interface SaveDriver {
  /**
   * Plans and submits a save.
   * @param edit edits an organization, perhaps between the preview of the save and its submission
   */
  submit(appRun: AppRun, calls: Calls, edit: (one: Known) => Promise<void>): Promise<void>;
  act(appRun: AppRun, calls: Calls): Promise<void>;
}

/** Number of recent saves to act on; older ones are left alone. */
const RECENT = 4;

/** Longest time a person reviews the preview of a save, in ms. */
const REVIEW_MS = 300;

/** Probability of a kill in the middle of a call about a save. */
const KILL_PROBABILITY = 0.15;

/** The texts that a row of a plan changes. */
function editsOf({ before, after }: PlanRow): Edits {
  const changed = FIELD_NAMES.filter(
    (field) => after[field] !== undefined && after[field] !== before[field],
  );
  return Object.fromEntries(changed.map((field) => [field, after[field]]));
}

/** Whether a save can be closed: as far as the record says, it has ended. */
export function canBeClosed(save: SaveRecord): boolean {
  return save.isApplied && !lastAction(save, ['close']);
}

/** A CSV file with these texts for each of these organizations. */
function fileOf(organizations: readonly Known[], edits: Edits): string {
  const fields = touchedFields(edits);
  const lines = organizations.map(({ id }) => [id, ...fields.map((field) => edits[field])]);
  return [['id', ...fields], ...lines].map((cells) => cells.join(',')).join('\n');
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
 * @param saves the record of all saves; new saves are added to it
 * @param own organizations that no one else works on: saves may replace their drafts and pending changes
 * @param shared organizations in which a person may be typing: saves take only rows without an obstacle
 */
export function createSaveDriver(
  saves: SaveRecord[],
  own: readonly Known[],
  shared: readonly Known[],
): SaveDriver {
  const all = [...own, ...shared];

  /** Chooses the rows to submit: all that can change, and sometimes also those with an obstacle. */
  function choose({ random }: AppRun, rows: readonly PlanRow[]): PlanRow[] {
    return rows.filter((row) => {
      if (touchedFields(editsOf(row)).length === 0 || row.state === 'unread') return false;
      if (row.state === 'changes') return true;
      const isOwn = own.some(({ id }) => id === row.entryId);
      return isOwn && random.chance(0.5);
    });
  }

  /** Records what a save will do in an organization, before it is submitted. */
  function noteItem(save: SaveRecord, known: Known, row: PlanRow, draft: Edits): void {
    const edits = editsOf(row);
    const replaced = touchedFields(edits).filter((field) => draft[field] !== undefined);
    const replacesDraft = Object.fromEntries(replaced.map((field) => [field, draft[field]]));
    const texts = touchedFields(edits).map((field) => [field, [row.before[field] ?? '']] as const);
    submit(known, { edits, seen: Object.fromEntries(texts) as Seen }, save, replacesDraft);
    note(known, `a save submits ${JSON.stringify(edits)}`);
  }

  return {
    async submit(appRun, calls, edit) {
      const { random, serial, counts } = appRun;
      // The person agrees to replace the drafts that exist now, except on an open page. Later drafts must stay.
      const drafts = new Map(own.map((one) => [one, latest(one).edits]));
      const plannedAt = now();
      const number = serial();
      const fields = random.shuffled(FIELD_NAMES).slice(0, random.between(1, 2));
      const edits: Edits = Object.fromEntries(
        fields.map((field) => [field, `j${number} ${field}`]),
      );
      const asked = random.shuffled(all).slice(0, random.between(2, all.length));
      const { planId, rows } = await calls.drop(fileOf(asked, edits));
      const chosen = choose(appRun, rows);
      if (chosen.length === 0) return;
      // The preview may become outdated during this pause.
      await pause(random.between(0, REVIEW_MS));
      const shown = own.filter(({ id }) => chosen.some((row) => row.entryId === id));
      if (shown.length > 0 && random.chance(0.4)) await edit(random.pick(shown));
      const items = new Map(chosen.map((row) => [row.entryId, editsOf(row)]));
      const save: SaveRecord = {
        id: null,
        plannedAt,
        at: now(),
        doneAt: null,
        items,
        actions: [],
        isApplied: false,
      };
      saves.push(save);
      for (const row of chosen) {
        const known = all.find(({ id }) => id === row.entryId)!;
        noteItem(save, known, row, drafts.get(known) ?? {});
      }
      const request = { planId, entryIds: [...items.keys()] };
      if (random.chance(KILL_PROBABILITY)) appRun.killSoon();
      const { saveId } = await calls.value('saves', 'submit', request);
      Object.assign(save, { id: saveId, doneAt: now() });
      for (const known of all) if (items.has(known.id)) note(known, `save ${saveId}: submitted`);
      counts['saves submitted'] += 1;
    },
    async act(appRun, calls) {
      const { random, counts } = appRun;
      const recent = saves
        .filter(({ id, doneAt }) => id !== null && doneAt !== null)
        .slice(-RECENT);
      if (recent.length === 0) return;
      const save = random.pick(recent);
      if (lastAction(save, ['close'])) return;
      const then = random.pick(AFTER_CANCEL);
      const kinds = {
        pause: 'saves paused',
        resume: 'saves resumed',
        cancel: then === 'keep' ? 'saves canceled and kept' : 'saves canceled and discarded',
        retry: 'saves retried',
        close: 'saves closed',
      } as const;
      const kind = random.pick(['pause', 'pause', 'resume', 'cancel', 'retry', 'close'] as const);
      if (kind === 'close' && !canBeClosed(save)) return;
      for (const known of all) if (save.items.has(known.id)) note(known, `${kind} save ${save.id}`);
      if (random.chance(KILL_PROBABILITY)) appRun.killSoon();
      const choice = kind === 'cancel' ? then : undefined;
      if (await actOn(calls, save, kind, choice)) counts[kinds[kind]] += 1;
    },
  };
}
