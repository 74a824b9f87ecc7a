/** Submits jobs over several organizations and acts on them, through IPC calls. */
import { AFTER_CANCEL, type AfterCancel, type PlanRow } from '../../../src/shared/bulk';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { touchedFields } from '../../../src/shared/patch';
import { FIELD_NAMES, type Edits } from '../../../src/shared/profile';
import type { Calls } from './calls';
import { lastAction, type JobAction, type JobRecord } from './job-record';
import type { AppRun } from './app-run';
import { latest, note, submit, type Known, type Seen } from './record';
import { now, pause } from './time';

/** Submits jobs and acts on them. */
export interface JobDriver {
  /**
   * Plans and submits a job.
   * @param edit edits an organization, perhaps between the preview of the job and its submission
   */
  submit(appRun: AppRun, calls: Calls, edit: (one: Known) => Promise<void>): Promise<void>;
  act(appRun: AppRun, calls: Calls): Promise<void>;
}

/** Number of recent jobs to act on; older ones are left alone. */
const RECENT = 4;

/** Longest time a person reviews the preview of a job, in ms. */
const REVIEW_MS = 300;

/** Probability of a kill in the middle of a call about a job. */
const KILL_PROBABILITY = 0.15;

/** The texts that a row of a plan changes. */
function editsOf({ before, after }: PlanRow): Edits {
  const changed = FIELD_NAMES.filter(
    (field) => after[field] !== undefined && after[field] !== before[field],
  );
  return Object.fromEntries(changed.map((field) => [field, after[field]]));
}

/** Whether a job can be dismissed: as far as the record says, it has ended. */
export function canBeDismissed(job: JobRecord): boolean {
  return job.isApplied && !lastAction(job, ['dismiss']);
}

/** Selects exactly these organizations. */
async function select(calls: Calls, organizations: readonly Known[]): Promise<void> {
  await calls.value('selection', 'clear');
  for (const { id } of organizations) {
    await calls.value('selection', 'toggle', { entryId: id, query: WHOLE_LIST });
  }
}

/** Acts on a job, and records the action. */
export async function actOn(
  calls: Calls,
  job: JobRecord,
  kind: JobAction['kind'],
  then?: AfterCancel,
): Promise<boolean> {
  const choice = then && { then };
  const action: JobAction = { kind, at: now(), doneAt: null, ...choice };
  job.actions.push(action);
  const name = kind === 'retry' ? 'retryFailed' : kind;
  const outcome = await calls.outcome('bulk', name, { jobId: job.id!, ...choice });
  if (outcome.ok) action.doneAt = now();
  else job.actions = job.actions.filter((one) => one !== action);
  return outcome.ok;
}

/**
 * Creates the driver.
 * @param jobs the record of all jobs; new jobs are added to it
 * @param own organizations that no one else works on: jobs may replace their drafts and pending changes
 * @param shared organizations in which a person may be typing: jobs take only rows without an obstacle
 */
export function createJobDriver(
  jobs: JobRecord[],
  own: readonly Known[],
  shared: readonly Known[],
): JobDriver {
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

  /** Records what a job will do in an organization, before it is submitted. */
  function noteItem(job: JobRecord, known: Known, row: PlanRow, draft: Edits): void {
    const edits = editsOf(row);
    const replaced = touchedFields(edits).filter((field) => draft[field] !== undefined);
    const replacesDraft = Object.fromEntries(replaced.map((field) => [field, draft[field]]));
    const texts = touchedFields(edits).map((field) => [field, [row.before[field] ?? '']] as const);
    submit(known, { edits, seen: Object.fromEntries(texts) as Seen }, job, replacesDraft);
    note(known, `a job submits ${JSON.stringify(edits)}`);
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
      await select(calls, asked);
      const { planId, rows } = await calls.value('bulk', 'plan', { edits });
      const chosen = choose(appRun, rows);
      if (chosen.length === 0) return;
      // The preview may become outdated during this pause.
      await pause(random.between(0, REVIEW_MS));
      const shown = own.filter(({ id }) => chosen.some((row) => row.entryId === id));
      if (shown.length > 0 && random.chance(0.4)) await edit(random.pick(shown));
      const items = new Map(chosen.map((row) => [row.entryId, editsOf(row)]));
      const job: JobRecord = {
        id: null,
        plannedAt,
        at: now(),
        doneAt: null,
        items,
        actions: [],
        isApplied: false,
      };
      jobs.push(job);
      for (const row of chosen) {
        const known = all.find(({ id }) => id === row.entryId)!;
        noteItem(job, known, row, drafts.get(known) ?? {});
      }
      const request = { planId, entryIds: [...items.keys()] };
      if (random.chance(KILL_PROBABILITY)) appRun.killSoon();
      const { jobId } = await calls.value('bulk', 'submit', request);
      Object.assign(job, { id: jobId, doneAt: now() });
      for (const known of all) if (items.has(known.id)) note(known, `job ${jobId}: submitted`);
      counts['jobs submitted'] += 1;
    },
    async act(appRun, calls) {
      const { random, counts } = appRun;
      const recent = jobs.filter(({ id, doneAt }) => id !== null && doneAt !== null).slice(-RECENT);
      if (recent.length === 0) return;
      const job = random.pick(recent);
      if (lastAction(job, ['dismiss'])) return;
      const then = random.pick(AFTER_CANCEL);
      const kinds = {
        pause: 'jobs paused',
        resume: 'jobs resumed',
        cancel: then === 'keep' ? 'jobs canceled and kept' : 'jobs canceled and discarded',
        retry: 'jobs retried',
        dismiss: 'jobs dismissed',
      } as const;
      const kind = random.pick(['pause', 'pause', 'resume', 'cancel', 'retry', 'dismiss'] as const);
      if (kind === 'dismiss' && !canBeDismissed(job)) return;
      for (const known of all) if (job.items.has(known.id)) note(known, `${kind} job ${job.id}`);
      if (random.chance(KILL_PROBABILITY)) appRun.killSoon();
      const choice = kind === 'cancel' ? then : undefined;
      if (await actOn(calls, job, kind, choice)) counts[kinds[kind]] += 1;
    },
  };
}
