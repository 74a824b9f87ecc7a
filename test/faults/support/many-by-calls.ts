/** Makes, submits, discards and takes back drafts of many organizations, through IPC calls. */
import { CHANGES_PER_PAGE, type ReviewRow, type Ticks } from '../../../src/shared/changes';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { baselineOf, type OrganizationView } from '../../../src/shared/organization';
import { omit, pick, textsOf, touchedFields, type Patch } from '../../../src/shared/patch';
import { FIELD_NAMES, type Edits, type FieldName } from '../../../src/shared/profile';
import type { AppRun } from './app-run';
import type { Calls } from './calls';
import { asTyped, settleDraft, settleShown } from './drafts-of-many';
import { attempt, latest, narrow, note, type Known, type Moment } from './record';
import { addAgain, remove, type Removing } from './removing';
import type { SaveRecord } from './save-record';
import { now, pause, until } from './time';

/** Makes and submits drafts of many. */
export interface ManyDriver {
  /** Fills, then reviews and submits, or takes something back. `edit`: edits an organization meanwhile. */
  act(appRun: AppRun, calls: Calls, edit: Edit): Promise<void>;
  /** Fills some of the organizations. */
  fill(appRun: AppRun, calls: Calls): Promise<void>;
  /** Reviews all drafts, and submits some of them. */
  submit(appRun: AppRun, calls: Calls, edit: Edit): Promise<void>;
  /** Removes an organization, adds it again, fills it before it is read, and once it is. */
  fillUnread(appRun: AppRun, calls: Calls): Promise<void>;
}

type Edit = (one: Known) => Promise<void>;

/** The texts of a fill. */
interface FillTexts {
  edits: Edits;
  alsoOverDrafts: boolean;
}

/** A fill that the app may have done in an organization. */
interface ExpectedFill extends FillTexts {
  moment: Moment;
  before: Moment;
  /** The drafts that it should make. */
  filled: Patch;
  /** The page after it. */
  after: OrganizationView;
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
  if (isDecision(view) || !view.profile) return filled;
  for (const field of touchedFields(edits)) {
    const typed = draft[field];
    if (typed && !alsoOverDrafts) continue;
    filled[field] = { base: typed ? typed.base : under[field], text: edits[field]! };
  }
  return filled;
}

/** Texts that no one has typed yet. */
function newTexts({ random, serial }: AppRun): FillTexts {
  const number = serial();
  const fields = random.shuffled(FIELD_NAMES).slice(0, random.between(1, 2));
  const edits: Edits = Object.fromEntries(fields.map((field) => [field, `f${number} ${field}`]));
  return { edits, alsoOverDrafts: random.chance(0.4) };
}

/** Records what a fill should do in an organization that shows this page. */
function expectFill(one: Known, view: OrganizationView, texts: FillTexts): ExpectedFill {
  const { edits, alsoOverDrafts } = texts;
  const draft = view.draft?.patch ?? {};
  const filled = toFill(view, edits, alsoOverDrafts);
  const before = latest(one);
  const patch = { ...draft, ...filled };
  const moment = attempt(one, {
    what: 'filled',
    by: 'call',
    isFill: true,
    ...asTyped(one, view, patch),
    remembered: pick(textsOf(draft), touchedFields(filled)),
  });
  // What is expected to be left out may be filled, if it changes before it is its turn.
  for (const field of touchedFields(edits)) one.offers.push({ field, text: edits[field]! });
  return { ...texts, moment, before, filled, after: { ...view, draft: { patch, updatedAt: 0 } } };
}

/** The page as it was before the second of two fills, of which only the result is known. */
function beforeSecond(
  view: OrganizationView,
  first: ExpectedFill,
  { edits, filled }: ExpectedFill,
): OrganizationView {
  const patch = view.draft?.patch ?? {};
  const made = touchedFields(filled).filter((field) => patch[field]?.text === edits[field]);
  const earlier = pick(first.after.draft?.patch ?? {}, made);
  return { ...view, draft: { patch: { ...omit(patch, made), ...earlier }, updatedAt: 0 } };
}

/** Records what one or two fills did in an organization. */
function settleFills(view: OrganizationView, one: Known, fills: readonly ExpectedFill[]): void {
  const [first, second] = fills;
  if (first && second) {
    settleShown(beforeSecond(view, first, second), one, first.moment, first.before);
  }
  const last = second ?? first;
  if (last) settleShown(view, one, last.moment, last.before);
  one.offers = [];
}

/** What a ticked row would submit or discard. */
const textsOfRow = ({ texts }: ReviewRow): Edits =>
  Object.fromEntries(texts.map(({ field, after }) => [field, after]));

/**
 * Creates the driver.
 * @param saves the record of all saves; new saves are added to it
 * @param own organizations that no one else works on
 */
export function createManyDriver(
  saves: SaveRecord[],
  own: readonly Known[],
  removing: Removing,
): ManyDriver {
  /** The batches of this run, with what they made. */
  const batches = new Map<string, Map<Known, Made>>();
  const open = (calls: Calls, { id }: Known): Promise<OrganizationView> =>
    calls.value('organizations', 'open', { entryId: id });

  async function settleAll(calls: Calls, attempts: Attempts): Promise<void> {
    for (const [one, { moment, before }] of attempts) await settleDraft(calls, one, moment, before);
  }

  const batchOf = async (calls: Calls, batchId: string) =>
    (await calls.value('drafts', 'batches')).find(({ id }) => id === batchId);

  async function untilDone(calls: Calls, batchId: string): Promise<void> {
    await until('a fill to be done', async () => {
      return (await batchOf(calls, batchId))?.stage === 'done';
    });
  }

  /** Records what the fills of these batches did, in their order. */
  async function settleBatches(
    calls: Calls,
    batchIds: readonly string[],
    expected: ReadonlyMap<Known, ExpectedFill[]>,
  ): Promise<void> {
    for (const [one, fills] of expected) settleFills(await open(calls, one), one, fills);
    for (const [place, batchId] of batchIds.entries()) {
      const made = new Map<Known, Made>();
      for (const [one, fills] of expected) {
        const { edits, moment, before } = fills[place]!;
        const filled = touchedFields(edits).filter((field) => moment.edits[field] === edits[field]);
        made.set(one, { texts: pick(edits, filled), before });
      }
      batches.set(batchId, made);
    }
  }

  /** Fills these organizations; with several texts, without waiting for the fill before. Returns the ids of the batches. */
  async function fillAll(
    { random, killSoon }: AppRun,
    calls: Calls,
    asked: readonly Known[],
    texts: readonly FillTexts[],
  ): Promise<string[]> {
    await select(calls, asked);
    const expected = new Map<Known, ExpectedFill[]>();
    for (const one of asked) {
      let view = await open(calls, one);
      const fills: ExpectedFill[] = [];
      for (const each of texts) {
        const fill = expectFill(one, view, each);
        fills.push(fill);
        view = fill.after;
      }
      expected.set(one, fills);
    }
    if (random.chance(KILL_PROBABILITY)) killSoon();
    const started = await Promise.all(texts.map((each) => calls.value('drafts', 'fill', each)));
    const batchIds = started.map(({ batchId }) => batchId);
    for (const batchId of batchIds) await untilDone(calls, batchId);
    await settleBatches(calls, batchIds, expected);
    return batchIds;
  }

  async function fill(appRun: AppRun, calls: Calls): Promise<void> {
    const { random, counts } = appRun;
    const texts = [newTexts(appRun)];
    if (random.chance(0.3)) texts.push(newTexts(appRun));
    const asked = random.shuffled(own).slice(0, random.between(2, own.length));
    await fillAll(appRun, calls, asked, texts);
    counts['drafts filled'] += texts.length;
    counts['fills started while another one ran'] += texts.length - 1;
  }

  /** Reads what a batch left out as unread, and sometimes stops in between. Returns whether there was anything. */
  async function readLeftOut({ random }: AppRun, calls: Calls, batchId: string): Promise<boolean> {
    const left = (await batchOf(calls, batchId))?.leftOut ?? [];
    if (!left.some(({ reason }) => reason === 'unread')) return false;
    await calls.value('drafts', 'readLeftOut', { batchId });
    if (random.chance(0.5)) await calls.value('drafts', 'stopReading', { batchId });
    await until('what was left out to be read', async () => {
      const { reading } = (await batchOf(calls, batchId))!;
      if (reading?.read === reading?.total) return true;
      if (!reading?.running) await calls.value('drafts', 'readLeftOut', { batchId });
      return false;
    });
    return true;
  }

  async function fillUnread(appRun: AppRun, calls: Calls): Promise<void> {
    const { random, counts, killSoon } = appRun;
    // The record of several entries stays with the others.
    const one = random.shuffled(own.filter(({ sharedWith }) => sharedWith.length === 0))[0];
    if (!one) return;
    const held = removing.holdReads(one);
    try {
      if (random.chance(KILL_PROBABILITY)) killSoon();
      if (!(await remove(calls, one, removing))) return;
      for (const made of batches.values()) made.delete(one);
      if (!(await addAgain(appRun, calls, one))) return;
      counts['entries removed and added again'] += 1;
      const others = random.shuffled(own.filter((other) => other !== one)).slice(0, 1);
      const texts = newTexts(appRun);
      const [batchId] = await fillAll(appRun, calls, [one, ...others], [texts]);
      held.release();
      if (!(await readLeftOut(appRun, calls, batchId!))) return;
      const expected = new Map([[one, [expectFill(one, await open(calls, one), texts)]]]);
      if (random.chance(KILL_PROBABILITY)) killSoon();
      const rest = await calls.value('drafts', 'fillLeftOut', { batchId: batchId! });
      await untilDone(calls, rest.batchId);
      await settleBatches(calls, [rest.batchId], expected);
      counts['unread entries filled once read'] += 1;
    } finally {
      held.release();
    }
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

  async function submit(appRun: AppRun, calls: Calls, edit: Edit) {
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
      if (dice > 92) return fillUnread(appRun, calls);
      if (dice <= 55) await fill(appRun, calls);
      if (dice > 40 && dice <= 60) await undo(appRun, calls);
      else if (dice > 60 && dice <= 66) await discard(appRun, calls);
      else if (dice > 10) await submit(appRun, calls, edit);
    },
    fill,
    submit,
    fillUnread,
  };
}
