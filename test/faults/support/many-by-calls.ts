/** Makes, submits, discards and takes back drafts of many organizations, through IPC calls. */
import { CHANGES_PER_PAGE, type ReviewRow, type Ticks } from '../../../src/shared/changes';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { baselineOf, type OrganizationView } from '../../../src/shared/organization';
import { omit, pick, textsOf, touchedFields, type Patch } from '../../../src/shared/patch';
import { FIELD_NAMES, type Edits, type FieldName } from '../../../src/shared/profile';
import type { AppRun } from './app-run';
import type { Calls } from './calls';
import { asTyped, settleDraft } from './drafts-of-many';
import { attempt, latest, narrow, note, type Known, type Moment } from './record';
import type { SaveRecord } from './save-record';
import { now, pause, until } from './time';

/** Makes and submits drafts of many. */
export interface ManyDriver {
  /** Fills, then reviews and submits, or takes something back. `edit`: edits an organization meanwhile. */
  act(appRun: AppRun, calls: Calls, edit: (one: Known) => Promise<void>): Promise<void>;
}

/** What a batch made in an organization. */
interface Made {
  texts: Edits;
  /** The draft before. */
  before: Moment;
}

/** Longest time a person reviews drafts, in ms. */
const REVIEW_MS = 300;

/** Probability of a kill in the middle of a call about many. */
export const KILL_PROBABILITY = 0.15;

/** Changes of a draft, attempted in several organizations at once; with the draft before. */
type Attempts = Map<Known, { moment: Moment; before: Moment }>;

/** Selects exactly these organizations. */
async function select(calls: Calls, organizations: readonly Known[]): Promise<void> {
  await calls.value('selection', 'clear');
  for (const { id } of organizations) {
    await calls.value('selection', 'toggle', { entryId: id, query: WHOLE_LIST });
  }
}

const isDecision = ({ change }: OrganizationView): boolean =>
  change !== null && ['conflict', 'differs', 'refused'].includes(change.state);

/** The drafts that a fill should make on a page. */
function toFill(view: OrganizationView, edits: Edits, alsoOverDrafts: boolean): Patch {
  const under = baselineOf(view);
  const draft = view.draft?.patch ?? {};
  const filled: Patch = {};
  if (isDecision(view)) return filled;
  for (const field of touchedFields(edits)) {
    const typed = draft[field];
    if (typed && !alsoOverDrafts) continue;
    filled[field] = { base: typed ? typed.base : under[field], text: edits[field]! };
  }
  return filled;
}

/** What a ticked row would submit or discard. */
const textsOfRow = ({ texts }: ReviewRow): Edits =>
  Object.fromEntries(texts.map(({ field, after }) => [field, after]));

/**
 * Creates the driver.
 * @param saves the record of all saves; new saves are added to it
 * @param own organizations that no one else works on
 */
export function createManyDriver(saves: SaveRecord[], own: readonly Known[]): ManyDriver {
  /** The batches of this run, with what they made. */
  const batches = new Map<string, Map<Known, Made>>();
  const open = (calls: Calls, { id }: Known): Promise<OrganizationView> =>
    calls.value('organizations', 'open', { entryId: id });

  async function settleAll(calls: Calls, attempts: Attempts): Promise<void> {
    for (const [one, { moment, before }] of attempts) await settleDraft(calls, one, moment, before);
  }

  async function fill({ random, serial, counts, killSoon }: AppRun, calls: Calls): Promise<void> {
    const number = serial();
    const fields = random.shuffled(FIELD_NAMES).slice(0, random.between(1, 2));
    const edits: Edits = Object.fromEntries(fields.map((field) => [field, `f${number} ${field}`]));
    const alsoOverDrafts = random.chance(0.4);
    const asked = random.shuffled(own).slice(0, random.between(2, own.length));
    await select(calls, asked);
    const attempts: Attempts = new Map();
    for (const one of asked) {
      const view = await open(calls, one);
      const draft = view.draft?.patch ?? {};
      const filled = toFill(view, edits, alsoOverDrafts);
      const before = latest(one);
      const moment = attempt(one, {
        what: 'filled',
        by: 'call',
        ...asTyped(one, view, { ...draft, ...filled }),
        remembered: pick(textsOf(draft), touchedFields(filled)),
      });
      // What is expected to be left out may be filled, if it changes before it is its turn.
      for (const field of fields) one.offers.push({ field, text: edits[field]! });
      attempts.set(one, { moment, before });
    }
    if (random.chance(KILL_PROBABILITY)) killSoon();
    const { batchId } = await calls.value('drafts', 'fill', { edits, alsoOverDrafts });
    await until('a fill to be done', async () => {
      const found = (await calls.value('drafts', 'batches')).find(({ id }) => id === batchId);
      return found?.stage === 'done';
    });
    const made = new Map<Known, Made>();
    for (const [one, { moment, before }] of attempts) {
      await settleDraft(calls, one, moment, before);
      const filled = fields.filter((field) => moment.edits[field] === edits[field]);
      made.set(one, { texts: pick(edits, filled), before });
    }
    batches.set(batchId, made);
    counts['drafts filled'] += 1;
  }

  /** Ticks rows of these organizations, and no other. */
  async function review({ random, counts }: AppRun, calls: Calls) {
    const { reviewId, groups, rows: total } = await calls.value('changes', 'review');
    const rows: ReviewRow[] = [];
    while (rows.length < total) {
      const page = { reviewId, offset: rows.length, limit: CHANGES_PER_PAGE };
      rows.push(...(await calls.value('changes', 'reviewRows', page)).rows);
    }
    const ticked = groups.map(({ id }) => id).filter(() => random.chance(0.7));
    const chosen: ReviewRow[] = [];
    const except = rows.flatMap((row, at) => {
      const isAtFirst = ticked.includes(row.groupId) && !row.startsUnticked;
      const isOwn = own.some(({ id }) => id === row.entryId);
      const isWanted = isOwn && random.chance(isAtFirst ? 0.9 : 0.3);
      if (isWanted) chosen.push(row);
      return isWanted === isAtFirst ? [] : [at];
    });
    const ticks: Ticks = { reviewId, groups: ticked, whole: [], except };
    if (random.chance(0.3)) await calls.value('changes', 'ticked', ticks);
    counts['drafts reviewed'] += 1;
    const texts = new Map<Known, Edits>();
    for (const row of chosen) {
      const one = own.find(({ id }) => id === row.entryId)!;
      texts.set(one, { ...texts.get(one), ...textsOfRow(row) });
    }
    return { ticks, texts };
  }

  /** The fields of an organization whose draft is still the one that was reviewed. */
  const unchanged = ({ draft }: OrganizationView, reviewed: Edits): FieldName[] =>
    touchedFields(reviewed).filter((field) => draft?.patch[field]?.text === reviewed[field]);

  async function submit(appRun: AppRun, calls: Calls, edit: (one: Known) => Promise<void>) {
    const { random, counts } = appRun;
    const { ticks, texts } = await review(appRun, calls);
    if (texts.size === 0) return;
    // The review may become outdated during this pause.
    await pause(random.between(0, REVIEW_MS));
    if (random.chance(0.4)) await edit(random.pick([...texts.keys()]));
    const save: SaveRecord = { id: null, at: now(), doneAt: null, items: new Map(), actions: [] };
    const attempts: Attempts = new Map();
    for (const [one, reviewed] of texts) {
      const view = await open(calls, one);
      const fields = unchanged(view, reviewed);
      if (isDecision(view) || fields.length === 0) continue;
      const patch = view.draft?.patch ?? {};
      const before = latest(one);
      const rest = asTyped(one, view, omit(patch, fields));
      const submitted = { ...asTyped(one, view, pick(patch, fields)), save };
      const what = 'submitted with many';
      attempts.set(one, {
        moment: attempt(one, { what, by: 'call', isTyped: false, ...rest }, submitted),
        before,
      });
      save.items.set(one.id, submitted.edits);
    }
    save.at = now();
    saves.push(save);
    if (random.chance(KILL_PROBABILITY)) appRun.killSoon();
    const outcome = await calls.outcome('changes', 'submitMany', ticks);
    if (!outcome.ok) throw new Error(`submitMany: ${JSON.stringify(outcome.failure)}`);
    const { saveId, submitted } = outcome.value;
    for (const [one, { moment, before }] of attempts) {
      const view = await open(calls, one);
      const planned = touchedFields(moment.submission?.edits ?? {});
      const fields = planned.filter(
        (field) => view.draft?.patch[field]?.text !== moment.submission?.edits[field],
      );
      narrow(one, moment, fields);
      if (fields.length === 0) save.items.delete(one.id);
      else {
        save.items.set(one.id, moment.submission!.edits);
        await settleDraft(calls, one, moment, before);
      }
      note(one, `save ${saveId}: ${fields.join(', ') || 'nothing'}`);
    }
    if (submitted === 0) saves.splice(saves.indexOf(save), 1);
    else counts['saves submitted'] += 1;
    Object.assign(save, { id: saveId, doneAt: now() });
  }

  async function discard(appRun: AppRun, calls: Calls): Promise<void> {
    const { random, counts } = appRun;
    const { ticks, texts } = await review(appRun, calls);
    const attempts: Attempts = new Map();
    for (const [one, reviewed] of texts) {
      const view = await open(calls, one);
      const fields = unchanged(view, reviewed);
      const patch = view.draft?.patch ?? {};
      const before = latest(one);
      const moment = attempt(one, {
        what: 'discarded with many',
        by: 'call',
        ...asTyped(one, view, omit(patch, fields)),
        remembered: pick(textsOf(patch), fields),
      });
      attempts.set(one, { moment, before });
    }
    if (attempts.size === 0) return;
    if (random.chance(KILL_PROBABILITY)) appRun.killSoon();
    await calls.value('drafts', 'discardMany', ticks);
    await settleAll(calls, attempts);
    counts['drafts discarded with many'] += 1;
  }

  async function undo({ random, counts, killSoon }: AppRun, calls: Calls): Promise<void> {
    if (batches.size === 0) return;
    const [batchId, made] = random.pick([...batches]);
    const attempts: Attempts = new Map();
    for (const [one, { texts, before: old }] of made) {
      const { edits, seen } = latest(one);
      const fields = touchedFields(texts).filter((field) => edits[field] === texts[field]);
      const moment = attempt(one, {
        what: 'undid a batch',
        by: 'call',
        edits: { ...omit(edits, fields), ...pick(old.edits, fields) },
        seen: { ...omit(seen, fields), ...pick(old.seen, fields) },
        remembered: pick(texts, fields),
      });
      attempts.set(one, { moment, before: { ...moment, edits, seen } });
    }
    if (random.chance(KILL_PROBABILITY)) killSoon();
    await calls.value('drafts', 'undoBatch', { batchId });
    await settleAll(calls, attempts);
    counts['batches undone'] += 1;
    if (random.chance(0.5)) await calls.value('drafts', 'closeBatch', { batchId });
    batches.delete(batchId);
  }

  return {
    async act(appRun, calls, edit) {
      const dice = appRun.random.between(1, 100);
      if (dice <= 55) await fill(appRun, calls);
      if (dice > 40 && dice <= 60) await undo(appRun, calls);
      else if (dice > 60 && dice <= 66) await discard(appRun, calls);
      else if (dice > 10) await submit(appRun, calls, edit);
    },
  };
}
