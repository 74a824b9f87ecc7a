/**
 * The person: at the real window with real keys, and, so that much happens in a second, also through
 * the calls of the contract on organizations whose page is not open. Whatever they do is written into
 * the record before it is done and again when the app says that it is.
 */
import { FIELD_NAMES, mapFields, type Edits, type FieldName } from '../../../src/shared/profile';
import type { OrganizationView } from '../../../src/shared/organization';
import type { Calls } from './calls';
import type { Random } from './random';
import {
  acknowledge,
  attempt,
  latest,
  note,
  withdraw,
  type Began,
  type Decision,
  type Known,
} from './record';
import { now, pause } from './time';
import type { PersonsWindow } from './window';

/** What the person did, counted. */
export const COUNTED = [
  'keystroke batches',
  'drafts kept by call',
  'changes saved in the window',
  'changes submitted by call',
  'drafts discarded',
  'waiting changes given up',
  'conflicts decided',
  'revisions restored',
] as const;
export type PersonCounts = Record<(typeof COUNTED)[number], number>;

/** One life of the app, from its start to its end. */
export interface Life {
  random: Random;
  alive: () => boolean;
  counts: PersonCounts;
  /** A number no text of this run carried yet. */
  serial: () => number;
}

/** Works at the window until the life is over, only on the organizations given. */
export async function workAtWindow(
  life: Life,
  window: PersonsWindow,
  organizations: readonly Known[],
): Promise<void> {
  const { random, alive } = life;
  let one = random.pick(organizations);
  await window.open(one.name);
  while (alive()) {
    const dice = random.between(1, 100);
    if (dice <= 72) await type(life, window, one, random.pick(FIELD_NAMES));
    else if (dice <= 88) await save(life, window, one);
    else if (dice <= 92) await discardInWindow(life, window, one);
    else {
      one = random.pick(organizations);
      await window.open(one.name);
    }
    await pause(random.between(0, 120));
  }
}

/** Replaces the text of a field, in a few bursts of letters. */
async function type(
  { random, alive, counts, serial }: Life,
  window: PersonsWindow,
  one: Known,
  field: FieldName,
): Promise<void> {
  const was = await window.select(field);
  let text = `p${serial()} `;
  let burst = text;
  for (let left = random.between(1, 6); left > 0 && alive(); left -= 1) {
    const { edits, began } = latest(one);
    const moment = attempt(one, {
      what: 'typed',
      by: 'key',
      edits: { ...edits, [field]: text },
      began: { ...began, [field]: began[field] ?? [was] },
    });
    if (burst.length === 1) await window.key(burst);
    else await window.insert(burst);
    acknowledge(one, moment);
    counts['keystroke batches'] += 1;
    const shown = await window.text(field);
    if (shown !== text) {
      // Somebody else's text came in between the selection and the key: it was added to, not replaced.
      moment.edits = { ...moment.edits, [field]: shown };
      moment.began = { ...moment.began, [field]: [was, shown.replace(burst, '')] };
      note(one, `${field} shows ${JSON.stringify(shown)}`);
      return;
    }
    burst = random.chance(0.5) ? 'a' : 'quick'.slice(0, random.between(1, 5));
    text += burst;
    await pause(random.between(5, 160));
  }
}

async function save({ counts }: Life, window: PersonsWindow, one: Known): Promise<void> {
  if (!(await window.review())) return;
  const submitted = latest(one);
  const after = { what: 'saved in the window', by: 'call', edits: {}, began: {} } as const;
  const moment = attempt(one, after, submitted);
  if (await window.save()) {
    acknowledge(one, moment);
    counts['changes saved in the window'] += 1;
  } else withdraw(one, moment, 'refused');
}

async function discardInWindow({ counts }: Life, window: PersonsWindow, one: Known): Promise<void> {
  const after = { what: 'discarded in the window', by: 'call', edits: {}, began: {} } as const;
  const moment = attempt(one, after);
  if (await window.discard()) {
    acknowledge(one, moment);
    counts['drafts discarded'] += 1;
  } else withdraw(one, moment, 'nothing there');
}

/** Works through the calls until the life is over, only on the organizations given. */
export async function workByCalls(
  life: Life,
  calls: Calls,
  organizations: readonly Known[],
): Promise<void> {
  const { random, alive } = life;
  while (alive()) {
    const one = random.pick(organizations);
    const view = await calls.value('organizations', 'open', { organizationId: one.id });
    const dice = random.between(1, 100);
    if (view.change?.state === 'conflict' && dice <= 70) await decide(life, calls, one, view);
    else if (dice <= 40) await keep(life, calls, one, view);
    else if (dice <= 70) await submit(life, calls, one, view);
    else if (dice <= 75) await discardDraft(life, calls, one);
    else if (dice <= 80) await giveUp(life, calls, one, view);
    else if (dice <= 85) await restore(life, calls, one);
    else await nudge(life, calls, one);
    await pause(random.between(5, 150));
  }
}

/** The texts of the draft and one or two more; now and then back to a text Cloudflare held before. */
function newEdits(
  { random, serial }: Life,
  one: Known,
  view: OrganizationView,
): { edits: Edits; began: Began } {
  const { edits, began } = latest(one);
  const shown = shownIn(view);
  const more: Edits = {};
  for (const field of random.shuffled(FIELD_NAMES).slice(0, random.between(1, 2))) {
    const earlier = one.held.filter((held) => held.field === field).map(({ text }) => text);
    more[field] = random.chance(0.1) ? random.pick(earlier) : `p${serial()} ${field}`;
  }
  const first = Object.fromEntries(FIELD_NAMES.map((field) => [field, [shown[field]]]));
  const begun = Object.fromEntries(
    FIELD_NAMES.filter((field) => more[field] ?? edits[field]).map((field) => [
      field,
      began[field] ?? first[field],
    ]),
  );
  return { edits: { ...edits, ...more }, began: begun };
}

function shownIn({ draft, change, profile }: OrganizationView) {
  return draft?.fields ?? change?.desired ?? profile?.fields ?? mapFields(() => '');
}

/** As the contract has it: the text each edit began from. */
function request(one: Known, { edits, began }: { edits: Edits; began: Began }) {
  const first = FIELD_NAMES.map((field) => [field, began[field]?.[0]]);
  const seen = Object.fromEntries(first.filter(([, text]) => text !== undefined)) as Edits;
  return { organizationId: one.id, edits, began: seen };
}

async function keep(life: Life, calls: Calls, one: Known, view: OrganizationView): Promise<void> {
  const typed = newEdits(life, one, view);
  const moment = attempt(one, { what: 'kept by call', by: 'call', ...typed });
  const outcome = await calls.outcome('drafts', 'keep', request(one, typed));
  if (!outcome.ok) return withdraw(one, moment, outcome.failure.code);
  acknowledge(one, moment);
  life.counts['drafts kept by call'] += 1;
}

async function submit(life: Life, calls: Calls, one: Known, view: OrganizationView): Promise<void> {
  const typed = newEdits(life, one, view);
  const after = { what: 'submitted by call', by: 'call', edits: {}, began: {} } as const;
  const moment = attempt(one, after, typed);
  const outcome = await calls.outcome('changes', 'submit', request(one, typed));
  if (outcome.ok) {
    acknowledge(one, moment);
    life.counts['changes submitted by call'] += 1;
    return;
  }
  withdraw(one, moment, outcome.failure.code);
  // Nothing differed from what is there: then there is no draft either.
  if (outcome.failure.code === 'change.none') acknowledge(one, attempt(one, after));
}

async function discardDraft({ counts }: Life, calls: Calls, one: Known): Promise<void> {
  const after = { what: 'discarded by call', by: 'call', edits: {}, began: {} } as const;
  const moment = attempt(one, after);
  const outcome = await calls.outcome('drafts', 'discard', { organizationId: one.id });
  if (!outcome.ok) return withdraw(one, moment, outcome.failure.code);
  acknowledge(one, moment);
  counts['drafts discarded'] += 1;
}

/** Writes a decision down before it is made. */
function deciding(
  one: Known,
  kind: Decision['kind'],
  fields: readonly FieldName[],
  change: NonNullable<OrganizationView['change']>,
): Decision {
  const decision: Decision = {
    at: now(),
    kind,
    sure: false,
    fields,
    mine: change.desired,
    theirs: change.theirs,
  };
  one.decisions.push(decision);
  note(one, `decides ${kind} for ${fields.join(', ')}`);
  return decision;
}

/** Gives the waiting change up. */
export async function giveUp(
  { counts }: Pick<Life, 'counts'>,
  calls: Calls,
  one: Known,
  { change }: OrganizationView,
): Promise<void> {
  if (!change) return;
  const decision = deciding(one, 'discard', FIELD_NAMES, change);
  const outcome = await calls.outcome('changes', 'discard', { organizationId: one.id });
  if (outcome.ok) {
    decision.sure = true;
    counts['waiting changes given up'] += 1;
    note(one, 'given up: done');
  } else {
    one.decisions = one.decisions.filter((other) => other !== decision);
    note(one, `given up: ${outcome.failure.code}`);
  }
}

/** Decides a conflict: mine or theirs for each field that is in conflict. */
export async function decide(
  { counts, random }: Pick<Life, 'counts' | 'random'>,
  calls: Calls,
  one: Known,
  { change }: OrganizationView,
): Promise<void> {
  if (change?.state !== 'conflict' || !change.theirs) return;
  const { base, desired, theirs, version } = change;
  const fields = FIELD_NAMES.filter(
    (field) =>
      desired[field] !== base[field] &&
      theirs[field] !== base[field] &&
      theirs[field] !== desired[field],
  );
  const mine = fields.filter(() => random.chance(0.5));
  const others = fields.filter((field) => !mine.includes(field));
  const made = [deciding(one, 'mine', mine, change), deciding(one, 'theirs', others, change)];
  const outcome = await calls.outcome('changes', 'resolve', {
    organizationId: one.id,
    version,
    theirs,
    choices: Object.fromEntries(
      fields.map((field) => [field, mine.includes(field) ? 'mine' : 'theirs']),
    ),
  });
  if (outcome.ok) {
    for (const decision of made) decision.sure = true;
    counts['conflicts decided'] += 1;
    note(one, 'decided: done');
  } else {
    one.decisions = one.decisions.filter((decision) => !made.includes(decision));
    note(one, `decided: ${outcome.failure.code}`);
  }
}

/** Makes a draft of one of the newest revisions. */
async function restore({ counts, random }: Life, calls: Calls, one: Known): Promise<void> {
  const page = { organizationId: one.id, before: null };
  const { revisions } = await calls.value('history', 'list', page);
  if (revisions.length === 0) return;
  const { id, fields } = random.pick(revisions);
  const what = `restored revision ${id}`;
  const moment = attempt(one, { what, by: 'call', edits: fields, began: {} });
  const wanted = { organizationId: one.id, revisionId: id, replaceDraft: true };
  const outcome = await calls.outcome('history', 'restore', wanted);
  if (!outcome.ok) return withdraw(one, moment, outcome.failure.code);
  const draft = outcome.value.draft;
  const changed = FIELD_NAMES.filter((field) => draft && draft.fields[field] !== draft.base[field]);
  moment.edits = Object.fromEntries(changed.map((field) => [field, fields[field]]));
  moment.began = Object.fromEntries(changed.map((field) => [field, [draft!.base[field]]]));
  acknowledge(one, moment);
  counts['revisions restored'] += 1;
}

/** Presses one of the buttons that only make something happen sooner. */
async function nudge({ random }: Life, calls: Calls, one: Known): Promise<void> {
  const organizationId = one.id;
  // Nobody waits for the answer: it may take as long as Cloudflare does.
  const ignore = (): undefined => undefined;
  const dice = random.between(1, 3);
  if (dice === 1) void calls.outcome('organizations', 'refresh', { organizationId }).catch(ignore);
  else if (dice === 2) await calls.outcome('changes', 'retry', { organizationId });
  else await calls.outcome('connection', 'tryNow');
}
